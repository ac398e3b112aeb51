"""Where a text stands in a line of fixed width: `8-19` is from place 8 up to 19, which is left out, counted from 0."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WRITTEN = re.compile(r"(0|[1-9][0-9]{0,5})-([1-9][0-9]{0,5})")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open: `end` is the place after the last."""

    start: int
    end: int

    @classmethod
    def of(cls, written: str) -> Span:
        """A span as a feed writes it.

        Raises:
            ValueError: it is none, or holds no place.
        """
        match = _WRITTEN.fullmatch(written)
        if match is None or int(match[1]) >= int(match[2]):
            raise ValueError("not a span of places such as 8-19, counted from 0, the end left out")
        return cls(int(match[1]), int(match[2]))

    @property
    def slice(self) -> slice:
        """What takes it out of a line."""
        return slice(self.start, self.end)

    def moved(self, by: int) -> Span:
        """The span so many places further on."""
        return Span(self.start + by, self.end + by)

    def holds(self, other: Span) -> bool:
        """Whether all of another span lies in it."""
        return self.start <= other.start and other.end <= self.end

    def meets(self, other: Span) -> bool:
        """Whether it has a place with another span in common."""
        return self.start < other.end and other.start < self.end
