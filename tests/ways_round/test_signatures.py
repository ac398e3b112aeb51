"""Ways round a signature: another's key, another text's, another party's, none at all, or an entry written by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from governance.errors import Misconfigured
from governance.ledger import Json
from governance.lifecycle import Status
from governance.signing import Mark, SigningKey
from tests.governance.papers import NOW, SNAP, Office, agreement, snap
from tests.governance.signing.test_signatory import BY, FLO, GUS, approved, owner_mark, recipient_mark, refused


def executed(house: Office) -> bool:
    """Whether the paper counts as signed by both."""
    return house.standing().status is not Status.OUT_FOR_SIGNATURE and house.standing().status is not Status.APPROVED


def test_a_signature_by_another_key_is_none() -> None:
    house = approved()
    assert refused(house, owner_mark(house, SigningKey.generate())) == "SIGNATURE_INVALID"
    assert not executed(house)


def test_a_signature_lifted_from_another_text_is_none() -> None:
    house = approved()
    mark = owner_mark(house)
    other = approved(snap(title="Something else altogether"))
    assert refused(other, mark) == "SIGNATURE_INVALID"
    assert refused(other, replace(mark, sha256=other.register.newest(SNAP).sha256)) == "SIGNATURE_INVALID"


@pytest.mark.parametrize(
    "change",
    [{"party": "recipient"}, {"name": GUS}, {"agency": "EOHHS"}, {"signed_at": "2026-09-02T12:00:00+00:00"}],
    ids=lambda change: next(iter(change)),
)
def test_a_signature_does_not_say_anything_else_than_it_was_made_for(change: dict[str, str]) -> None:
    house = approved()
    assert refused(house, replace(owner_mark(house), **change)) in {"SIGNATURE_INVALID", "AGREEMENT_PARTY"}


def test_whoever_has_a_key_does_not_sign_without_it() -> None:
    house = approved()
    assert refused(house, Mark(party="owner", name=FLO, sha256="")) == "SIGNATURE_UNKEYED"


def test_a_signature_written_into_the_ledger_by_hand_counts_for_no_reader() -> None:
    house = approved()
    house.register.sign(SNAP, "recipient", GUS, by=BY, mark=recipient_mark(house))
    forged = owner_mark(house, SigningKey.generate())
    body: dict[str, Json] = {"document": "agreement", "version": 1, "by": "intruder", "why": "", **forged.body()}
    house.ledger.append("agreement.signed", SNAP, body)
    assert "owner" not in house.again().get(SNAP).signed
    with pytest.raises(Misconfigured, match="AGREEMENT_UNSIGNED"):
        house.register.activate(SNAP, by=BY)


def test_a_text_revised_after_it_was_signed_is_not_signed() -> None:
    house = approved()
    house.register.sign(SNAP, "owner", FLO, by=BY, mark=owner_mark(house))
    with pytest.raises(Misconfigured, match=r"AGREEMENT_STATE|AGREEMENT_VERSION"):
        house.register.submit(agreement(snap(title="Something else altogether")), by="intruder")
    assert house.standing().agreement.title != "Something else altogether"


def test_the_same_signature_twice_is_one() -> None:
    house = approved()
    mark = owner_mark(house)
    for _ in range(2):
        house.register.sign(SNAP, "owner", FLO, by=BY, mark=mark)
    assert house.standing().signed == {"owner"}
    assert not executed(house)
    assert house.clock.now() == NOW
