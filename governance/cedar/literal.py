"""Literals: how names, dates and lists are written in Cedar, so that no text of a paper can become part of a policy."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

LINE = 120
"""How wide a line of a policy that people read may be."""
_STAR = "*"
_LONGEST_DAYS = 10_000 * 366
"""Longer than the calendar: two days that can be written down do not lie further apart."""


def quoted(text: str) -> str:
    """A text as a Cedar string. Everything but plain printable characters is written by its number.

    Args:
        text: anything that a paper may hold.
    """
    return '"' + "".join(_escaped(character) for character in text) + '"'


def below(purpose: str) -> str:
    """The pattern of what lies below a purpose: at a dot. `p*` would match `pevil` too."""
    return _pattern(purpose, after=True)


def within(words: str) -> tuple[str, ...]:
    """The patterns of every dotted name that has these words in it, beside the words alone: first, last, in between."""
    return _pattern(words, after=True), _pattern(words, before=True), _pattern(words, before=True, after=True)


def entity(sort: str, id: str) -> str:
    """An entity by its type and id: `Dataset::"dta.snap_cases"`."""
    return f"{sort}::{quoted(id)}"


def day(value: date) -> str:
    """A day as Cedar's instant at which it begins."""
    return f'datetime("{value.isoformat()}")'


def days(number: int) -> str:
    """A length of time in days."""
    return f'duration("{min(number, _LONGEST_DAYS)}d")'


def one_of(literals: Iterable[str]) -> str:
    """A set of literals, in order and each once. Cedar knows no type for an empty one, so there must be one.

    Raises:
        ValueError: there is none; whoever calls says what holds then.
    """
    items = sorted(set(literals))
    if not items:
        raise ValueError("a set in a policy needs a member")
    return f"[{', '.join(items)}]"


def comment(text: str) -> str:
    """A text as one line of comment, whatever line ends it holds."""
    return f"// {''.join(character if character.isprintable() else ' ' for character in text)}".rstrip()


def _pattern(text: str, *, before: bool = False, after: bool = False) -> str:
    inner = "".join("\\*" if character == _STAR else _escaped(character) for character in text)
    return f'"{"*." if before else ""}{inner}{".*" if after else ""}"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    return character if character.isprintable() else f"\\u{{{ord(character):x}}}"
