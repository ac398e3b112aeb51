"""The extract of the Department of Unemployment Assistance: claims, and what was decided about them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np

from signals.simulator.clerk import Habits
from signals.simulator.history import Claim, History
from signals.simulator.period import Period
from signals.simulator.writer.desk import Desk
from signals.simulator.writer.file import Extract, Numbers, csv_file
from signals.simulator.writer.sheet import Row, Sheet, State

HEADER = (
    "claim_id", "claimant_id", "first_name", "middle_name", "last_name", "born_on", "ssn", "phone", "street", "unit",
    "city", "postcode", "filed_on", "separation", "status", "weekly_benefit", "decided_on", "exhausted_on",
    "updated_on", "deleted_on",
)  # fmt: skip
_HABITS = Habits(plain=0.9, nickname=0.02, typo=0.015, halved=0.1, no_middle=0.5, wrong_birth=0.008, no_phone=0.05)
_FLAWS: tuple[Row, ...] = ({"last_name": ""}, {"status": "maybe"}, {"filed_on": "2026-02-30"}, {"weekly_benefit": "-1"})
_NO_SSN = 0.03
_WITHDRAWN_AFTER = timedelta(days=9)
_MISHEARD = {"layoff": "quit", "hours_cut": "layoff", "quit": "layoff", "discharge": "quit"}


def write(folder: Path, history: History, period: Period, rng: np.random.Generator) -> Extract:
    """Write the file of claims, as far as they had been entered by the last day.

    Args:
        folder: an existing one.
        history: what happened.
        period: when.
        rng: where chance comes from.
    """
    extract = Extract()
    desk = Desk("claims", _HABITS, history, rng, extract, prefix="D")
    numbers = Numbers(int(rng.integers(0, 800_000)))
    with csv_file(folder / "ui_claims.csv", HEADER, extract.files) as file:
        sheet = Sheet(file, rng, until=period.last, flaws=_FLAWS)
        for each in sorted(history.claims, key=lambda each: (each.filed_on, each.person)):
            if each.filed_on <= period.last:
                sheet.record(
                    lambda: {"claim_id": f"U{numbers.new()}"},
                    _states(each, desk, history),
                    wrong={"separation": _MISHEARD.get(each.separation, "quit")},
                )
    return extract


def _states(each: Claim, desk: Desk, history: History) -> list[State]:
    """Pending, decided, exhausted."""
    person = history.population.persons[each.person]
    filed: Row = {
        "claimant_id": desk.number(person),
        **desk.who(person, each.filed_on),
        "ssn": "" if desk.clerk.often(_NO_SSN) else person.ssn,
        "filed_on": each.filed_on,
        "separation": each.separation,
        "status": "pending",
        "weekly_benefit": each.weekly,
    }
    states: list[State] = [(each.filed_on, filed)]
    if each.status == "withdrawn":
        states.append((each.decided_on or each.filed_on + _WITHDRAWN_AFTER, {"status": "withdrawn"}))
    elif each.decided_on is not None:
        decision = "denied" if each.status == "denied" else "approved"
        states.append((each.decided_on, {"status": decision, "decided_on": each.decided_on}))
        if each.exhausted_on is not None:
            states.append((each.exhausted_on, {"status": "exhausted", "exhausted_on": each.exhausted_on}))
    return states
