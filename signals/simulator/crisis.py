"""What prevention is to prevent, out of everything that happened: truth, not what any agency says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum

from signals.simulator.history import Crisis, History
from signals.simulator.period import Period

_OPEN_AGAIN = timedelta(days=30)
"""Benefits that are back by then have not lapsed."""
_PAPERS = frozenset({"no_recertification", "missed_interview", "no_verification", "paperwork", "sanction"})


class Kind(StrEnum):
    """Kinds of crises."""

    SHELTER_ENTRY = "shelter_entry"
    EXECUTION = "execution"
    MOVED_OUT = "moved_out"
    DISCONNECTION = "disconnection"
    BENEFITS_LAPSED = "benefits_lapsed"


def crises(history: History, period: Period) -> list[Crisis]:
    """All crises of a period, in the order of days.

    Args:
        history: what happened.
        period: when.
    """
    found = [
        Crisis(household=household, kind=kind, on=on)
        for household, kind, on in _all(history)
        if period.first <= on <= period.last
    ]
    return sorted(found, key=lambda each: (each.on, each.household, each.kind))


def _all(history: History) -> Iterator[tuple[int, Kind, date]]:
    yield from ((stay.household, Kind.SHELTER_ENTRY, stay.entered_on) for stay in history.stays)
    yield from (
        (each.household, Kind.DISCONNECTION, each.disconnected_on) for each in history.utilities if each.disconnected_on
    )
    yield from _moved(history)
    yield from _lapsed(history)


def _moved(history: History) -> Iterator[tuple[int, Kind, date]]:
    for case in history.cases:
        if case.writ is not None:
            yield case.household, Kind.EXECUTION, case.writ.issued_on
            if case.writ.returned == "served":
                yield case.household, Kind.MOVED_OUT, case.writ.levy_on


def _lapsed(history: History) -> Iterator[tuple[int, Kind, date]]:
    for each in history.certifications:
        if each.closed_on is not None and each.reason in _PAPERS:
            back = each.reopened_on
            if back is None or back - each.closed_on > _OPEN_AGAIN:
                yield each.household, Kind.BENEFITS_LAPSED, each.closed_on
    for spell in history.assistance:
        if spell.ended_on is not None and spell.ended_by in _PAPERS:
            yield spell.household, Kind.BENEFITS_LAPSED, spell.ended_on
