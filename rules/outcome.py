"""Outcomes: what a model learns to foresee, declared in YAML: kinds of signals, and within how many days."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field

from governance.errors import RulebookError
from governance.ids import DatasetId
from governance.written import Dataset, Text, Written
from rules.indicator import Aggregate, Indicator, IndicatorId, read_document, read_model
from signals.feed import Feeds

PACKAGED = Path(__file__).parent / "outcomes.yaml"
"""The example Commonwealth's outcomes."""

USUAL = "crisis"
"""The outcome that is learnt unless another is asked for."""


class Toward(StrEnum):
    """Which way a number may point: a greater one never makes the outcome look less likely, or a smaller one never.

    `either` leaves it to training.
    """

    MORE = "more"
    LESS = "less"
    EITHER = "either"


class Event(Written):
    """A kind of signal that counts as the outcome."""

    dataset: Dataset
    kind: IndicatorId


class Outcome(Written):
    """Something to be foreseen: any of these signals within `horizon_days` after the day looked from.

    `statement` says in a sentence what it means for a family; it stands in the model card. `toward` names the
    indicators that a model may look at, and which way each may point: what people know before any data does. Left out,
    it may look at all of them, either way.
    """

    id: IndicatorId
    title: Text
    statement: Text
    horizon_days: Annotated[int, Field(ge=1, le=730)]
    any_of: Annotated[tuple[Event, ...], Field(min_length=1)]
    toward: dict[IndicatorId, Annotated[Toward, Field(strict=False)]] = Field(default_factory=dict)

    def direction(self, indicator: str) -> Toward | None:
        """Which way an indicator may point; None where a model may not look at it."""
        return self.toward.get(indicator) if self.toward else Toward.EITHER

    def pointers(self) -> dict[str, Indicator]:
        """The outcome's events as indicators, by id: asked for and granted like any other number."""
        found = {}
        for number, event in enumerate(self.any_of, start=1):
            id = f"outcome_{self.id}_{number}"
            found[id] = Indicator(
                id=id,
                title=self.title,
                dataset=DatasetId(event.dataset),
                kind=event.kind,
                aggregate=Aggregate.DAYS_SINCE_LAST,
                unit="days",
            )
        return found


def load_outcomes(path: Path | None, feeds: Feeds) -> dict[str, Outcome]:
    """Every outcome of a file, by id.

    Args:
        path: a YAML file, a list of outcomes; the packaged example where it is None.
        feeds: the declared feeds: an outcome must rest on kinds of signals that they yield.

    Raises:
        RulebookError: `OUTCOME_INVALID`, naming file and key, for one that cannot mean what it says.
    """
    file = path or PACKAGED
    document = read_document(file, code="OUTCOME_INVALID")
    if not isinstance(document, list):
        raise _invalid(file.name, "a file of outcomes is a list")
    found: dict[str, Outcome] = {}
    for number, each in enumerate(document):
        where = f"{file.name}, {number}"
        outcome = read_model(Outcome, each, where=where, code="OUTCOME_INVALID")
        if outcome.id in found:
            raise _invalid(f"{where}, id", f"{outcome.id} stands twice")
        _check(outcome, feeds, where)
        found[outcome.id] = outcome
    return found


def outcome_of(outcomes: Mapping[str, Outcome], id: str) -> Outcome:
    """The outcome by that id.

    Raises:
        RulebookError: `OUTCOME_UNKNOWN` where none is declared by it.
    """
    if id not in outcomes:
        what = f"No outcome is called {id}."
        do = f"Declared are: {', '.join(sorted(outcomes)) or 'none'}."
        raise RulebookError(what, do, code="OUTCOME_UNKNOWN")
    return outcomes[id]


def _check(outcome: Outcome, feeds: Feeds, where: str) -> None:
    for number, event in enumerate(outcome.any_of):
        feed = feeds.get(DatasetId(event.dataset))
        if feed is None:
            raise _invalid(f"{where}, any_of.{number}.dataset", f"no feed is called {event.dataset}")
        if event.kind not in {kind.kind for kind in feed.kinds}:
            raise _invalid(f"{where}, any_of.{number}.kind", f"{event.dataset} yields no {event.kind}")


def _invalid(where: str, what: str) -> RulebookError:
    return RulebookError(f"{where}: {what}.", "Correct the outcome and run this again.", code="OUTCOME_INVALID")
