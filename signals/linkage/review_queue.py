"""The queue of reviews: what a link run is not sure of, and what a caseworker doubts, written down for a steward."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import permutations
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from governance.ids import HouseholdId
from governance.vault import Vault
from signals.linkage.build import Linked
from signals.linkage.review import digests
from signals.linkage.review_table import (
    UNDECIDED,
    Source,
    State,
    link_asked,
    link_hold,
    link_review,
    link_review_event,
)

PROGRAM = "hearthline"
"""Who opens the reviews of pairs that linkage is not sure of."""
LINKED = "linked"
"""Why a pair is put before a steward that is linked, and doubted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two person keys that may be one person, as they are put before a steward.

    `reasons` says in words what speaks for and against, each with its weight; `why` for what it was held back.
    `left_household` and `right_household` are what their households are called. Stays in the enclave.
    """

    left: str
    right: str
    left_agreement: str
    right_agreement: str
    left_household: str
    right_household: str
    why: str
    probability: float | None = None
    weight: float | None = None
    reasons: tuple[tuple[str, float], ...] = ()


def pairs_of(linked: Linked) -> list[Pair]:
    """The pairs that a link run is not sure of, each once.

    Args:
        linked: who is who, and who is not sure.
    """
    homes = _homes(linked)
    found: dict[tuple[str, str], Pair] = {}
    for row in linked.uncertain.iter_rows(named=True):
        ends = [homes.get((row[side], row[f"{side}_agreement"]), "") for side in ("left", "right")]
        reasons = tuple((each["what"], round(each["weight"], 2)) for each in row.pop("reasons"))
        pair = Pair(**row, reasons=reasons, left_household=ends[0], right_household=ends[1])
        found.setdefault((pair.left, pair.right), pair)
    return list(found.values())


def edges_of(linked: Linked, household: HouseholdId) -> list[Pair]:
    """The links that hold a household's persons together, each pair once.

    Args:
        linked: who is who.
        household: what it is called now.
    """
    homes = _homes(linked)
    mine = {key for key, home in homes.items() if home == household}
    found: dict[tuple[str, str], Pair] = {}
    for left, right, agreements in linked.edges.select("left", "right", "agreements").iter_rows():
        for one, other in permutations([*agreements, *agreements][:2]):
            if (left, one) in mine and (right, other) in mine:
                pair = Pair(
                    left=left,
                    right=right,
                    left_agreement=one,
                    right_agreement=other,
                    left_household=household,
                    right_household=household,
                    why=LINKED,
                )
                found.setdefault((left, right), pair)
    return list(found.values())


def holds_of(linked: Linked, doubted: Mapping[str, frozenset[str]]) -> set[tuple[str, str]]:
    """Each household of whose people an undecided doubt is about somebody, with the review.

    Args:
        linked: who is who.
        doubted: the reviews that a person key stands in.
    """
    return {(home, review) for (person, _), home in _homes(linked).items() for review in doubted.get(person, ())}


def ask(
    connection: Connection,
    vault: Vault,
    link: str,
    pairs: Collection[Pair],
    holds: Iterable[tuple[str, str]],
    at: datetime,
) -> None:
    """Make the queue what a link run is not sure of now. What was decided, doubted or left unsure stays.

    Args:
        connection: of the transaction that makes the run count.
        vault: has the secret that digests are made with.
        link: the run.
        pairs: its uncertain pairs, each once.
        holds: households that a doubt is about, each with the review.
        at: this instant.
    """
    known = _known(connection)
    mine = dict(_by_digest(vault, pairs))
    for ends, row in known.items():
        if ends not in mine and row.state == State.OPEN and row.source == Source.LINKAGE:
            connection.execute(delete(link_review_event).where(link_review_event.c.review == row.id))
            connection.execute(delete(link_review).where(link_review.c.id == row.id))
    for ends, pair in mine.items():
        if ends not in known:
            _open(connection, pair, ends, Source.LINKAGE, by=PROGRAM, at=at)
        elif known[ends].state in UNDECIDED:
            connection.execute(update(link_review).where(link_review.c.id == known[ends].id).values(**_said(pair)))
    connection.execute(delete(link_hold))
    _hold(connection, holds)
    connection.execute(delete(link_asked))
    connection.execute(insert(link_asked).values(link=link, at=at))


def doubt(
    connection: Connection, vault: Vault, pairs: Collection[Pair], household: HouseholdId, *, by: str, at: datetime
) -> list[str]:
    """Put links before a steward that a caseworker doubts. The household is left in peace from now on.

    Args:
        connection: of a transaction.
        vault: has the secret that digests are made with.
        pairs: the links that hold the household's persons together.
        household: what it is called now.
        by: who met the wrong family: a staff id.
        at: this instant.

    Returns:
        The reviews: new ones, and those on record, opened again.
    """
    known = _known(connection)
    reviews = []
    for ends, pair in _by_digest(vault, pairs):
        if ends not in known:
            reviews.append(_open(connection, pair, ends, Source.WRONG_MATCH, by=by, at=at))
            continue
        id = str(known[ends].id)
        values = {"state": State.OPEN, "source": Source.WRONG_MATCH, "why": LINKED, "despite_numbers": False}
        connection.execute(update(link_review).where(link_review.c.id == id).values(**values))
        _tell(connection, id, State.OPEN, Source.WRONG_MATCH, by=by, at=at)
        reviews.append(id)
    held = {tuple(row) for row in connection.execute(select(link_hold.c.household, link_hold.c.review))}
    _hold(connection, [each for each in ((str(household), review) for review in reviews) if each not in held])
    return reviews


def _homes(linked: Linked) -> dict[tuple[str, str], str]:
    """The household of each person key under each of its agreements."""
    placed = linked.persons.join(linked.households, on="person")
    return {
        (key, agreement): home
        for key, agreement, home in placed.select("person_key", "agreement", "household").iter_rows()
    }


def _known(connection: Connection) -> dict[tuple[str, str], Any]:
    rows = connection.execute(select(link_review))
    return {(row.left_digest, row.right_digest): row for row in rows}


def _by_digest(vault: Vault, pairs: Collection[Pair]) -> Iterator[tuple[tuple[str, str], Pair]]:
    made = dict(digests(vault, {key for pair in pairs for key in (pair.left, pair.right)}))
    for pair in pairs:
        yield (made[pair.left], made[pair.right]), pair


def _open(connection: Connection, pair: Pair, ends: tuple[str, str], source: Source, *, by: str, at: datetime) -> str:
    id = f"r-{secrets.token_hex(8)}"
    spaces = {"left_space": pair.left.partition(":")[0], "right_space": pair.right.partition(":")[0]}
    fixed = {"id": id, "left_digest": ends[0], "right_digest": ends[1], **spaces, "asked_at": at}
    values = {**fixed, **_said(pair), "state": State.OPEN, "source": source, "despite_numbers": False}
    connection.execute(insert(link_review).values(**values))
    _tell(connection, id, State.OPEN, source, by=by, at=at)
    return id


def _said(pair: Pair) -> dict[str, Any]:
    """What linkage says about a pair now."""
    names = ("left_agreement", "right_agreement", "left_household", "right_household", "probability", "weight", "why")
    return {name: getattr(pair, name) for name in names} | {"reasons": [list(each) for each in pair.reasons]}


def _tell(connection: Connection, review: str, state: State, source: Source, *, by: str, at: datetime) -> None:
    event = {"review": review, "state": state, "source": source, "by": by, "at": at, "reason_sealed": None}
    connection.execute(insert(link_review_event).values(**event))


def _hold(connection: Connection, holds: Iterable[tuple[str, str]]) -> None:
    rows = [{"household": household, "review": review} for household, review in sorted(holds)]
    if rows:
        connection.execute(insert(link_hold), rows)
