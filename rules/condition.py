"""Conditions: what a rule asks of a household's indicators, as written and as a polars expression.

A number that is not known satisfies nothing, and neither does its contrary: `not` of unknown is unknown (Kleene's
logic, which polars follows), and what is unknown in the end is no.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from functools import reduce

import polars as pl
from pydantic import Field, model_validator

from governance.written import Written
from rules.indicator import Indicator, IndicatorId

_COMPARE: dict[str, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    "at_least": operator.ge,
    "at_most": operator.le,
    "more_than": operator.gt,
    "less_than": operator.lt,
    "equals": operator.eq,
}


class Scaled(Written):
    """Another indicator as a bound, multiplied by `times`: twice as many as in the month before."""

    indicator: IndicatorId
    times: float = 1.0


Bound = float | Scaled


class Condition(Written):
    """One of: bounds on an `indicator`; `all` of some conditions; `any` of them; `not` one of them."""

    all: tuple[Condition, ...] | None = Field(default=None, min_length=1)
    any: tuple[Condition, ...] | None = Field(default=None, min_length=1)
    negated: Condition | None = Field(default=None, alias="not")
    indicator: IndicatorId | None = None
    at_least: Bound | None = None
    at_most: Bound | None = None
    more_than: Bound | None = None
    less_than: Bound | None = None
    equals: Bound | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Condition:
        if sum(form is not None for form in (self.all, self.any, self.negated, self.indicator)) != 1:
            raise ValueError("give one of all, any, not and indicator")
        if (self.indicator is not None) != bool(self.bounds):
            raise ValueError(f"give an indicator together with at least one of {', '.join(_COMPARE)}")
        return self

    @property
    def bounds(self) -> dict[str, Bound]:
        """The comparisons on the indicator, by name."""
        given: dict[str, Bound | None] = {name: getattr(self, name) for name in _COMPARE}
        return {name: bound for name, bound in given.items() if bound is not None}

    @property
    def parts(self) -> tuple[Condition, ...]:
        """The conditions that this one is made of."""
        return (*(self.all or ()), *(self.any or ()), *((self.negated,) if self.negated else ()))

    def indicators(self) -> frozenset[str]:
        """Every indicator that it looks at."""
        return frozenset(self._compared()).union(*(part.indicators() for part in self.parts))

    def seen(self, indicators: Mapping[str, Indicator]) -> frozenset[str]:
        """The indicators of which something must have been seen for it to hold: a count of none does not do.

        Args:
            indicators: by id.
        """
        if self.all is not None:
            return frozenset().union(*(part.seen(indicators) for part in self.all))
        if self.any is not None:
            return frozenset.intersection(*(part.seen(indicators) for part in self.any))
        seen = {name for name in self._compared() if not indicators[name].aggregate.counts}
        return frozenset(seen | ({self.indicator} if self.indicator and self._excludes_none() else set()))

    def _compared(self) -> Iterator[str]:
        """The indicator on which it sets bounds, and those that stand as bounds."""
        if self.indicator is not None:
            yield self.indicator
        yield from (bound.indicator for bound in self.bounds.values() if isinstance(bound, Scaled))

    def _excludes_none(self) -> bool:
        """Whether 0 does not satisfy the bounds, so far as they are plain numbers."""
        plain = {name: bound for name, bound in self.bounds.items() if not isinstance(bound, Scaled)}
        return plain.get("at_least", 0) > 0 or plain.get("more_than", -1) >= 0 or plain.get("equals", 0) > 0


def expression(condition: Condition) -> pl.Expr:
    """A condition as an expression over a wide frame: true, false, or null where it cannot be known.

    Args:
        condition: what must hold; every indicator of it is a column.
    """
    if condition.indicator is None:
        parts = [expression(part) for part in condition.parts]
        if condition.negated is not None:
            return ~parts[0]
        return reduce(operator.and_ if condition.all is not None else operator.or_, parts)
    number = _number(condition.indicator)
    return reduce(operator.and_, (_COMPARE[name](number, _bound(bound)) for name, bound in condition.bounds.items()))


def _number(indicator: str) -> pl.Expr:
    return pl.col(indicator).cast(pl.Float64).fill_nan(None)  # NaN would be greater than everything


def _bound(bound: Bound) -> pl.Expr:
    return _number(bound.indicator) * bound.times if isinstance(bound, Scaled) else pl.lit(float(bound))
