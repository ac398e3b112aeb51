"""Ways round the gate, one for each code that the read path answers with: nothing is read, and the ledger says why."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from governance.database import metadata, transaction
from governance.errors import REFUSALS, Refused
from governance.grant import Grant
from governance.ids import DatasetId, DeliveryId, GrantId
from governance.use import Action, Use
from signals.sealed_file import sealed_file
from signals.store import Store
from tests.governance.doors import Doors, doors
from tests.governance.papers import CASES, KNOWN, LUNCH, SNAP, signed, snap, use_of
from tests.signals.test_store import ALL, AUGUST, ONE, rows

READ = {"certification_end_on"}


@pytest.fixture
def house(tmp_path: Path) -> Doors:
    made = doors(tmp_path)
    metadata.create_all(made.engine, tables=[sealed_file])
    return made


@pytest.fixture
def store(house: Doors, tmp_path: Path) -> Store:
    made = Store(tmp_path / "sealed", house.engine)
    use = use_of(action=Action.INGEST, fields=ALL, zone="enclave", purpose="prevention.outreach")
    with house.gate.open(house.gate.request(use)) as opened:
        files = made.write(opened, dataset=CASES, delivery=DeliveryId(ONE), part=0, frame=rows(AUGUST))
    with transaction(house.engine) as connection:
        made.record(connection, files)
    return made


def ask(**changes: object) -> Callable[[Doors], Grant]:
    """Somebody asks for a grant, with one thing about the ask not as it should be."""
    return lambda house: house.gate.request(use_of(**changes))


def after(change: Callable[[Doors], object], **changes: object) -> Callable[[Doors], Grant]:
    """Somebody asks once something has happened to the papers or the clock."""

    def grant(house: Doors) -> Grant:
        change(house)
        return house.gate.request(use_of(**changes))

    return grant


def then(change: Callable[[Doors, Grant], Grant]) -> Callable[[Doors], Grant]:
    """A grant was issued rightly; then something happens before it is opened."""
    return lambda house: change(house, house.gate.request(use_of()))


def spent(house: Doors, grant: Grant) -> Grant:
    with house.gate.open(grant):
        return grant


def waited(house: Doors, grant: Grant) -> Grant:
    house.clock.advance(timedelta(hours=1))
    return grant


def amended(house: Doors, grant: Grant) -> Grant:
    house.register.amend(signed(snap(version=2)), by="steward-1")
    return grant


def suspend(house: Doors) -> None:
    house.register.suspend(SNAP, by="officer-1")


def two_datasets(house: Doors) -> Grant:
    both = replace(use_of(), asks=(*use_of().asks, *use_of(dataset=DatasetId("dese.meals")).asks))
    return house.gate.request(both)


def derived(house: Doors) -> Grant:
    house.register.suspend(LUNCH, by="officer-1")
    return house.gate.request(use_of(lineage={LUNCH}))


def uncovered(house: Doors) -> Grant:
    known = replace(house.gate, datasets=KNOWN | {DatasetId("dta.new_feed")})
    return known.request(use_of(dataset=DatasetId("dta.new_feed"), fields={"x"}))


WAYS: list[tuple[str, Callable[[Doors], Grant]]] = [
    ("NO_AGREEMENT", uncovered),
    ("NOT_ACTIVE", after(suspend)),
    ("TERM_NOT_STARTED", after(lambda house: house.clock.advance(timedelta(days=-100)))),
    ("TERM_EXPIRED", after(lambda house: house.clock.advance(timedelta(days=400)))),
    ("MOU_PROHIBITED", ask(purpose="law_enforcement")),
    ("MOU_PROHIBITED", ask(action=Action.EXPORT)),
    ("DATASET_UNKNOWN", ask(dataset=DatasetId("dta.nothing"))),
    ("FIELD_NOT_LISTED", ask(fields={"certification_end_on", "*"})),
    ("FIELD_NOT_LISTED", ask(fields={"certification_end_on.year"})),
    ("FIELD_NOT_LISTED", ask(fields={"Certification_End_On"})),
    ("PURPOSE_NOT_LISTED", ask(purpose="prevention")),
    ("PURPOSE_NOT_LISTED", ask(purpose="prevention.outreachx")),
    ("ACTION_NOT_GRANTED", ask(fields={"household_size"}, action=Action.VIEW)),
    ("GRANT_UNKNOWN", then(lambda _, grant: replace(grant, id=GrantId("g-ffffffffffffffffffffffff")))),
    ("GRANT_UNKNOWN", then(lambda _, grant: replace(grant, fields=frozenset(ALL)))),
    ("GRANT_EXPIRED", then(waited)),
    ("GRANT_SPENT", then(spent)),
    ("VERSION_MISMATCH", then(amended)),
    ("LINEAGE_INACTIVE", derived),
    ("MALFORMED", two_datasets),
    ("MALFORMED", ask(fields=set())),
    ("MALFORMED", ask(purpose="")),
]


@pytest.mark.parametrize(("code", "way"), WAYS, ids=[f"{code}-{number}" for number, (code, _) in enumerate(WAYS)])
def test_the_way_is_refused_nothing_is_read_and_the_ledger_says_why(
    house: Doors, store: Store, code: str, way: Callable[[Doors], Grant]
) -> None:
    seen: list[int] = []

    def climb() -> None:
        with house.gate.open(way(house)) as opened:
            seen.extend(frame.height for frame in store.read(opened, CASES, sorted(READ), AUGUST))

    with pytest.raises(Refused) as refused:
        climb()
    assert code in {reason.code for reason in refused.value.reasons}
    assert code in house.refusals()
    assert seen == []


def test_the_same_read_asked_for_rightly_goes_through(house: Doors, store: Store) -> None:
    with house.gate.open(house.gate.request(use_of())) as opened:
        assert sum(frame.height for frame in store.read(opened, CASES, sorted(READ), AUGUST)) == 1
    assert house.refusals() == []


def test_every_refusal_that_the_design_names_for_the_read_path_has_a_class_and_a_way() -> None:
    named = {code for code, _ in WAYS}
    assert named <= set(REFUSALS)
    assert len(named) == 15


def test_a_use_without_any_dataset_is_malformed(house: Doors) -> None:
    nothing: Use = replace(use_of(), asks=())
    assert "MALFORMED" in {reason.code for reason in house.gate.decide(nothing).reasons}


def test_looking_from_a_later_day_does_not_reach_behind_the_grant(house: Doors, store: Store) -> None:
    with house.gate.open(house.gate.request(use_of())) as opened, pytest.raises(Refused):
        list(store.read(opened, CASES, ["first_name"], date.max))
