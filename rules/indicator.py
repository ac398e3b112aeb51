"""Indicators: a number per household as of a day, declared in YAML over one kind of signal in a window.

A household is several people, and a thing that happens to all of them at once comes as a row each: a family of four
that enters shelter is four rows and one entry. `count_days` counts days and is the honest count there; `count` counts
rows.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import Field, StringConstraints, model_validator

from governance.errors import Misconfigured, RulebookError
from governance.written import Dataset, Text, Written, read, read_yaml
from signals.feed import Feeds

PACKAGED = Path(__file__).parent / "indicators"
"""The example Commonwealth's indicators."""

IndicatorId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
MonthDay = Annotated[str, StringConstraints(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])$")]

Window = tuple[date, date]
"""The first and the last day of a window, both inside."""

Model = TypeVar("Model", bound=Written)


class Aggregate(StrEnum):
    """How the signals of a window become one number."""

    COUNT = "count"
    COUNT_DAYS = "count_days"
    SUM = "sum"
    MAX = "max"
    DAYS_SINCE_LAST = "days_since_last"
    DAYS_UNTIL_NEXT = "days_until_next"

    @property
    def counts(self) -> bool:
        """Whether nothing seen is a known 0. Elsewhere nothing seen is unknown."""
        return self in {Aggregate.COUNT, Aggregate.COUNT_DAYS}

    @property
    def measures(self) -> bool:
        """Whether it looks at how much, and not only at when."""
        return self in {Aggregate.SUM, Aggregate.MAX}

    @property
    def points(self) -> bool:
        """Whether its value points at the day of one event."""
        return self in {Aggregate.DAYS_SINCE_LAST, Aggregate.DAYS_UNTIL_NEXT}


class Indicator(Written):
    """One number per household.

    `window_days` is how many days the window has, its last one being the day looked from, or `ago_days` before it;
    `since` (month-day) opens it on the newest such day instead, as a school year does. `days_until_next` looks ahead
    from the day looked from. `unit` is what the number counts.
    """

    id: IndicatorId
    title: Text
    dataset: Dataset
    kind: IndicatorId
    aggregate: Annotated[Aggregate, Field(strict=False)]
    window_days: Annotated[int, Field(ge=1, le=36_500)] | None = None
    since: MonthDay | None = None
    ago_days: Annotated[int, Field(ge=0, le=36_500)] = 0
    unit: Text

    @model_validator(mode="after")
    def _one_window(self) -> Indicator:
        if self.window_days is not None and self.since is not None:
            raise ValueError("give window_days or since, not both")
        if not self.aggregate.points and self.window_days is None and self.since is None:
            raise ValueError(f"{self.aggregate} needs a window: give window_days or since")
        if self.ago_days and (self.aggregate.points or self.window_days is None):
            raise ValueError("ago_days shifts a window of window_days, and only a count, sum or max has one")
        if self.since is not None and self.aggregate is Aggregate.DAYS_UNTIL_NEXT:
            raise ValueError("days_until_next looks ahead; since looks back")
        return self

    def window(self, as_of: date) -> Window:
        """The days whose events count, seen from a day.

        Args:
            as_of: the day looked from.
        """
        if self.aggregate is Aggregate.DAYS_UNTIL_NEXT:
            return as_of, _shifted(as_of, self.window_days - 1) if self.window_days else date.max
        last = _shifted(as_of, -self.ago_days)
        if self.since is not None:
            return _newest(self.since, as_of), last
        return (_shifted(last, 1 - self.window_days) if self.window_days else date.min), last


def load_indicators(folder: Path | None, feeds: Feeds) -> dict[str, Indicator]:
    """Every indicator of a folder, by id.

    Args:
        folder: YAML files, each a list of indicators; the packaged example where it is None.
        feeds: the declared feeds: an indicator must rest on a kind of signal that one of them yields.

    Raises:
        RulebookError: `INDICATOR_INVALID`, naming file and key, for one that cannot mean what it says.
    """
    found: dict[str, Indicator] = {}
    for path in sorted((folder or PACKAGED).glob("*.yaml")):
        document = read_document(path, code="INDICATOR_INVALID")
        if not isinstance(document, list):
            raise _invalid(path.name, "", "a file of indicators is a list")
        for number, each in enumerate(document):
            where = f"{path.name}, {number}"
            indicator = read_model(Indicator, each, where=where, code="INDICATOR_INVALID")
            if indicator.id in found:
                raise _invalid(where, "id", f"{indicator.id} stands twice")
            _check(indicator, feeds, where)
            found[indicator.id] = indicator
    if not found:
        raise _invalid("indicators", "", "the folder declares none")
    return found


def read_document(path: Path, *, code: str) -> object:
    """What a YAML file of the rulebook says.

    Args:
        path: the file.
        code: the error's code.

    Raises:
        RulebookError: with this code, naming file and line, where it cannot be read.
    """
    try:
        return read_yaml(path)
    except Misconfigured as error:
        raise RulebookError(error.what, error.do, code=code) from None


def read_model(model: type[Model], document: object, *, where: str, code: str) -> Model:
    """Check plain values against a model of the rulebook.

    Args:
        model: what the document must be.
        document: plain values.
        where: the file, and the place in it.
        code: the error's code.

    Raises:
        RulebookError: with this code, naming every wrong key.
    """
    try:
        return read(model, document, where=where)
    except Misconfigured as error:
        raise RulebookError(error.what, error.do, code=code) from None


def _check(indicator: Indicator, feeds: Feeds, where: str) -> None:
    feed = feeds.get(indicator.dataset)
    if feed is None:
        raise _invalid(where, "dataset", f"no feed is called {indicator.dataset}")
    kind = next((each for each in feed.kinds if each.kind == indicator.kind), None)
    if kind is None:
        raise _invalid(where, "kind", f"{indicator.dataset} yields no {indicator.kind}")
    if indicator.aggregate.measures and kind.measure is None:
        raise _invalid(where, "aggregate", f"{indicator.kind} has no measure to take the {indicator.aggregate} of")


def _invalid(where: str, key: str, what: str) -> RulebookError:
    place = f"{where}, {key}" if key else where
    return RulebookError(f"{place}: {what}.", "Correct the indicator and run this again.", code="INDICATOR_INVALID")


def _newest(month_day: str, as_of: date) -> date:
    month, day = (int(part) for part in month_day.split("-"))
    this_year = date(as_of.year, month, day)
    return this_year if this_year <= as_of else date(as_of.year - 1, month, day)


def _shifted(day: date, by: int) -> date:
    """A day moved by so many days, and never beyond the calendar."""
    return date.fromordinal(min(max(day.toordinal() + by, date.min.toordinal()), date.max.toordinal()))
