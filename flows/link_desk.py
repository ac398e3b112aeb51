"""The desk for links that nobody is sure of: a data steward looks at pairs and decides, a caseworker doubts a family.

Looking at a pair is a use like any other: it asks the gate as a steward for what both agencies wrote, stands in the
ledger, and is told to the families. A decision says in the ledger who decided what, and nothing about whom.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flows.intaking import linker_of
from flows.services import Services
from flows.subject import unknown
from governance.database import transaction
from governance.errors import Misconfigured, MoveNotYours
from governance.ids import HouseholdId
from governance.ledger import Json
from governance.officer import Officers
from governance.opened import seal_jointly, unseal_jointly
from governance.role import Role
from signals.linkage.asking import Asker
from signals.linkage.name import whose
from signals.linkage.review import LinkReview
from signals.linkage.review_queue import doubt, edges_of
from signals.linkage.review_table import DECIDED, UNDECIDED, Source, State
from signals.linkage.side import BothSides, Side, gone, side_by_side

STEWARD = "data_steward"
"""The role in which a pair is looked at; an agreement names it among its users, or nobody looks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that became of a review: what, by whom, when, and why, as far as anything was said."""

    state: str
    source: str
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownReview:
    """A pair side by side, with what speaks for it and what was decided before. For a steward's eyes only."""

    review: LinkReview
    left: Side
    right: Side
    alike: dict[str, str]
    history: list[Step]


class LinkDesk:
    """Where a data steward looks at pairs, and decides.

    Args:
        house: the services.
        by: who looks: a staff id.

    Raises:
        MoveNotYours: whoever it is holds no data steward's office. The try is in the ledger.
    """

    def __init__(self, house: Services, by: str) -> None:
        self._house, self._by = house, by
        if Role.DATA_STEWARD not in Officers(house.settings.officers).roles(by):
            what = "Links are reviewed by a data steward, and by nobody else."
            reason = {"code": MoveNotYours.code, "clause": "link.review", "detail": what}
            house.ledger.append("use.refused", "link reviews", {"actor": by, "reasons": [reason]})
            raise MoveNotYours(what, "Let somebody look who holds the office (HEARTHLINE_OFFICERS names them).")

    def waiting(self, *states: State) -> list[LinkReview]:
        """Reviews in these states; those that nobody decided where none is named. They name nobody.

        What rests on an agreement that is not in force is left out: nobody may look at it now.
        """
        now, register = self._house.clock.now(), self._house.register
        found = self._house.link_reviews.find(*(states or UNDECIDED))
        stopped = {each for review in found for each in _agreements(review) if register.objection(each, now)}
        return [review for review in found if not stopped & set(_agreements(review))]

    def show(self, id: str) -> ShownReview:
        """A pair side by side.

        Raises:
            Misconfigured: `LINK_REVIEW_UNKNOWN`; `LINK_REVIEW_GONE`.
            Refused: an agreement does not let a steward look.
        """
        review = self._house.link_reviews.get(id)
        with self._looking(review) as both:
            steps = [_step(row, both, id) for row in self._house.link_reviews.history(id)]
        return ShownReview(review=review, left=both.left, right=both.right, alike=dict(both.alike), history=steps)

    def decide(self, id: str, state: State, *, reason: str, despite_numbers: bool = False) -> LinkReview:
        """Say what a pair is. It binds every link run from the next one on.

        Args:
            id: of the review.
            state: accepted, rejected or unsure.
            reason: why; it is sealed under both agreements.
            despite_numbers: it is one person although both have a social security number, and not the same one.

        Raises:
            Misconfigured: `REASON_NEEDED`; `LINK_NUMBERS_DIFFER`; `LINK_REVIEW_UNKNOWN`; `LINK_REVIEW_GONE`.
            Refused: an agreement does not let a steward look.
        """
        if not reason.strip() or state == State.OPEN:
            raise Misconfigured("A decision needs a reason.", "Say why (--reason).", code="REASON_NEEDED")
        review = self._house.link_reviews.get(id)
        with self._looking(review) as both:
            if state == State.ACCEPTED and both.numbers_differ and not despite_numbers:
                raise _differ()
            sealed = seal_jointly(both.doors, reason.encode(), _context(id))
        body: dict[str, Json] = {
            "by": self._by,
            "role": STEWARD,
            "state": str(state),
            "source": str(review.source),
            "agreements": list(_agreements(review)),
            "despite_numbers": despite_numbers and state == State.ACCEPTED,
        }
        self._house.ledger.append("link.reviewed", id, body)
        at = self._house.clock.now()
        return self._house.link_reviews.decide(
            id, state, by=self._by, at=at, reason=sealed, despite_numbers=despite_numbers
        )

    @contextmanager
    def _looking(self, review: LinkReview) -> Iterator[BothSides]:
        house = self._house
        homes = {review.left_household, review.right_household} - {HouseholdId("")}
        asker = Asker(
            gate=house.gate,
            register=house.register,
            actor=house.person(self._by, role=STEWARD),
            purpose=house.settings.purpose,
            run=None,
            about=frozenset(homes),
        )
        with side_by_side(asker, house.feeds, house.store, house.link_reviews, review) as both:
            if house.opt_outs.out_of([both.left.person, both.right.person]):
                raise gone()
            yield both


