"""Destruction: step by step, in the ledger before it is done, and picked up wherever it broke off."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.destruction import Destruction
from governance.destruction.certificate import issue, read_certificate
from governance.destruction.inventory import Item
from governance.destruction.scan import Scanned
from governance.destruction.tombstone import KEYS_DESTROYED, Tombstones
from governance.errors import Misconfigured, MoveNotYours
from governance.holder import Covers, Holding
from governance.ids import AgreementId
from governance.key_holder import KeyHolder
from governance.keystore import MemoryKeyStore
from governance.ledger import Ledger
from governance.ledger.note import verifier_key
from governance.lifecycle import Status
from governance.officer import Officers
from governance.register import Register
from governance.role import Role
from governance.vault import Vault
from tests.governance.papers import CASES, KEY, LUNCH, SNAP, Office, usual

BY, WHY = "steward-1", "The owner withdrew."
NAME = "test.example/ledger"
PUBLIC = verifier_key(NAME, KEY.public_key())


@dataclass
class Shelf:
    """A holder of plain things. `appears` shows up only while erasing; `sticky` does not go."""

    name: str
    things: set[str]
    appears: set[str] = field(default_factory=set)
    sticky: bool = False

    def inventory(self, agreement: AgreementId) -> Iterator[Holding]:
        if agreement == SNAP:
            yield from (_holding(thing) for thing in sorted(self.things))

    def erase(self, agreement: AgreementId) -> Iterator[Holding]:
        if agreement == SNAP and not self.sticky:
            gone, self.things, self.appears = sorted(self.things | self.appears), set(), set()
            yield from (_holding(thing) for thing in gone)

    def remains(self, agreement: AgreementId) -> Iterator[Holding]:
        return self.inventory(agreement)


def _holding(thing: str) -> Holding:
    return Holding(covers=Covers.SEALED, kind="thing", id=thing, rows=3, detail="on a shelf")


@dataclass
class Finds:
    """A scanner that finds what it is told."""

    found: list[str] = field(default_factory=list)

    def scan(self, agreement: AgreementId, items: Iterable[Item]) -> Scanned:
        assert agreement == SNAP
        listed = len(list(items))
        found = tuple(Item(holder="finds", holding=_holding(thing)) for thing in self.found)
        return Scanned(looked={"things": listed}, found=found)


@dataclass
class Works:
    """Everything that a destruction works with."""

    office: Office
    vault: Vault
    shelves: list[Shelf]
    finds: Finds
    scrubbed: list[int] = field(default_factory=list)

    @property
    def ledger(self) -> Ledger:
        return self.office.ledger

    def again(self, register: Register | None = None) -> Destruction:
        """The destruction as another process sets it up."""
        return Destruction(
            register=register or self.office.again(),
            ledger=self.ledger,
            clock=self.office.clock,
            keys=KeyHolder(self.vault),
            holders=tuple(self.shelves),
            scanners=(self.finds,),
            scrub=self.scrub,
            sign=partial(issue, key=KEY, name=NAME),
        )

    def scrub(self) -> int:
        self.scrubbed.append(1)
        return 1

    def kinds(self) -> list[str]:
        topics = self.ledger.entries(topic=SNAP)
        kinds = [entry.kind for entry in topics]
        return kinds[kinds.index("agreement.terminated") :]


@pytest.fixture
def works() -> Works:
    office = usual()
    vault = Vault(MemoryKeyStore(), Tombstones(office.ledger))
    vault.prepare()
    for month in ("2026-07", "2026-08"):
        vault.write_keys(SNAP, CASES, month, ["first_name", "household_size"])
    vault.write_keys(LUNCH, CASES, "2026-08", ["first_name"])
    office.register.terminate(SNAP, by=BY, why=WHY)
    return Works(office, vault, [Shelf("one", {"a", "b"}), Shelf("two", {"c"})], Finds())


def test_it_goes_step_by_step_and_every_step_is_in_the_ledger(works: Works) -> None:
    works.again().destroy(SNAP, by=BY, why=WHY)
    assert works.kinds() == [
        "agreement.terminated",
        "destruction.inventory",
        "destruction.frozen",
        "agreement.destruction_pending",
        "destruction.keys",
        "destruction.erased.keys",
        "destruction.erased.one",
        "destruction.erased.two",
        "destruction.scrubbed",
        "destruction.scanned",
        "destruction.certified",
        "agreement.destroyed",
        "agreement.closed",
    ]
    assert works.office.standing().status is Status.CLOSED
    assert works.scrubbed == [1]


def test_the_certificate_lists_each_thing_and_says_who_when_and_why(works: Works) -> None:
    found = works.again().destroy(SNAP, by=BY, why=WHY)
    assert [item.holding.id for item in found.items] == [
        f"{CASES}.first_name",
        f"{CASES}.household_size",
        SNAP,
        "a",
        "b",
        "c",
    ]
    said = found.document
    assert said["asked_by"]["by"] == BY
    assert said["ended"]["why"] == WHY
    assert said["agreement"]["owner"] == "DTA"
    assert said["covers"].keys() == {"raw", "sealed", "models"}
    assert said["scan"]["looked"]["things"] == len(found.items)
    assert said["due_on"] == "2026-10-01"
    assert said["in_time"] is True
    assert read_certificate(found.note, PUBLIC) == found


def test_the_certificate_can_be_made_again_from_the_ledger_to_the_byte(works: Works) -> None:
    first = works.again().destroy(SNAP, by=BY)
    assert works.again().certificate(SNAP).note == first.note


def test_a_day_too_late_is_said_on_the_certificate(works: Works) -> None:
    destruction = works.again()
    assert destruction.due_on(SNAP) == date(2026, 10, 1)
    works.office.clock.advance(timedelta(days=32))
    assert destruction.destroy(SNAP, by=BY).document["in_time"] is False
    assert destruction.due_on(SNAP) is None


STEPS = 11


@pytest.mark.parametrize("step", range(STEPS))
@pytest.mark.parametrize("written", [False, True], ids=["before the entry", "after the entry"])
def test_broken_off_at_any_step_it_is_picked_up_and_ends_the_same(
    works: Works, step: int, written: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, count = Ledger._write, 0

    def dying(ledger: Ledger, *args: Any, **options: Any) -> Any:
        nonlocal count
        count += 1
        result = write(ledger, *args, **options) if count <= step + written else None
        if count > step:
            raise KeyboardInterrupt
        return result

    monkeypatch.setattr(Ledger, "_write", dying)
    with pytest.raises(KeyboardInterrupt):
        works.again().destroy(SNAP, by=BY, why=WHY)
    monkeypatch.undo()
    found = works.again().destroy(SNAP, by=BY, why=WHY)
    assert [item.holding.id for item in found.items][-4:] == [SNAP, "a", "b", "c"]
    assert works.again().certificate(SNAP) == found
    assert works.kinds().count("destruction.certified") == 1
    assert works.office.again().get(SNAP).status is Status.CLOSED
    assert not works.vault.has_keys(SNAP)


def test_those_are_all_its_steps(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    write, count = Ledger._write, 0

    def counting(ledger: Ledger, *args: Any, **options: Any) -> Any:
        nonlocal count
        count += 1
        return write(ledger, *args, **options)

    monkeypatch.setattr(Ledger, "_write", counting)
    works.again().destroy(SNAP, by=BY)
    assert count == STEPS


def test_the_ledger_says_that_keys_are_destroyed_before_they_are(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    def dying(_: Vault, __: AgreementId) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Vault, "destroy", dying)
    with pytest.raises(KeyboardInterrupt):
        works.again().destroy(SNAP, by=BY)
    assert works.kinds()[-1] == KEYS_DESTROYED
    assert works.vault.has_keys(SNAP)
    with pytest.raises(Misconfigured) as unusable:
        works.vault.read_keys(SNAP, CASES, "2026-07", ["first_name"])
    assert unusable.value.code == "KEY_DESTROYED"


def test_what_shows_up_only_while_deleting_is_on_the_certificate_too(works: Works) -> None:
    works.shelves[0].appears = {"stray"}
    found = works.again().destroy(SNAP, by=BY)
    assert "stray" in {item.holding.id for item in found.items}
    assert works.again().certificate(SNAP) == found


def test_what_was_added_between_inventory_and_deletion_is_on_the_certificate_too(works: Works) -> None:
    destruction = works.again()
    frozen = destruction.inventory(SNAP)
    assert frozen.entry is None
    works.shelves[1].sticky = True
    with pytest.raises(Misconfigured):
        destruction.destroy(SNAP, by=BY)
    works.shelves[1].sticky = False
    works.shelves[1].things.add("d")
    assert {"c", "d"} <= {item.holding.id for item in destruction.destroy(SNAP, by=BY).items}


@pytest.mark.parametrize("where", ["a holder", "a scanner"])
def test_nothing_is_certified_while_something_is_left(works: Works, where: str) -> None:
    if where == "a holder":
        works.shelves[0].sticky = True
    else:
        works.finds.found = ["copy"]
    with pytest.raises(Misconfigured) as left:
        works.again().destroy(SNAP, by=BY)
    assert left.value.code == "DESTRUCTION_INCOMPLETE"
    assert works.kinds()[-1] == "destruction.scanned"
    assert works.office.standing().status is Status.DESTRUCTION_PENDING
    with pytest.raises(Misconfigured) as none:
        works.again().certificate(SNAP)
    assert none.value.code == "CERTIFICATE_UNKNOWN"
    works.shelves[0].sticky, works.finds.found = False, []
    assert works.again().destroy(SNAP, by=BY).items


@pytest.mark.parametrize("status", ["active", "suspended"])
def test_what_is_in_force_is_not_destroyed(status: str) -> None:
    office = usual()
    if status == "suspended":
        office.register.suspend(SNAP, by=BY)
    works = Works(office, Vault(MemoryKeyStore()), [Shelf("one", {"a"})], Finds())
    size = office.ledger.size()
    with pytest.raises(Misconfigured) as refused:
        works.again().destroy(SNAP, by=BY)
    assert refused.value.code == "AGREEMENT_STATE"
    assert (office.ledger.size(), works.shelves[0].things) == (size, {"a"})


def test_an_agreement_that_expired_is_destroyed_as_well() -> None:
    office = usual()
    office.register.expire(SNAP, by=BY)
    vault = Vault(MemoryKeyStore(), Tombstones(office.ledger))
    vault.prepare()
    works = Works(office, vault, [], Finds())
    assert works.again().destroy(SNAP, by=BY).document["ended"]["how"] == "expired"


def test_whoever_does_not_hold_the_office_destroys_nothing(works: Works) -> None:
    officers = Officers({"clerk-1": [Role.COUNSEL], "boss-1": [Role.DATA_STEWARD]})
    register = Register(works.office.engine, works.ledger, works.office.clock, officers=officers)
    with pytest.raises(MoveNotYours):
        works.again(register).destroy(SNAP, by="clerk-1")
    assert works.vault.has_keys(SNAP)
    assert works.shelves[0].things
    assert works.again(register).destroy(SNAP, by="boss-1").items


def test_looking_at_the_inventory_changes_nothing(works: Works) -> None:
    size = works.ledger.size()
    stock = works.again().inventory(SNAP)
    assert stock.counts() == {"keys": 3, "sealed": 3}
    assert works.ledger.size() == size


def test_an_inventory_that_somebody_altered_is_not_certified(works: Works, monkeypatch: pytest.MonkeyPatch) -> None:
    works.again().destroy(SNAP, by=BY)
    monkeypatch.setattr("governance.destruction.inventory._PART_BYTES", 1)
    monkeypatch.setattr("governance.destruction.inventory._items", lambda _part: iter(()))
    with pytest.raises(Misconfigured) as altered:
        works.again().certificate(SNAP)
    assert altered.value.code == "CERTIFICATE_INVALID"


def test_a_long_inventory_is_kept_in_entries_that_a_tiled_log_can_hold(works: Works) -> None:
    works.shelves[0].things = {f"thing-{number:05d}-{'x' * 60}" for number in range(2_000)}
    found = works.again().destroy(SNAP, by=BY)
    assert len(found.items) == 2_004
    assert works.kinds().count("destruction.inventory") > 5
    sizes = [len(str(dict(entry.body))) for entry in works.ledger.entries(topic=SNAP)]
    assert max(sizes) < 60_000


def test_another_agreements_keys_are_untouched(works: Works) -> None:
    kept = works.vault.read_keys(LUNCH, CASES, "2026-08", ["first_name"])
    works.again().destroy(SNAP, by=BY)
    assert works.vault.read_keys(LUNCH, CASES, "2026-08", ["first_name"]) == kept


def test_a_certificate_of_another_log_is_not_ours(works: Works) -> None:
    found = works.again().destroy(SNAP, by=BY)
    other = verifier_key(NAME, Ed25519PrivateKey.generate().public_key())
    with pytest.raises(Misconfigured) as forged:
        read_certificate(found.note, other)
    assert forged.value.code == "CERTIFICATE_INVALID"


def test_there_is_no_certificate_of_what_was_not_destroyed(works: Works) -> None:
    with pytest.raises(Misconfigured) as none:
        works.again().certificate(LUNCH)
    assert none.value.code == "CERTIFICATE_UNKNOWN"
