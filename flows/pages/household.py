"""Why a household is on the list: its reasons, the days behind them, its texts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

from alerts.programme import named
from alerts.queue import Move, history
from console.view import HouseholdView, ReasonView, TextLine, TimelineEvent
from flows.bootstrap import Services
from flows.pages.texts import best, contact_of, lines_of
from flows.reading import Reader
from flows.shown import ShownReason, Why
from governance.database import reading
from governance.ids import DatasetId, HouseholdId
from rules.scorer.explain import PREFIX

BOOKKEEPING = frozenset({"model.baseline", "model.rest"})
"""Reasons that make the sum come out; they say nothing to a caseworker."""

MOVES = {
    "opened": "Put on the list",
    "refreshed": "Confirmed",
    "put back": "Waits for room",
    "lapsed": "Taken off",
    "merged": "Joined with another task",
}


def household_view(house: Services, household: HouseholdId, *, asker: str) -> HouseholdView:
    """Why a household is on the list.

    Args:
        house: the services.
        household: which.
        asker: the staff id that looks; it stands in the ledger.

    Raises:
        Misconfigured: `HOUSEHOLD_UNKNOWN`.
        Refused: where an agreement does not let this person look.
    """
    why = Reader(house).why(household, worker=asker)
    with reading(house.engine) as connection:
        moves = tuple(history(connection, why.task))
    contact = contact_of(house, household)
    texts = lines_of(house, [contact.id]) if contact else ()
    consent, said = best(house, [contact.id] if contact else [])
    return HouseholdView(
        household=why.household,
        task=why.task,
        status=why.status,
        tier=why.tier,
        due_on=why.due_on,
        owner=why.owner,
        as_of=why.as_of,
        reasons=reason_views(why.reasons),
        programmes=named(house.programmes, list(dict.fromkeys(id for each in why.reasons for id in each.programmes))),
        history=moves,
        timeline=tuple(_timeline(house, why, moves, texts)),
        texts=texts,
        consent=consent,
        said=said.history if said else (),
        contact=contact.id if contact else None,
    )


def reason_views(reasons: Iterable[ShownReason]) -> tuple[ReasonView, ...]:
    """Reasons as a page shows them; of the model's, how heavy each is beside the heaviest, and no number."""
    shown = [each for each in reasons if each.rule not in BOOKKEEPING]
    most = max((abs(each.contribution or 0.0) for each in shown if each.rule.startswith(PREFIX)), default=0.0)
    return tuple(
        ReasonView(
            text=each.text,
            citation=each.citation,
            facts=tuple(each.facts),
            kind="model" if each.rule.startswith(PREFIX) else "rule",
            weight=(each.contribution or 0.0) / most if most and each.rule.startswith(PREFIX) else 0.0,
        )
        for each in shown
    )


def _timeline(house: Services, why: Why, moves: Iterable[Move], texts: Iterable[TextLine]) -> Iterator[TimelineEvent]:
    """Every day that the page speaks of: of the facts behind the reasons, of the task, of the texts."""
    facts = {
        (fact.dataset, fact.occurred_on, fact.indicator, fact.delivery, fact.row): fact
        for reason in why.reasons
        for fact in reason.facts
        if fact.occurred_on is not None
    }
    seen = set()
    for fact in facts.values():
        day = fact.occurred_on
        label = house.indicators[fact.indicator].kind if fact.indicator in house.indicators else fact.indicator
        if day is None or (fact.dataset, day, label) in seen:
            continue
        seen.add((fact.dataset, day, label))
        yield TimelineEvent(
            day=day,
            lane=_lane(house, fact.dataset),
            label=label.replace("_", " ").capitalize(),
            detail=f"known {fact.known_on}",
            kind="deadline" if day > why.as_of else "fact",
        )
    for move in moves:
        yield TimelineEvent(day=move.as_of, lane="This task", label=MOVES.get(move.kind, move.kind), kind="move")
    zone = ZoneInfo(house.settings.timezone)
    for text in texts:
        label = "We texted" if text.outgoing else "The family texted"
        day = text.at.astimezone(zone).date()
        yield TimelineEvent(day=day, lane="Texts", label=label, detail=text.status, kind="text")


def _lane(house: Services, dataset: DatasetId) -> str:
    """The line of the picture: what the dataset is of, and whose it is."""
    feed = house.feeds[dataset]
    return f"{feed.title} ({feed.agency})"
