"""Linkage on public example files: plausible persons and households, and every reported household kept whole."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from lxml import etree

from signals.linkage.build import Linked, build
from tests.signals.linkage.people import ACTIVE, KEY, SCHOOLS, SHELTER, homes

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
SCHOOL_FILES, SHELTER_FILES = DATA / "schools" / "edfi", DATA / "shelter" / "hmis_fy2026"
SPACE = "{http://ed-fi.org/5.2.0}"

with_school_files = pytest.mark.skipif(not SCHOOL_FILES.is_dir(), reason="the Ed-Fi example files ARE NOT HERE")
with_shelter_files = pytest.mark.skipif(not SHELTER_FILES.is_dir(), reason="the HMIS example files ARE NOT HERE")


def elements(file: str, name: str) -> list[etree._Element]:
    return list(etree.parse(SCHOOL_FILES / file).iterfind(f"{SPACE}{name}"))


def text(element: etree._Element, *path: str) -> str | None:
    return element.findtext("/".join(f"{SPACE}{step}" for step in path))


def school_people() -> pl.DataFrame:
    students = [
        {
            "person": f"edfi.student:{text(each, 'StudentUniqueId')}",
            "dataset": "edfi.students",
            "first_name": text(each, "Name", "FirstName"),
            "last_name": text(each, "Name", "LastSurname"),
            "born_on": text(each, "BirthData", "BirthDate"),
        }
        for each in elements("Student.xml", "Student")
    ]
    contacts = [
        {
            "person": f"edfi.contact:{each.get('id')}",
            "dataset": "edfi.contacts",
            "first_name": text(each, "Name", "FirstName"),
            "last_name": text(each, "Name", "LastSurname"),
            "phone": text(each, "Telephone", "TelephoneNumber"),
            "street": text(each, "Address", "StreetNumberName"),
            "unit": text(each, "Address", "ApartmentRoomSuiteNumber"),
            "postcode": text(each, "Address", "PostalCode"),
        }
        for each in elements("Contact.xml", "Contact")
    ]
    whole = pl.DataFrame([*students, *contacts], infer_schema_length=None)
    return whole.with_columns(pl.lit(SCHOOLS).alias("agreement"), pl.col("born_on").str.to_date())


def school_ties() -> pl.DataFrame:
    rows = [
        (text(each, "StudentReference", "StudentIdentity", "StudentUniqueId"), each.find(f"{SPACE}ContactReference"))
        for each in elements("Contact.xml", "StudentContactAssociation")
        if text(each, "LivesWith") == "true"
    ]
    return pl.DataFrame(
        {
            "left": [f"edfi.student:{student}" for student, _ in rows],
            "right": [f"edfi.contact:{contact.get('ref')}" for _, contact in rows if contact is not None],
            "dataset": ["edfi.student_contacts"] * len(rows),
            "agreement": [SCHOOLS] * len(rows),
        }
    )


def shelter(name: str) -> pl.DataFrame:
    return pl.read_csv(SHELTER_FILES / name, infer_schema=False)


def shelter_people() -> pl.DataFrame:
    return shelter("Client.csv").select(
        pl.format("hmis.client:{}", "PersonalID").alias("person"),
        pl.lit("hmis.client").alias("dataset"),
        pl.lit(SHELTER).alias("agreement"),
        pl.col("FirstName").alias("first_name"),
        pl.col("MiddleName").alias("middle_name"),
        pl.col("LastName").alias("last_name"),
        pl.col("NameSuffix").alias("name_suffix"),
        pl.col("SSN").alias("ssn"),
        pl.col("DOB").str.to_date().alias("born_on"),
    )


def shelter_ties() -> pl.DataFrame:
    return shelter("Enrollment.csv").select(
        pl.format("hmis.client:{}", "PersonalID").alias("left"),
        pl.col("HouseholdID").alias("shared"),
        pl.lit("hmis.enrollment").alias("dataset"),
        pl.lit(SHELTER).alias("agreement"),
    )


def sizes(linked: Linked) -> pl.Series:
    return linked.households.group_by("household").len()["len"]


@with_school_files
def test_every_student_lives_with_somebody_and_nobody_with_a_crowd() -> None:
    people, ties = school_people(), school_ties()
    linked = build(people, ties, ACTIVE, key=KEY)
    students = people.filter(pl.col("dataset") == "edfi.students").height
    assert 0.9 * students <= linked.counts["households"] - _alone(linked) <= 1.1 * students
    assert sizes(linked).max() <= 12  # type: ignore[operator]
    assert linked.counts["pairs"] <= 0.01 * people.height  # pupils and parents are different people


@with_school_files
def test_a_student_and_a_parent_who_live_together_are_one_household() -> None:
    ties = school_ties()
    placed = homes(build(school_people(), ties, ACTIVE, key=KEY)).select("person_key", "household")
    both = ties.join(placed, left_on="left", right_on="person_key").join(placed, left_on="right", right_on="person_key")
    assert both.height == ties.height
    assert (both["household"] == both["household_right"]).all()


@with_shelter_files
def test_clients_who_share_a_household_number_are_one_household() -> None:
    ties = shelter_ties()
    linked = build(shelter_people(), ties, ACTIVE, key=KEY)
    placed = ties.join(homes(linked), left_on="left", right_on="person_key")
    assert placed.group_by("shared").agg(pl.col("household").n_unique())["household"].max() == 1
    assert placed["household"].n_unique() <= ties["shared"].n_unique()
    assert linked.counts["persons"] == linked.counts["person_keys"]  # one agency's numbers are different people


@with_school_files
@with_shelter_files
def test_invented_people_of_two_agencies_hardly_ever_meet() -> None:
    people = pl.concat([school_people(), shelter_people()], how="diagonal")
    linked = build(people, pl.concat([school_ties(), shelter_ties()], how="diagonal"), ACTIVE, key=KEY)
    assert linked.counts["pairs"] <= 0.01 * people.height


def _alone(linked: Linked) -> int:
    return int((sizes(linked) == 1).sum())
