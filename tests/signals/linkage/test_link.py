from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from governance.errors import LineageInactive, NotActive
from governance.ids import AgreementId
from governance.opened import Opened
from signals.sealed_file import ATTRIBUTION
from tests.governance.papers import signed
from tests.signals.linkage.enclave import (
    ABSENCES,
    CLIENTS,
    CONTACTS,
    FILINGS,
    STAYS,
    STUDENTS,
    TIES,
    Enclave,
    enclave,
    papers,
)
from tests.signals.linkage.people import COURT, SCHOOLS, SHELTER

ANA = {"first_name": "Ana", "last_name": "Dyer", "born_on": date(2012, 3, 4)}
EVA = {"first_name": "Eva", "last_name": "Dyer"}
HOME = {"street": "12 Main St", "postcode": "02139", "phone": "617-555-0142"}


def fill(house: Enclave) -> Enclave:
    """A mother and her daughter, known to school, shelter and court; and a child who is only known by absences."""
    house.put(STUDENTS, {"student_id": "1", **ANA})
    house.put(CONTACTS, {"contact_ref": "P1", **EVA, **HOME})
    house.put(TIES, {"student_id": "1", "contact_ref": "P1", "lives_with": True})
    house.put(ABSENCES, {"student_id": "1"}, {"student_id": "1"}, {"student_id": "9"})
    house.put(CLIENTS, {"client_id": "7", **ANA, "ssn": "219-55-1234"}, {"client_id": "8", "first_name": "Max"})
    house.put(STAYS, {"client_id": "7", "stay": "h"}, {"client_id": "8", "stay": "h"})
    house.put(FILINGS, {"party_id": "L1", **EVA, **HOME})
    return house


@pytest.fixture
def house(tmp_path: Path) -> Enclave:
    return fill(enclave(tmp_path))


def test_a_family_known_to_three_agencies_is_one_household_on_every_row(house: Enclave) -> None:
    report = house.linker.link()
    absences = house.households(ABSENCES, {"student_id"}, report.id).sort("_row")
    stays = house.households(STAYS, {"client_id"}, report.id)
    filings = house.households(FILINGS, {"party_id"}, report.id)
    family = filings["_household"][0]
    assert absences["_household"][:2].to_list() == [family, family]
    assert absences["_household"][2] not in {family, None}
    assert set(stays["_household"]) == {family}
    assert set(stays["_lineage"]) == {f"{SCHOOLS},{SHELTER},{COURT}"}
    assert absences["_lineage"][2] == SCHOOLS
    assert report.refused == ()
    assert report.counts["persons"] == 4
    assert report.counts["households"] == 2
    assert report.counts["rows"] == 11


def test_linking_again_is_the_same_run_and_changes_nothing(house: Enclave) -> None:
    first, second = house.linker.link(), house.linker.link()
    assert first == second
    assert len(list(house.ledger.entries(kind="link.made"))) == 1
    files = house.store.files(STAYS, kind=ATTRIBUTION)
    assert [file.link for file in files] == [first.id]


def test_the_ledger_says_what_was_read_before_it_is_read_and_names_nobody(house: Enclave) -> None:
    house.linker.link()
    text = str([entry.body for entry in house.ledger.entries()])
    for secret in ("Dyer", "219", "0142", "hh-", "p-", "edfi.student:"):
        assert secret not in text
    opened = [entry.topic for entry in house.ledger.entries(kind="grant.opened")]
    closed = [entry.topic for entry in house.ledger.entries(kind="grant.closed")]
    assert sorted(opened) == sorted(closed)


def test_a_suspended_agreement_takes_out_exactly_its_rows(house: Enclave) -> None:
    before = house.linker.link()
    house.register.suspend(AgreementId(SHELTER), by="officer-1")
    report = house.linker.link()
    assert report.id != before.id
    assert [(line.what, line.code) for line in report.refused] == [(CLIENTS, "NOT_ACTIVE"), (STAYS, "NOT_ACTIVE")]
    assert report.agreements == (SCHOOLS, COURT)
    absences = house.households(ABSENCES, {"student_id"}, report.id)
    assert SHELTER not in "".join(absences["_lineage"])
    assert SHELTER not in house.linker.persons().persons["agreement"].to_list()


def test_what_was_linked_with_a_suspended_agreement_does_not_open_until_it_is_linked_again(house: Enclave) -> None:
    old = house.linker.link().id
    house.register.suspend(AgreementId(COURT), by="officer-1")
    with pytest.raises(LineageInactive):
        house.households(ABSENCES, {"student_id"}, old)
    new = house.linker.link().id
    assert house.households(ABSENCES, {"student_id"}, new)["_household"].null_count() == 0


