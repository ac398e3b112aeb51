"""The register: where papers stand, who signed them, and what an edit after signing does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, update

from governance.adoption import adopt
from governance.archive import agreement_document
from governance.database import connect, sqlite_url, transaction
from governance.document import dump, sha256
from governance.errors import Misconfigured
from governance.ids import AgreementId
from governance.lifecycle import Status
from governance.policy import load_policy
from tests.governance.papers import (
    CASES,
    LUNCH,
    NOW,
    SNAP,
    Document,
    agreement,
    mou,
    office,
    signed,
    snap,
    use_of,
    usual,
)

BY = "steward-1"


def second(**changes: Any) -> Document:
    return snap(version=2, **changes)


def smaller() -> Document:
    """The next version, without the field `household_size`."""
    document = second()
    document["datasets"][0]["fields"].pop()
    return document


def code_of(refused: pytest.ExceptionInfo[Misconfigured]) -> str:
    return refused.value.code


def test_step_by_step_from_review_to_active() -> None:
    house = office(mou())
    register = house.register
    register.submit(agreement(snap()), by=BY)
    assert house.standing().status is Status.UNDER_REVIEW
    register.approve(SNAP, by="council")
    register.sign(SNAP, "owner", "Flo Invented", by=BY)
    assert house.standing().status is Status.OUT_FOR_SIGNATURE
    assert "recipient signs" in " ".join(register.next_steps(SNAP))
    register.sign(SNAP, "recipient", "Gus Invented", by=BY)
    assert house.standing().status is Status.EXECUTED
    assert house.codes() == ["NOT_ACTIVE"]
    register.activate(SNAP, by=BY, why="all signed")
    assert house.standing().active
    assert house.ask().permitted
    assert [step.move for step in house.standing().history] == [
        "submitted",
        "approved",
        "sent",
        "signed",
        "signed",
        "executed",
        "activated",
    ]
    assert house.standing().history[-1].why == "all signed"


def test_an_activation_needs_both_signatures() -> None:
    house = office(mou())
    house.register.submit(signed(snap(), "owner"), by=BY)
    house.register.approve(SNAP, by=BY)
    with pytest.raises(Misconfigured, match="not signed by recipient") as refused:
        house.register.activate(SNAP, by=BY)
    assert code_of(refused) == "AGREEMENT_UNSIGNED"
    house.register.sign(SNAP, "recipient", "Gus Invented", by=BY)
    house.register.activate(SNAP, by=BY)
    assert house.standing().active


def test_a_signature_over_another_text_does_not_count() -> None:
    house = office(mou())
    document = snap(title="Another title", signatures=signed(snap()).model_dump(mode="json")["signatures"])
    house.register.submit(agreement(document), by=BY)
    house.register.approve(SNAP, by=BY)
    assert "edited after signing" in " ".join(house.register.next_steps(SNAP))
    with pytest.raises(Misconfigured, match="edited after signing"):
        house.register.activate(SNAP, by=BY)
    assert house.codes() == ["NOT_ACTIVE"]


def test_a_signature_is_of_the_text_that_was_signed_not_of_a_revision() -> None:
    house = office(mou())
    house.register.submit(agreement(snap()), by=BY)
    house.register.submit(agreement(snap(title="Revised")), by=BY)
    assert house.standing().agreement.title == "Revised"
    house.register.approve(SNAP, by=BY)
    with pytest.raises(Misconfigured):
        house.register.submit(agreement(snap()), by=BY)


@pytest.mark.parametrize("move", ["approve", "send", "activate", "resume", "decline", "void", "close", "destroyed"])
def test_a_move_that_cannot_be_made_is_an_error_and_leaves_no_trace(move: str) -> None:
    house = usual()
    before = house.ledger.size()
    with pytest.raises(Misconfigured) as refused:
        getattr(house.register, move)(SNAP, by=BY)
    assert code_of(refused) == "AGREEMENT_STATE"
    assert house.ledger.size() == before
    assert house.standing().active


def test_a_move_needs_somebody_who_makes_it() -> None:
    with pytest.raises(Misconfigured) as refused:
        usual().register.suspend(SNAP, by=" ")
    assert code_of(refused) == "AGREEMENT_BY"


def test_what_is_not_on_file_is_said_to_be_unknown() -> None:
    house = usual()
    for ask in (house.register.get, house.register.next_steps):
        with pytest.raises(Misconfigured) as refused:
            ask(AgreementId("DULA-1999-001"))
        assert code_of(refused) == "AGREEMENT_UNKNOWN"
    unknown = house.register.objection(AgreementId("DULA-1999-001"), NOW)
    assert unknown is not None
    assert unknown.code == "NO_AGREEMENT"


def test_a_suspension_acts_at_the_next_read_also_in_another_process() -> None:
    house = usual()
    elsewhere = house.again()
    assert elsewhere.get(SNAP).active
    house.register.suspend(SNAP, by="privacy-1", why="a breach")
    assert not elsewhere.get(SNAP).active
    stopped = elsewhere.objection(SNAP, NOW)
    assert stopped is not None
    assert stopped.code == "NOT_ACTIVE"
    elsewhere.resume(SNAP, by="privacy-1")
    assert house.ask().permitted


def test_a_read_while_nothing_moves_asks_for_nothing_but_the_size(monkeypatch: pytest.MonkeyPatch) -> None:
    house = usual()
    house.standing()
    house.ledger.append("night.started", "r-1", {})
    asked: list[int] = []
    entries = house.ledger.entries

    def counting(*, kind: str | None = None, after: int = -1, **more: Any) -> Any:
        asked.append(after)
        return entries(kind=kind, after=after, **more)

    monkeypatch.setattr(house.ledger, "entries", counting)
    for _ in range(5):
        house.standing()
    assert asked == [house.ledger.size() - 2], "only what is new, and that once"


def test_an_amendment_signed_by_both_takes_over_at_once() -> None:
    house = usual()
    old = house.standing()
    house.register.amend(agreement(smaller()), signed_by={"owner": "Flo", "recipient": "Gus"}, by=BY, why="less")
    new = house.standing()
    assert (new.version, new.status, new.pending) == (2, Status.ACTIVE, None)
    assert new.sha256 != old.sha256
    assert house.codes(use_of(fields={"household_size"})) == ["FIELD_NOT_LISTED"]
    assert house.ask().agreements == ((SNAP, 2),)


def test_an_amendment_that_carries_its_signatures_takes_over_at_once() -> None:
    house = usual()
    house.register.amend(signed(smaller()), by=BY)
    assert house.standing().version == 2


def test_an_unsigned_amendment_waits_while_the_old_version_stays_in_force() -> None:
    house = usual()
    house.register.amend(agreement(smaller()), by=BY)
    standing = house.standing()
    assert (standing.version, standing.active) == (1, True)
    assert standing.pending is not None
    assert standing.pending.version == 2
    assert house.ask(use_of(fields={"household_size"})).permitted
    assert "waits beside it" in " ".join(house.register.next_steps(SNAP))
    house.register.approve(SNAP, by=BY)
    house.register.sign(SNAP, "owner", "Flo", by=BY)
    house.register.sign(SNAP, "recipient", "Gus", by=BY)
    house.register.activate(SNAP, by=BY)
    assert (house.standing().version, house.standing().pending) == (2, None)


def test_a_half_signed_amendment_waits_too() -> None:
    house = usual()
    house.register.amend(agreement(smaller()), signed_by={"owner": "Flo"}, by=BY)
    assert house.standing().version == 1


@pytest.mark.parametrize("version", [1, 3])
def test_an_amendment_carries_the_next_number(version: int) -> None:
    with pytest.raises(Misconfigured) as refused:
        usual().register.amend(agreement(snap(version=version)), by=BY)
    assert code_of(refused) == "AGREEMENT_VERSION"
    assert "version: 2" in str(refused.value)


def test_only_what_is_in_force_or_expired_can_be_amended() -> None:
    house = usual()
    house.register.suspend(SNAP, by=BY)
    with pytest.raises(Misconfigured):
        house.register.amend(signed(smaller()), by=BY)
    house.register.expire(SNAP, by=BY)
    house.register.amend(signed(smaller()), by=BY)
    assert house.standing().active


def test_a_suspension_keeps_an_amendment_that_waits_from_lifting_it() -> None:
    house = usual()
    house.register.amend(agreement(smaller()), by=BY)
    house.register.approve(SNAP, by=BY)
    house.register.sign(SNAP, "owner", "Flo", by=BY)
    house.register.sign(SNAP, "recipient", "Gus", by=BY)
    house.register.suspend(SNAP, by=BY)
    with pytest.raises(Misconfigured, match="resume or terminate"):
        house.register.activate(SNAP, by=BY)
    assert house.codes() == ["NOT_ACTIVE"]


def test_a_signature_needs_a_party_and_a_name() -> None:
    house = usual()
    for given_by in ({"witness": "Flo"}, {"owner": " ", "recipient": "Gus"}):
        with pytest.raises(Misconfigured) as refused:
            house.register.amend(agreement(smaller()), signed_by=given_by, by=BY)
        assert code_of(refused) == "AGREEMENT_PARTY"


def test_a_termination_voids_what_waits_and_is_the_end() -> None:
    house = usual()
    house.register.amend(agreement(smaller()), by=BY)
    house.register.terminate(SNAP, by=BY)
    assert house.standing().status is Status.TERMINATED
    assert house.standing().pending is None
    for again in (house.register.submit, house.register.amend):
        with pytest.raises(Misconfigured) as refused:
            again(agreement(snap(version=3)), by=BY)
        assert code_of(refused) == "AGREEMENT_STATE"


def test_an_agency_that_leaves_the_memorandum_takes_its_agreements_with_it() -> None:
    house = usual()
    house.register.leave(mou().id, "DESE", by=BY)
    assert house.codes() == []
    reason = house.register.objection(LUNCH, NOW)
    assert reason is not None
    assert reason.code == "MOU_INACTIVE"
    house.register.join(mou().id, "DESE", "Ada Invented", by=BY)
    assert house.register.objection(LUNCH, NOW) is None


def test_a_memorandum_that_was_edited_after_signing_holds_nobody() -> None:
    house = office(mou(over="1" * 64), signed(snap()))
    standing = house.register.mou()
    assert standing is not None
    assert standing.status is Status.UNDER_REVIEW
    assert house.codes() == ["MOU_INACTIVE"]


EDITS: list[tuple[str, Any]] = [
    ("title", "Another title"),
    ("users", {"roles": ["flow", "caseworker", "analyst", "marketer"]}),
    ("term", {"effective": "2020-01-01", "expires": "2099-01-01"}),
    ("linkage", {"with": []}),
    ("models", {"train": True, "score_purposes": ["prevention.outreach"], "retire_on_termination": False}),
]


@pytest.mark.parametrize(("key", "value"), EDITS)
def test_a_stored_document_edited_after_signing_is_not_active(engine: Engine, key: str, value: Any) -> None:
    house = office(mou(), signed(snap()), engine=engine)
    assert house.ask().permitted
    forged = signed(snap(**{key: value}))  # signatures fit the forged text, but not what the ledger knows
    with transaction(engine) as connection:
        connection.execute(update(agreement_document).where(agreement_document.c.id == SNAP).values(text=dump(forged)))
    register = house.again()
    standing = register.get(SNAP)
    assert standing.status is Status.ACTIVE
    assert standing.sha256 == sha256(forged)
    assert not standing.active
    assert "permits nothing" in " ".join(register.next_steps(SNAP))
    reason = register.objection(SNAP, NOW)
    assert reason is not None
    assert reason.code == "NOT_ACTIVE"


@pytest.mark.parametrize("text", ["", "{}", '{"agreement":{"id":"DULA-2026-014"}}', None])
def test_a_stored_document_that_cannot_be_read_covers_nothing(text: str | None) -> None:
    house = usual()
    mine = agreement_document.c.id == SNAP
    with transaction(house.engine) as connection:
        if text is None:
            connection.execute(delete(agreement_document).where(mine))
        else:
            connection.execute(update(agreement_document).where(mine).values(text=text))
    register = house.again()
    assert SNAP in register.papers().damaged
    assert register.covering(CASES) == ()
    with pytest.raises(Misconfigured) as refused:
        register.get(SNAP)
    assert code_of(refused) == "AGREEMENT_DAMAGED"
    assert register.get(LUNCH).active


@given(st.sampled_from(["title", "question"]), st.text("abc ", min_size=1, max_size=8).map(str.strip).filter(bool))
@tries(max_examples=20)
def test_no_edit_of_a_stored_text_survives_the_hash(key: str, text: str) -> None:
    house = office(mou(), signed(snap()))
    edited = signed(snap(**{key: text}))
    with transaction(house.engine) as connection:
        connection.execute(update(agreement_document).where(agreement_document.c.id == SNAP).values(text=dump(edited)))
    assert house.again().get(SNAP).active == (sha256(edited) == sha256(signed(snap())))


def test_two_processes_that_move_a_paper_at_once_end_in_one_state(tmp_path: Path) -> None:
    """Somebody suspends between our look and our write: the amendment has no effect, and says so."""
    house = office(mou(), signed(snap()), engine=connect(sqlite_url(tmp_path / "papers.db")))
    other = house.again()
    append_many = house.ledger.append_many

    def interrupted(entries: Any) -> Any:
        house.ledger.append_many = append_many  # type: ignore[method-assign]
        other.suspend(SNAP, by="privacy-1")
        return append_many(entries)

    house.ledger.append_many = interrupted  # type: ignore[method-assign]
    with pytest.raises(Misconfigured, match="somebody else") as refused:
        house.register.amend(signed(smaller()), by=BY)
    assert code_of(refused) == "AGREEMENT_STATE"
    assert (house.standing().version, house.standing().status) == (1, Status.SUSPENDED)
    assert other.get(SNAP) == house.standing()


def test_adopting_a_policy_twice_changes_nothing(engine: Engine) -> None:
    house = office(engine=engine)
    policy = load_policy()
    first = adopt(house.register, policy, by=BY)
    assert len(first) == len(policy.papers)
    size = house.ledger.size()
    assert adopt(house.again(), policy, by=BY) == ()
    assert house.ledger.size() == size
    assert all(standing.active for standing in house.register.all())


def test_adopting_leaves_what_is_on_file_as_it_stands() -> None:
    house = usual()
    house.register.suspend(SNAP, by=BY)
    with pytest.raises(Misconfigured):
        house.register.adopt(signed(snap()), by=BY)
    assert house.standing().status is Status.SUSPENDED


def test_expiry_is_announced_among_the_next_steps() -> None:
    house = usual()
    clean = [step for step in house.register.next_steps(SNAP) if "expires" in step]
    assert clean == []
    house.clock.at = house.clock.at.replace(year=2027, month=6, day=1)
    assert "expires within 30 days" in " ".join(house.register.next_steps(SNAP))


def test_the_ledger_still_verifies_and_names_who_moved_what() -> None:
    house = usual()
    house.register.suspend(SNAP, by="privacy-1", why="a breach")
    assert house.ledger.verify().verified
    (entry,) = list(house.ledger.entries(kind="agreement.suspended", topic=SNAP))
    assert (entry.body["by"], entry.body["why"]) == ("privacy-1", "a breach")