def doubt_household(house: Services, name: HouseholdId, *, by: str) -> list[str]:
    """A caseworker met another family than the one on the screen: what holds this household together is reviewed.

    Until a steward has decided, the household gets no alert and no offer.

    Args:
        house: the services.
        name: as the queue names the household, or once named it.
        by: who met them: a staff id.

    Returns:
        The reviews, one for each link between its person keys.

    Raises:
        Misconfigured: `HOUSEHOLD_UNKNOWN`; `LINK_NONE` where no link of ours holds it together.
        Refused: an agreement stopped while its rows were being read.
    """
    linked = linker_of(house).persons()
    homes = linked.persons.join(linked.households, on="person")
    before = house.link_memory.names.before(homes["person_key"].unique())
    found = whose(homes, [name], house.vault.secret("enclave"), before).get(name)
    if found is None:
        raise unknown()
    pairs = edges_of(linked, found.household)
    if not pairs:
        what = "No link between two agencies' numbers holds this household together, so there is none to review."
        do = "What is wrong with it is wrong in an agency's own rows: see `hearthline subject correct`."
        raise Misconfigured(what, do, code="LINK_NONE")
    subjects = house.subjects.commit(frozenset({found.household}))
    house.ledger.append("link.doubted", "-", {"by": by, "links": len(pairs), "subjects": subjects})
    with transaction(house.engine) as connection:
        return doubt(connection, house.vault, pairs, found.household, by=by, at=house.clock.now())


def described(review: LinkReview) -> dict[str, Any]:
    """A review as lists and scripts have it: nothing in it says who it is about."""
    return {
        "id": review.id,
        "state": str(review.state),
        "source": str(review.source),
        "why": review.why,
        "probability": review.probability,
        "weight": review.weight,
        "reasons": [{"what": what, "weight": weight} for what, weight in review.reasons],
        "left": {"space": review.left_space, "agreement": review.left_agreement},
        "right": {"space": review.right_space, "agreement": review.right_agreement},
        "despite_numbers": review.despite_numbers,
        "binding": review.state in DECIDED or review.source == Source.WRONG_MATCH,
        "asked_at": review.asked_at,
    }


def _agreements(review: LinkReview) -> tuple[Any, ...]:
    return tuple(sorted({review.left_agreement, review.right_agreement}))


def _step(row: Any, both: BothSides, id: str) -> Step:
    sealed = row.reason_sealed
    reason = unseal_jointly(both.doors, sealed, _context(id)).decode() if sealed else ""
    return Step(state=row.state, source=row.source, by=row.by, at=row.at, reason=reason)


def _context(id: str) -> str:
    """What a decision's sealed reason is bound to."""
    return f"link review:{id}"


def _differ() -> Misconfigured:
    return Misconfigured(
        "Both have a social security number, and not the same one.",
        "If it is one person all the same, say so with --despite-numbers.",
        code="LINK_NUMBERS_DIFFER",
    )
