"""Linking again where nothing changed costs next to nothing, and never more than the agreements allow now."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from governance.database import transaction
from governance.errors import NotActive
from governance.ids import AgreementId
from governance.opened import Opened
from signals.feed import Feeds
from signals.linkage import link
from signals.linkage.asking import Asked
from signals.linkage.link import Linker
from signals.sealed_file import ATTRIBUTION
from signals.who import HouseholdKey
from tests.signals.linkage.enclave import CLIENTS, STAYS, Enclave, enclave
from tests.signals.linkage.people import SHELTER

ALICE = {"client_id": "7", "first_name": "Alice", "last_name": "Dyer"}


@pytest.fixture
def house(tmp_path: Path) -> Enclave:
    made = enclave(tmp_path)
    made.put(CLIENTS, ALICE, {"client_id": "8", "first_name": "Max"})
    made.put(STAYS, {"client_id": "7", "stay": "h"}, {"client_id": "8", "stay": "h"})
    return made


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The datasets for whose files keys were given out, for reading or for writing."""
    asked: list[str] = []
    for name in ("read_keys", "write_keys"):
        given = getattr(Opened, name)

        def noting(opened: Opened, *more: object, given: object = given) -> object:
            asked.append(opened.grant.dataset)
            return given(opened, *more)  # type: ignore[operator]

        monkeypatch.setattr(Opened, name, noting)
    return asked


def test_what_did_not_change_is_not_read_again_but_the_gate_is_asked_again(house: Enclave, keys: list[str]) -> None:
    first = house.linker.link()
    opened = len(list(house.ledger.entries(kind="grant.opened")))
    keys.clear()
    assert house.linker.link() == first
    assert keys == []
    again = list(house.ledger.entries(kind="grant.opened"))[opened:]
    assert [entry.body["dataset"] for entry in again] == [CLIENTS, STAYS]


def test_a_new_row_is_read(house: Enclave, keys: list[str]) -> None:
    first = house.linker.link()
    keys.clear()
    house.put(CLIENTS, {"client_id": "9", "first_name": "New"}, again=2)
    assert house.linker.link().id != first.id
    assert keys


def test_a_lost_file_is_made_again(house: Enclave) -> None:
    first = house.linker.link()
    (lost,) = house.store.files(STAYS, kind=ATTRIBUTION, link=first.id)
    house.store.path(lost).unlink()
    assert house.linker.link() == first
    assert house.households(STAYS, {"client_id"}, first.id)["_household"].null_count() == 0


def test_an_agreement_that_comes_back_brings_its_run_back_though_its_files_were_forgotten(house: Enclave) -> None:
    first = house.linker.link()
    house.register.suspend(AgreementId(SHELTER), by="officer-1")
    without = house.linker.link()
    assert without.counts["rows"] == 0
    with transaction(house.linker.engine) as connection:
        house.store.forget_links(connection, keep=without.id, at=house.linker.clock.now())
    house.register.resume(AgreementId(SHELTER), by="officer-1")
    assert house.linker.link() == first
    assert house.households(STAYS, {"client_id"}, first.id)["_household"].null_count() == 0


def test_an_agreement_that_stops_before_the_run_on_record_is_taken_stops_it(
    house: Enclave, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.linker.link()
    identified = Linker._id  # the moment between asking and taking

    def stopping(linker: Linker, asked: Asked) -> str:
        id = identified(linker, asked)
        house.register.suspend(AgreementId(SHELTER), by="officer-1")
        return id

    monkeypatch.setattr(Linker, "_id", stopping)
    with pytest.raises(NotActive):
        house.linker.link()


def test_another_program_makes_another_run(house: Enclave, monkeypatch: pytest.MonkeyPatch) -> None:
    first = house.linker.link()
    monkeypatch.setattr(link, "program", lambda: "another")
    assert house.linker.link().id != first.id


def test_another_declaration_of_who_lives_together_makes_another_run(house: Enclave) -> None:
    first = house.linker.link()
    feeds = Feeds(house.linker.feeds)
    feeds[STAYS] = feeds[STAYS].model_copy(update={"household": HouseholdKey(shared="stay", space="shelter")})
    assert replace(house.linker, feeds=feeds).link().id != first.id
