"""Code lists: which columns of a feed hold codes out of a list, and which unknown values look like codes of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from signals.column import ColumnType
from signals.feed import Feed

_CODED = {ColumnType.CODE, ColumnType.INTEGER, ColumnType.TEXT}


@dataclass(frozen=True, slots=True)
class CodeList:
    """The codes that a column may hold, as text."""

    codes: frozenset[str]

    def resembles(self, value: str) -> bool:
        """Whether a value that is not listed looks like a code of this list.

        It is made of the same kinds of characters, and at most twice as long as the longest. Where a file's columns
        have slipped, a name or a number stands where a code belongs: most of those look like no code, and are counted
        without being named.
        """
        kinds = {_kind(character) for code in self.codes for character in code}
        longest = 2 * max(len(code) for code in self.codes)
        return 0 < len(value) <= longest and {_kind(character) for character in value} <= kinds


def code_lists(feed: Feed, fields: Collection[str]) -> dict[str, CodeList]:
    """The lists that a feed declares, by column: a column's `codes`, or what a check says that it is `in` or `listed`.

    Args:
        feed: the feed.
        fields: the columns that may be looked at.
    """
    listed = {check.field: [str(code) for code in check.in_] for check in feed.checks if check.in_ is not None}
    listed |= {
        check.field: [code for version in check.listed for code in version.codes]
        for check in feed.checks
        if check.listed is not None
    }
    listed |= {column.name: list(column.codes) for column in feed.columns if column.codes is not None}
    coded = {column.name for column in feed.columns if column.type in _CODED and column.name in fields}
    return {name: CodeList(frozenset(codes)) for name, codes in sorted(listed.items()) if name in coded}


def _kind(character: str) -> str:
    """A letter or digit is one of its kind; whatever else stands in a code is a kind of its own."""
    if not character.isascii():
        return character
    if character.isdigit():
        return "digit"
    if character.isalpha():
        return "lower" if character.islower() else "upper"
    return character
