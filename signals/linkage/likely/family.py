"""Surname and home are one thing: of those who share an address most share a surname too.

Counted apart the same fact would count twice; nearly all wrong links between people of one home come from there. So
each surname with each home is a level of its own, whose weight is learnt.
"""

from __future__ import annotations

import polars as pl

from signals.linkage.likely.comparison import (
    BIRTH,
    FIRST_NAME,
    HOME,
    INITIAL,
    MISSING,
    NUMBER,
    PHONE,
    SEX,
    SURNAME,
    Comparison,
    Rung,
)

_SURNAMES = (*(rung.words for rung in SURNAME.rungs), "a last name is missing")
_HOMES = (*(rung.words for rung in HOME.rungs), "an address is missing")
_LEVELS = len(_SURNAMES) * len(_HOMES) - 1
"""Both missing is no level."""


def _rung(place: int) -> Rung:
    """The rung at a place: the sameness of the surname first, of the home second; -1 where it is missing."""
    surname, home = divmod(place, len(_HOMES))
    when = f"surname = {len(SURNAME.rungs) - 1 - surname} and home = {len(HOME.rungs) - 1 - home}"
    return Rung(when=when, words=f"{_SURNAMES[surname]}, {_HOMES[home]}")


FAMILY = Comparison(
    name="family",
    missing=f"surname = {MISSING} and home = {MISSING}",
    rungs=tuple(_rung(place) for place in range(_LEVELS)),
)
"""Its conditions are on the levels of `comparison.SURNAME` and `comparison.HOME`."""

COMPARISONS = (FIRST_NAME, INITIAL, FAMILY, BIRTH, NUMBER, SEX, PHONE)
"""Everything that has a weight."""

NEAR_SURNAME = frozenset(
    _LEVELS - 1 - place for place in range(_LEVELS) if place // len(_HOMES) in {0, 1, len(_SURNAMES) - 1}
) | {MISSING}
"""The levels of `FAMILY` at which last names agree, nearly agree, or one is missing."""


def family() -> pl.Expr:
    """The level of `FAMILY`, from the columns `surname` and `home`."""
    place = (len(SURNAME.rungs) - 1 - pl.col(SURNAME.name)) * len(_HOMES) + len(HOME.rungs) - 1 - pl.col(HOME.name)
    return (_LEVELS - 1 - place).cast(pl.Int8).alias(FAMILY.name)


def nearness(level: int) -> tuple[int, int]:
    """How near surname and home are at a level of `FAMILY`: 1 is missing, the more the nearer."""
    surname, home = divmod(_LEVELS - 1 - level, len(_HOMES))
    return len(_SURNAMES) - surname, len(_HOMES) - home
