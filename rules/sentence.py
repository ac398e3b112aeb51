"""The sentence of a rule, taken apart: words, and what stands in braces.

    {absence_days_90d}               the number; a sum of money is written as one
    {absence_days_90d:day|days}      the number with its word: 1 day, 8 days
    {absence_days_90d.latest}        the day of the newest fact behind it; `first` the oldest
    {absence_days_90d.since}         the first day of its window
    {absence_days_90d.window}        how many days its window has
    [ … the last time was {…}]       left out where something in it is not known

What is known of every family that a rule fires for may stand outside brackets; `rules.rulebook` checks it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from governance.errors import RulebookError

PARTS = ("", "latest", "first", "since", "window")
"""What of an indicator can be spoken of; nothing means its number."""

_TOKEN = re.compile(r"\{([^{}]*)\}|([\[\]])")
_PLACE = re.compile(r"([a-z][a-z0-9_]*)(?:\.([a-z]+))?(?::([^|{}]+)\|([^|{}]+))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A pair of braces: which indicator, what of it, and the words for one and for many (empty for none)."""

    indicator: str
    part: str
    one: str
    many: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of words and places. An `optional` one stood in brackets."""

    tokens: tuple[str | Place, ...]
    optional: bool

    def places(self) -> Iterator[Place]:
        """What stood in braces."""
        yield from (token for token in self.tokens if isinstance(token, Place))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A reason as its pieces."""

    pieces: tuple[Piece, ...]

    @property
    def places(self) -> tuple[Place, ...]:
        """Everything that stood in braces."""
        return tuple(place for piece in self.pieces for place in piece.places())

    @property
    def indicators(self) -> frozenset[str]:
        """Every indicator that it speaks of."""
        return frozenset(place.indicator for place in self.places)

    @property
    def needed(self) -> frozenset[str]:
        """The indicators that it cannot do without."""
        return frozenset(place.indicator for piece in self.pieces if not piece.optional for place in piece.places())


@cache
def parse(text: str) -> Sentence:
    """Take a reason apart.

    Args:
        text: the reason as written in a rule.

    Raises:
        ValueError: saying what is wrong with it; inside a model that becomes an error with a key.
    """
    pieces: list[Piece] = []
    tokens: list[str | Place] = []
    inside, end = False, 0
    for found in _TOKEN.finditer(text):
        tokens.append(_words(text[end : found.start()]))
        end = found.end()
        if found[2] is None:
            tokens.append(_place(found[1]))
            continue
        if inside == (found[2] == "["):
            raise ValueError("brackets open and close in turn, and do not nest")
        pieces.append(Piece(tokens=tuple(tokens), optional=inside))
        tokens, inside = [], not inside
    if inside:
        raise ValueError("a bracket is not closed")
    pieces.append(Piece(tokens=(*tokens, _words(text[end:])), optional=False))
    return Sentence(pieces=tuple(pieces))


def unspeakable(where: str, what: str) -> RulebookError:
    """The error for a reason that cannot be put into words."""
    return RulebookError(f"{where}, reason: {what}.", "Correct the rule and run this again.", code="RULE_INVALID")


def _place(inside: str) -> Place:
    found = _PLACE.fullmatch(inside)
    if found is None or (found[2] or "") not in PARTS or (found[2] and found[3]):
        raise ValueError(f"{{{inside}}} cannot be read: an indicator, .latest, .first, .since, .window, or :one|many")
    return Place(indicator=found[1], part=found[2] or "", one=found[3] or "", many=found[4] or "")


def _words(text: str) -> str:
    if "{" in text or "}" in text:
        raise ValueError("a brace stands alone")
    return text
