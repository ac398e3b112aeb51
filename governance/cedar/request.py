"""Requests: a use in Cedar's words. One for each dataset asked for, and one for each agreement of the lineage.

Nothing is judged here, and nothing of the first evaluator is used: what both got from the same function, the second
could not correct.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from governance.fact import Facts
from governance.use import Use

Request = dict[str, Any]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ANSWERS = {True: "yes", False: "no", None: "unknown"}
_MICROSECOND = timedelta(microseconds=1)
_FIRST = frozenset("abcdefghijklmnopqrstuvwxyz")
_REST = _FIRST | frozenset("0123456789_")


def uid(sort: str, id: str) -> dict[str, str]:
    """An entity's name in a request."""
    return {"type": sort, "id": id}


def requests(use: Use, zone: ZoneInfo, at: datetime) -> Iterator[Request]:
    """What Cedar is asked about a use. Every one must be allowed.

    Args:
        use: who, what for, which fields.
        zone: where days are counted.
        at: the instant; aware.
    """
    ask = _context(use, zone, at)
    shared = {"principal": uid("Asker", use.actor.id), "action": uid("Action", use.action.value)}
    for item in use.asks:
        context = {**ask, "fields": sorted(item.fields), "basis": item.basis}
        yield {**shared, "resource": uid("Dataset", item.dataset), "context": json.dumps(context)}
    for agreement in sorted(use.lineage):
        yield {**shared, "resource": uid("Agreement", agreement), "context": json.dumps(ask)}


def _context(use: Use, zone: ZoneInfo, at: datetime) -> dict[str, Any]:
    """What holds for the whole use. What is not known is left out, or said to be unknown."""
    together = use.linked_with.union(ask.dataset for ask in use.asks)
    words = use.purpose.split(".")
    context = {
        "role": use.actor.role,
        "organisation": use.actor.organisation,
        "trained_until": _day(use.actor.trained_until),
        "purpose": use.purpose,
        "purpose_is_a_name": all(_is_word(word) for word in words),
        "above": [".".join(words[:length]) for length in range(1, len(words) + 1)],
        "fields": [],
        "basis": "",
        "zone": use.zone,
        "recipient": use.recipient,
        "datasets": [uid("Dataset", dataset) for dataset in sorted(together)],
        "day": _day(at.astimezone(zone).date()),
        "instant": _instant(at),
        "model": None if use.model is None else {"id": use.model.id, "purpose": use.model.purpose},
        "facts": _facts(use.facts),
        "emergency": _emergency(use.facts),
    }
    return _known(context)


def _facts(facts: Facts) -> dict[str, Any]:
    return _known(
        {
            "attested": _ANSWERS[facts.attested],
            "sealed_present": _ANSWERS[facts.sealed_present],
            "victim_services": _ANSWERS[facts.victim_services],
            "part2_consent": _ANSWERS[facts.part2_consent],
            "conditions": sorted(facts.conditions),
            "oldest_known_on": _day(facts.oldest_known_on),
            "legal_process": facts.legal_process,
            "notices": sorted(facts.notices),
            "review_of": uid("Asker", facts.review_of),
            "smallest_cell": facts.smallest_cell,
            "recoverable_cells": facts.recoverable_cells,
        }
    )


def _emergency(facts: Facts) -> dict[str, Any] | None:
    said = facts.break_glass
    if said is None:
        return None
    return {
        "reference": said.reference,
        "asked_by": uid("Asker", said.asked_by),
        "confirmed_by": uid("Asker", said.confirmed_by),
        "until": _instant(said.until),
    }


def _known(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if value is not None}


def _day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _instant(value: datetime) -> int:
    """Microseconds since 1970: Cedar's own instants are no finer than a thousandth of a second."""
    return (value - _EPOCH) // _MICROSECOND


def _is_word(text: str) -> bool:
    return text[:1] in _FIRST and _REST.issuperset(text)
