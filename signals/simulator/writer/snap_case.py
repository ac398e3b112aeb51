"""What becomes of a SNAP case: certified, asked to recertify, interviewed, written to, closed, opened again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import date, timedelta
from itertools import count
from pathlib import Path

import numpy as np

from signals.simulator.history import Certification
from signals.simulator.writer.file import Extract, Numbers, csv_file
from signals.simulator.writer.sheet import Row, Sheet, State

HEADERS = {
    "certifications": (
        "case_no", "certification_no", "client_id", "start_on", "end_on", "status", "benefit", "updated_on",
        "deleted_on",
    ),
    "interviews": (
        "interview_id", "case_no", "client_id", "kind", "scheduled_on", "status", "updated_on", "deleted_on",
    ),
    "notices": (
        "notice_id", "case_no", "client_id", "kind", "sent_on", "due_on", "answered_on", "updated_on", "deleted_on",
    ),
    "closures": (
        "closure_id", "case_no", "client_id", "closed_on", "reason", "reopened_on", "updated_on", "deleted_on",
    ),
}  # fmt: skip
_FLAWS: dict[str, tuple[Row, ...]] = {
    "certifications": ({"start_on": "2026-02-30"}, {"status": "unclear"}, {"benefit": "-1"}),
    "interviews": ({"status": "rang"}, {"scheduled_on": "soon"}, {"client_id": ""}),
    "notices": ({"kind": "letter"}, {"sent_on": ""}, {"client_id": ""}),
    "closures": ({"reason": "unclear"}, {"closed_on": "2026-02-30"}, {"client_id": ""}),
}
_SET_BEFORE, _HELD_BEFORE = timedelta(days=12), timedelta(days=8)
_WRITTEN_AFTER, _DUE_AFTER, _ADVANCE = timedelta(days=2), timedelta(days=10), timedelta(days=10)
"""An adverse action is announced ten days ahead. Source: 7 CFR 273.13(a)(1)."""
_VERIFIED = 0.25
"""Share of renewals for which a paper was missing first."""


class CaseFile:
    """The four files of a case, beside that of its members.

    Args:
        folder: where they go.
        extract: gets them.
        rng: where chance comes from.
        until: the last day of the data.
        open_files: closes them.
    """

    def __init__(
        self, folder: Path, extract: Extract, rng: np.random.Generator, until: date, open_files: ExitStack
    ) -> None:
        self._rng, self._until = rng, until
        self._sheets = {
            name: Sheet(
                open_files.enter_context(csv_file(folder / f"snap_{name}.csv", header, extract.files)),
                rng,
                until=until,
                flaws=_FLAWS[name],
            )
            for name, header in HEADERS.items()
        }
        self._numbers = {name: Numbers(int(rng.integers(0, 800_000))) for name in HEADERS}

    def write(self, case: str, head: str, certified: Sequence[Certification]) -> None:
        """Write what became of a case.

        Args:
            case: its number.
            head: the client that everything is addressed to.
            certified: its certifications, in their order.
        """
        whose: Row = {"case_no": case, "client_id": head}
        numbers = count(1)
        for each in certified:
            self._sheets["certifications"].record(
                lambda: {"case_no": case, "certification_no": next(numbers)},
                [*_certification(each, head)],
                wrong={"benefit": each.benefit + 100},
            )
            self._interviews(whose, each)
            for kind, sent, due, answered in self._notices(each):
                self._notice(whose, kind, sent, due, answered)
            if each.closed_on is not None:
                closed: Row = {**whose, "closed_on": each.closed_on, "reason": each.reason or "other"}
                states: list[State] = [(each.closed_on, closed)]
                if each.reopened_on is not None:
                    states.append((each.reopened_on, {"reopened_on": each.reopened_on}))
                self._sheets["closures"].record(self._fresh("closures", "C"), states, wrong={"reason": "other"})

    def _interviews(self, whose: Row, each: Certification) -> None:
        """The interview before somebody's first certification, and the one before it can be renewed."""
        if each.number == 1:
            held = each.start_on - _HELD_BEFORE
            first: Row = {**whose, "kind": "initial", "scheduled_on": held, "status": "scheduled"}
            states: list[State] = [(held - _SET_BEFORE, first), (held, {"status": "held"})]
            self._sheets["interviews"].record(self._fresh("interviews", "I"), states)
        if each.interview_on is None or not each.interview:
            return
        on = each.interview_on
        told = max(on - _SET_BEFORE, each.notice_on or each.start_on)
        arranged: Row = {**whose, "kind": "recertification", "scheduled_on": on, "status": "scheduled"}
        states = [(min(told, on), arranged)]
        if each.interview != "scheduled":
            states.append((on, {"status": each.interview}))
        wrong: Row = {"scheduled_on": on + timedelta(days=7)}
        self._sheets["interviews"].record(self._fresh("interviews", "I"), states, wrong=wrong)

    def _notices(self, each: Certification) -> Iterator[tuple[str, date, date, date | None]]:
        """Kind, day of sending, day due, and day of the answer."""
        if each.notice_on is not None:
            yield "recertification_due", each.notice_on, each.end_on, each.answered_on
        if each.interview == "missed" and each.interview_on is not None:
            sent = each.interview_on + _WRITTEN_AFTER
            yield "missed_interview", sent, sent + _DUE_AFTER, self._answered(sent, each)
        if each.outcome != "running" and each.answered_on is not None:
            lacking = each.reason == "no_verification"
            if lacking or float(self._rng.random()) < _VERIFIED:
                sent = max(each.answered_on, each.interview_on or each.answered_on) + _WRITTEN_AFTER
                yield "verification_due", sent, sent + _DUE_AFTER, None if lacking else self._answered(sent, each)
        if each.closed_on is not None and each.reason != "requested":
            yield "closing", each.closed_on - _ADVANCE, each.closed_on, None

    def _answered(self, sent: date, each: Certification) -> date | None:
        """Whoever is renewed has answered in time."""
        if each.outcome != "renewed":
            return None
        return sent + timedelta(days=1 + int(float(self._rng.random()) * _DUE_AFTER.days))

    def _notice(self, whose: Row, kind: str, sent: date, due: date, answered: date | None) -> None:
        letter: Row = {**whose, "kind": kind, "sent_on": sent, "due_on": due}
        states: list[State] = [(sent, letter)]
        if answered is not None and answered >= sent:
            states.append((answered, {"answered_on": answered}))
        wrong: Row = {"due_on": due + timedelta(days=7)}
        self._sheets["notices"].record(self._fresh("notices", "N"), states, wrong=wrong)

    def _fresh(self, name: str, prefix: str) -> Callable[[], Row]:
        column, numbers = HEADERS[name][0], self._numbers[name]
        return lambda: {column: f"{prefix}{numbers.new()}"}


def _certification(each: Certification, head: str) -> Iterator[State]:
    """Active from its start; renewed once everything is there; or closed."""
    yield (
        each.start_on,
        {
            "client_id": head,
            "start_on": each.start_on,
            "end_on": each.end_on,
            "status": "active",
            "benefit": each.benefit,
        },
    )
    if each.outcome == "renewed":
        asked = [day for day in (each.answered_on, each.interview_on) if day is not None]
        yield max(asked, default=each.end_on), {"status": "renewed"}
    elif each.closed_on is not None:
        yield each.closed_on, {"status": "closed"}