def test_a_field_taken_off_takes_out_only_the_passes_that_need_it(tmp_path: Path) -> None:
    house = fill(enclave(tmp_path, without=("ssn",)))
    report = house.linker.link()
    assert [(line.what, line.code) for line in report.refused] == [
        (f"ssn_and_last_name of {CLIENTS}", "FIELD_NOT_LISTED"),
        (f"ssn_and_birth of {CLIENTS}", "FIELD_NOT_LISTED"),
    ]
    assert report.counts["pairs_by_name_and_birth"] == 1
    assert report.counts["households"] == 2
    assert "ssn" not in report.fields[CLIENTS]


def test_an_amended_agreement_is_read_as_it_now_stands(house: Enclave) -> None:
    house.linker.link()
    amended = papers(house.feeds, without=("phone", "street", "unit"))[0].model_dump(mode="json", by_alias=True)
    del amended["signatures"]
    house.register.amend(signed({**amended, "version": 2}), by="steward-1")
    report = house.linker.link()
    lost = {line.what for line in report.refused}
    assert lost == {f"name_and_phone of {CONTACTS}", f"name_and_address of {CONTACTS}", f"same address of {CONTACTS}"}


def test_without_a_persons_number_a_dataset_is_one_line(tmp_path: Path) -> None:
    house = fill(enclave(tmp_path, without=("client_id",)))
    assert [line.what for line in house.linker.link().refused] == [CLIENTS, STAYS]


def test_agreements_that_name_each_other_one_sidedly_are_kept_apart_with_one_line(tmp_path: Path) -> None:
    house = fill(enclave(tmp_path, court=()))
    report = house.linker.link()
    assert [(line.what, line.code) for line in report.refused] == [
        (f"linking {SCHOOLS} with {COURT}", "LINK_NOT_MUTUAL"),
        (f"linking {SHELTER} with {COURT}", "LINK_NOT_MUTUAL"),
    ]
    filings = house.households(FILINGS, {"party_id"}, report.id)
    absences = house.households(ABSENCES, {"student_id"}, report.id)
    assert filings["_household"][0] not in absences["_household"].to_list()
    assert filings["_lineage"].to_list() == [COURT]


def test_nothing_permitted_is_nothing_linked_and_no_error(house: Enclave) -> None:
    for agreement in (SCHOOLS, SHELTER, COURT):
        house.register.suspend(AgreementId(agreement), by="officer-1")
    report = house.linker.link()
    assert report.counts["persons"] == 0
    assert len(report.refused) == 7
    assert set(house.refusals()) == {"NOT_ACTIVE"}


def test_a_row_known_later_is_not_there_yet(house: Enclave) -> None:
    house.put(CLIENTS, {"client_id": "11", "first_name": "New"}, known_on=date(2026, 8, 20), again=2)
    early = replace(house.linker, as_of=date(2026, 8, 10)).link()
    late = house.linker.link()
    assert late.counts["persons"] == early.counts["persons"] + 1
    assert early.id != late.id


def test_a_corrected_name_replaces_the_old_one(house: Enclave) -> None:
    house.put(CLIENTS, {"client_id": "7", **ANA, "first_name": "Nora"}, known_on=date(2026, 8, 20), again=2)
    assert house.linker.link().counts["pairs_by_name_and_birth"] == 0


def test_a_delivery_in_several_months_is_attributed_whole(house: Enclave) -> None:
    house.put(STAYS, {"client_id": "7", "stay": "h"}, known_on=date(2026, 9, 1))
    report = house.linker.link()
    assert house.households(STAYS, {"client_id"}, report.id)["_household"].null_count() == 0


def test_an_agreement_that_stops_while_it_is_read_stops_the_run(
    house: Enclave, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Opened.read_keys

    def stopping(opened: Opened, month: str, columns: list[str]) -> dict[str, bytes]:
        if opened.grant.dataset == STAYS:
            house.register.suspend(AgreementId(SHELTER), by="officer-1")
        return read(opened, month, columns)

    with monkeypatch.context() as patch:
        patch.setattr(Opened, "read_keys", stopping)
        with pytest.raises(NotActive):
            house.linker.link()
    assert house.store.files(STAYS, kind=ATTRIBUTION) == []
    assert house.linker.link().agreements == (SCHOOLS, COURT)


def test_persons_for_measuring_are_those_that_are_linked(house: Enclave) -> None:
    linked, again = house.linker.persons(), house.linker.persons()
    assert_frame_equal(linked.persons, again.persons)
    assert linked.persons.filter(pl.col("person_key") == "edfi.student:1")["person"].to_list() == (
        linked.persons.filter(pl.col("person_key") == "hmis.client:7")["person"].to_list()
    )
