"""Looks: what people (not programs) opened, and what they were refused, folded from the ledger's entries."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from governance.ids import HouseholdId
from governance.ledger import Entry, Ledger

PROGRAM = "flow"
"""The role of the nightly program: it looks at everything, at night, and by design."""

Resolve = Callable[[Collection[str]], Mapping[str, frozenset[HouseholdId]]]
"""Which households stand behind the ledger's commitments; what was erased stands behind none."""

_PAGE = 1_000
_TOGETHER_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One person's look: everything granted to them for one page or command.

    A page that shows a household opens one dataset after the other, each with a grant of its own; they are one look
    where they are about the same households within a minute. `about` are those households; empty where a look was about
    none in particular, or who they were was erased.
    """

    actor: str
    role: str
    action: str
    purpose: str
    about: frozenset[HouseholdId]
    at: datetime
    entries: tuple[int, ...]
    datasets: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One refused use: whose, when, which codes."""

    actor: str
    role: str
    codes: tuple[str, ...]
    dataset: str
    at: datetime
    entry: int


def looks_in(ledger: Ledger, *, since: datetime, resolve: Resolve) -> Iterator[Look]:
    """The looks of people since an instant, each when it ended.

    Args:
        ledger: the log.
        since: aware; earlier grants are passed over.
        resolve: tells whom a grant was about.
    """
    waiting: dict[str, Look] = {}
    granted = (
        entry
        for entry in ledger.entries(kind="grant.issued")
        if entry.at >= since and entry.body.get("role") != PROGRAM
    )
    while page := list(islice(granted, _PAGE)):
        about = resolve({str(entry.body["subjects"]) for entry in page if entry.body.get("subjects")})
        for entry in page:
            look = _look(entry, about.get(str(entry.body.get("subjects")), frozenset()))
            before = waiting.get(look.actor)
            if before is not None and _same(before, look):
                waiting[look.actor] = _joined(before, look)
                continue
            if before is not None:
                yield before
            waiting[look.actor] = look
    yield from sorted(waiting.values(), key=lambda look: look.entries[0])


def refusals_in(ledger: Ledger, *, since: datetime) -> Iterator[Refusal]:
    """Refused uses since an instant, oldest first; programs' too, where they name themselves."""
    for entry in ledger.entries(kind="use.refused"):
        if entry.at < since:
            continue
        yield Refusal(
            actor=str(entry.body.get("actor", "")),
            role=str(entry.body.get("role", "")),
            codes=tuple(_codes(entry.body.get("reasons"))),
            dataset=str(entry.body.get("dataset") or entry.topic),
            at=entry.at,
            entry=entry.index,
        )


def _look(entry: Entry, about: frozenset[HouseholdId]) -> Look:
    body = entry.body
    return Look(
        actor=str(body["actor"]),
        role=str(body["role"]),
        action=str(body["action"]),
        purpose=str(body["purpose"]),
        about=about,
        at=entry.at,
        entries=(entry.index,),
        datasets=frozenset([str(body["dataset"])]),
    )


def _same(before: Look, after: Look) -> bool:
    """Whether a grant belongs to a look: another dataset of the same page."""
    alike = (before.role, before.action, before.about) == (after.role, after.action, after.about)
    soon = (after.at - before.at).total_seconds() < _TOGETHER_SECONDS
    return alike and soon and not before.datasets & after.datasets


def _joined(before: Look, after: Look) -> Look:
    return replace(before, entries=before.entries + after.entries, datasets=before.datasets | after.datasets)


def _codes(reasons: object) -> Iterable[str]:
    if not isinstance(reasons, list | tuple):
        return ()
    return (str(reason["code"]) for reason in reasons if isinstance(reason, dict) and "code" in reason)
