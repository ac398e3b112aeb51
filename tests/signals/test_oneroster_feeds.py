"""OneRoster 1.2 in CSV: teachers are left out, what is to be deleted is taken back, two files are one student."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from governance.database import metadata
from governance.keystore import FileKeyStore
from governance.vault import Vault
from signals.intake import take_folder
from signals.linkage.link import Linker
from signals.linkage.run import link_run
from signals.signal import current
from tests.signals.letters import given, letter
from tests.signals.mailroom import FEEDS, FIXTURES, FLOW, Mailroom, balanced, mailroom

USERS, BIRTHS = "oneroster.users", "oneroster.demographics"
FOLDER = FIXTURES / "oneroster"
MOVED = {"status": "tobedeleted", "modified_on": "2026-03-02T08:00:00.000Z"}
STUDENT = {"sourced_id": "u-1", "given_name": "Ada", "family_name": "Quarry", "grades": "03"}


@pytest.fixture
def room(tmp_path: Path) -> Mailroom:
    return mailroom(tmp_path)


def households(room: Mailroom, folder: Path) -> list[set[str]]:
    """Who is one person, by the agencies' numbers."""
    metadata.create_all(room.engine, tables=[link_run])
    linked = Linker(
        engine=room.engine,
        gate=room.gate,
        register=room.register,
        ledger=room.ledger,
        feeds=FEEDS,
        store=room.store,
        vault=Vault(FileKeyStore(folder / "vault")),
        clock=room.intake.clock,
        actor=FLOW,
        purpose="prevention.outreach",
    ).persons()
    return [set(keys) for keys in linked.persons.group_by("person").agg(pl.col("person_key").unique())["person_key"]]


def test_a_bulk_export_is_taken_and_its_teachers_are_not(room: Mailroom) -> None:
    taken = {each.dataset: each for each in take_folder(room.intake, "oneroster", FOLDER, known_on=date(2026, 2, 2))}
    users, births = taken[USERS], taken[BIRTHS]
    assert all(balanced(each) for each in (users, births))
    assert (users.delivered, users.kept, users.unlinkable, users.quarantine_counts) == (5, 3, 2, {})
    assert (births.delivered, births.kept, births.quarantine_counts) == (4, 3, {"born_before_it_was_known": 1})
    assert {each.dataset: each.undeclared for each in taken.values() if each.undeclared} == {
        "manifest.csv": 9,
        "orgs.csv": 2,
        "roles.csv": 5,
    }
    people = room.read(USERS, {"_person", "given_name", "family_name"})
    assert set(people["_person"]) == {"oneroster:u-1", "oneroster:u-2", "oneroster:u-3"}
    assert "Whitcombe" not in people["family_name"].to_list()


def test_a_student_who_is_to_be_deleted_is_gone_and_named_no_longer(room: Mailroom) -> None:
    given(room, USERS, STUDENT, known_on=date(2026, 2, 2))
    given(room, USERS, STUDENT | MOVED | {"grades": ""})
    rows = room.read(USERS, {"_person", "given_name", "family_name"})
    assert current(rows, date(2026, 3, 1))["given_name"].to_list() == ["Ada"]
    assert current(rows, date(2026, 3, 2)).is_empty()
    assert rows.filter(pl.col("_known_on") == date(2026, 3, 2)).select("_person", "given_name").rows() == [(None, None)]


def test_a_student_who_comes_back_counts_again(room: Mailroom) -> None:
    given(room, USERS, STUDENT | MOVED)
    given(room, USERS, STUDENT | {"status": "active", "modified_on": "2026-04-01T08:00:00.000Z"})
    rows = room.read(USERS, {"_person", "given_name"})
    assert current(rows, date(2026, 4, 1)).select("_person", "given_name").rows() == [("oneroster:u-1", "Ada")]


def test_a_status_that_is_none_is_set_aside(room: Mailroom) -> None:
    taken = room.text(USERS, letter(USERS, STUDENT | {"status": "inactive"}))
    assert taken.quarantine_counts == {"status.codes": 1}


def test_a_name_and_a_birth_date_from_two_files_find_the_student_elsewhere(room: Mailroom, tmp_path: Path) -> None:
    given(room, USERS, STUDENT, known_on=date(2026, 2, 2))
    given(
        room,
        "claims.unemployment",
        {
            "claim_id": "U1",
            "claimant_id": "W1",
            "first_name": "Ada",
            "last_name": "Quarry",
            "born_on": "2008-02-03",
            "filed_on": "2026-02-02",
            "status": "pending",
            "updated_on": "2026-02-02",
        },
    )
    apart, joined = [{"oneroster:u-1"}, {"claims:W1"}], [{"oneroster:u-1", "claims:W1"}]
    assert sorted(households(room, tmp_path), key=str) == sorted(apart, key=str)
    given(room, BIRTHS, {"sourced_id": "u-1", "born_on": "2008-02-03"}, known_on=date(2026, 2, 2))
    assert households(room, tmp_path) == joined
