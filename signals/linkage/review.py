"""Reviews: links that linkage is not sure of, or that a caseworker doubts, for a data steward to decide.

A decision binds every later run (`signals.linkage.bond`). It is kept by pair of person keys, each a keyed digest, so
that the table tells nobody who it is about, and holds whatever the household is called by then. An acceptance rests on
both agreements: it joins nothing without a row of each, and is erased with either.
"""

from __future__ import annotations

import hmac
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, and_, insert, or_, select, update

from governance.database import reading, transaction
from governance.errors import Misconfigured
from governance.ids import AgreementId, HouseholdId
from governance.vault import Vault
from signals.linkage.bond import Bond
from signals.linkage.review_table import (
    DECIDED,
    UNDECIDED,
    Source,
    State,
    link_asked,
    link_hold,
    link_review,
    link_review_event,
)

SECRET = "link_review"  # noqa: S105 (its name, not the secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkReview:
    """One review as it stands: everything but who it is about."""

    id: str
    left_space: str
    right_space: str
    left_agreement: AgreementId
    right_agreement: AgreementId
    left_household: HouseholdId
    right_household: HouseholdId
    probability: float | None
    weight: float | None
    reasons: tuple[tuple[str, float], ...]
    why: str
    state: State
    source: Source
    despite_numbers: bool
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What stewards decided about some people, and whom an undecided doubt is about. Stays in the enclave.

    `doubted` has, by person key, the reviews that a caseworker's doubt opened.
    """

    together: tuple[Bond, ...]
    apart: frozenset[tuple[str, str]]
    doubted: Mapping[str, frozenset[str]]


NOTHING_DECIDED = Decided(together=(), apart=frozenset(), doubted={})


class LinkReviews:
    """The reviews of this installation. Nothing here asks the gate: see `flows.link_desk` for who may look and decide.

    Args:
        engine: the operational database.
        vault: has the secret that digests are made with.
    """

    def __init__(self, engine: Engine, vault: Vault) -> None:
        self._engine = engine
        self._vault = vault

    def find(self, *states: State) -> list[LinkReview]:
        """Reviews in these states, or all; a caseworker's doubts first, then the likeliest."""
        query = select(link_review)
        query = query.where(link_review.c.state.in_(states)) if states else query
        with reading(self._engine) as connection:
            found = [_review(row) for row in connection.execute(query)]
        return sorted(found, key=lambda each: (each.source != Source.WRONG_MATCH, -(each.probability or 0.0), each.id))

    def get(self, id: str) -> LinkReview:
        """One review.

        Raises:
            Misconfigured: `LINK_REVIEW_UNKNOWN`.
        """
        with reading(self._engine) as connection:
            row = connection.execute(select(link_review).where(link_review.c.id == id)).first()
        if row is None:
            what = f"There is no review {id[:40]} of a link."
            raise Misconfigured(what, "See `hearthline link review list`.", code="LINK_REVIEW_UNKNOWN")
        return _review(row)

    def history(self, id: str) -> list[Any]:
        """Everything that became of a review, oldest first: state, source, by, at, reason_sealed."""
        query = select(link_review_event).where(link_review_event.c.review == id).order_by(link_review_event.c.id)
        with reading(self._engine) as connection:
            return list(connection.execute(query))

    def sides(self, id: str, persons: Iterable[str]) -> tuple[str | None, str | None]:
        """Which of these person keys a review is about: left and right, None where it is not among them."""
        with reading(self._engine) as connection:
            columns = (link_review.c.left_digest, link_review.c.right_digest)
            row = connection.execute(select(*columns).where(link_review.c.id == id)).one()
        found = {digest: person for person, digest in digests(self._vault, persons) if digest in set(row)}
        return found.get(row.left_digest), found.get(row.right_digest)

    def decided(self, persons: Collection[str]) -> Decided:
        """What binds a link run of these people.

        Args:
            persons: all person keys of its rows.
        """
        with reading(self._engine) as connection:
            rows = connection.execute(select(link_review).where(_binding())).all()
        wanted = {digest for row in rows for digest in (row.left_digest, row.right_digest)}
        known = {digest: person for person, digest in digests(self._vault, persons if rows else ()) if digest in wanted}
        together, apart, doubted = list[Bond](), set[tuple[str, str]](), defaultdict[str, set[str]](set)
        for row in rows:
            left, right = known.get(row.left_digest), known.get(row.right_digest)
            if left is None or right is None:
                continue
            if row.state in UNDECIDED:
                doubted[left].add(row.id)
                doubted[right].add(row.id)
            elif row.state == State.REJECTED:
                apart.add((left, right))
            else:
                together.append(_bond(row, left, right))
        said = {person: frozenset(reviews) for person, reviews in doubted.items()}
        return Decided(together=tuple(sorted(together)), apart=frozenset(apart), doubted=said)

    def mark(self) -> list[list[Any]]:
        """What binds link runs now, as part of a run's id: another decision is another run."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(link_review).where(_binding()).order_by(link_review.c.id)).all()
        return [[row.id, row.state, row.despite_numbers, row.left_agreement, row.right_agreement] for row in rows]

    def asked_for(self) -> str | None:
        """The link run whose uncertain pairs are in the queue."""
        with reading(self._engine) as connection:
            return connection.execute(select(link_asked.c.link)).scalar()

    def held(self) -> frozenset[HouseholdId]:
        """Households that get no alert and no offer while it is undecided who they are."""
        with reading(self._engine) as connection:
            return frozenset(HouseholdId(each) for each in connection.execute(select(link_hold.c.household)).scalars())

    def decide(
        self, id: str, state: State, *, by: str, at: datetime, reason: bytes | None, despite_numbers: bool = False
    ) -> LinkReview:
        """Write a decision down. It binds from the next link run on; what was decided before stays in the history.

        Args:
            id: of the review.
            state: what the steward found.
            by: who decides: a staff id.
            at: this instant.
            reason: why, sealed under both agreements.
            despite_numbers: the steward accepts knowing of two different social security numbers.
        """
        values = {"state": str(state), "despite_numbers": despite_numbers and state == State.ACCEPTED}
        review = self.get(id)
        event = {"review": id, "state": str(state), "source": review.source, "by": by, "at": at}
        with transaction(self._engine) as connection:
            connection.execute(update(link_review).where(link_review.c.id == id).values(**values))
            connection.execute(insert(link_review_event).values(**event, reason_sealed=reason))
        return self.get(id)


def digests(vault: Vault, persons: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Person keys, each with the digest that it rests as."""
    key = vault.secret(SECRET)
    for person in persons:
        yield person, hmac.digest(key, person.encode(), "sha256").hex()


def _binding() -> ColumnElement[bool]:
    """Reviews that a link run must know of: what is decided, and what somebody doubts."""
    doubt = and_(link_review.c.source == Source.WRONG_MATCH, link_review.c.state.in_(UNDECIDED))
    return or_(link_review.c.state.in_(DECIDED), doubt)


def _bond(row: Any, left: str, right: str) -> Bond:
    return Bond(
        left=left,
        left_agreement=row.left_agreement,
        right=right,
        right_agreement=row.right_agreement,
        despite_numbers=row.despite_numbers,
    )


def _review(row: Any) -> LinkReview:
    own = {name: value for name, value in row._asdict().items() if not name.endswith("_digest")}
    return LinkReview(
        **own
        | {
            "state": State(row.state),
            "source": Source(row.source),
            "reasons": tuple((what, weight) for what, weight in row.reasons),
        }
    )
