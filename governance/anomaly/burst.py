"""Bursts: somebody who is refused again and again within minutes is looking for a way in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import timedelta

from governance.anomaly.finding import Finding, Kind
from governance.anomaly.look import Refusal

MINUTES = 10
LEAST = 5
"""So many refusals within so many minutes are a burst."""


def denial_bursts(refusals: Iterable[Refusal]) -> Iterator[Finding]:
    """One finding for each burst of refusals of one actor; a burst goes on while the next one follows within minutes.

    Args:
        refusals: oldest first.
    """
    own: dict[str, list[Refusal]] = defaultdict(list)
    for refusal in refusals:
        if refusal.actor:
            own[refusal.actor].append(refusal)
    for those in own.values():
        for run in _runs(those):
            if _is_burst(run):
                yield _finding(run)


def _runs(refusals: list[Refusal]) -> Iterator[list[Refusal]]:
    """Refusals that follow each other within minutes."""
    run: list[Refusal] = []
    for refusal in refusals:
        if run and refusal.at - run[-1].at > timedelta(minutes=MINUTES):
            yield run
            run = []
        run.append(refusal)
    if run:
        yield run


def _is_burst(run: list[Refusal]) -> bool:
    ends = zip(run, run[LEAST - 1 :], strict=False)
    return any(last.at - first.at <= timedelta(minutes=MINUTES) for first, last in ends)


def _finding(run: list[Refusal]) -> Finding:
    codes = sorted({code for refusal in run for code in refusal.codes})
    return Finding(
        kind=Kind.DENIAL_BURST,
        actor=run[0].actor,
        subject=f"entry {run[0].entry}",
        detail=f"{len(run)} refusals in a row: {', '.join(codes)}.",
        entries=tuple(refusal.entry for refusal in run),
        first_at=run[0].at,
        last_at=run[-1].at,
    )
