"""A dimension of a table: its codes, and which of them are sums of which others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from governance.errors import Misconfigured

Sum = tuple[str, tuple[str, ...]]
"""A code, and the codes that add up to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """One direction in which a table counts: towns, kinds of signals.

    Args:
        name: what it is called in the table's head.
        codes: every code, in the order of the table: the smallest parts and the sums over them.
        sums: which codes add up to which. A code may be the sum of several splits (a state, of its counties and of
            its districts): an attacker would use both.
        withheld: codes that the sums speak of and the table does not show, such as the towns of a table by county.

    Raises:
        Misconfigured: `CUBE_INVALID` where a sum names an unknown code, counts something twice or itself, or two
            splits of one code do not cover the same parts.
    """

    name: str
    codes: tuple[str, ...]
    sums: tuple[Sum, ...] = ()
    withheld: frozenset[str] = frozenset()
    parts: Mapping[str, frozenset[str]] = field(init=False, repr=False, compare=False)
    """Each code's smallest parts; a code that is no sum is its own."""

    def __post_init__(self) -> None:
        known = set(self.codes)
        named = {code for whole, members in self.sums for code in (whole, *members)}
        if not self.codes or len(known) != len(self.codes) or not (named | self.withheld) <= known:
            raise wrong(self.name, "a code stands twice, or is named and not listed")
        splits: dict[str, list[tuple[str, ...]]] = {}
        for whole, members in self.sums:
            splits.setdefault(whole, []).append(members)
        parts: dict[str, frozenset[str]] = {}
        for code in self.codes:
            _resolve(self.name, code, splits, parts, ())
        object.__setattr__(self, "parts", parts)

    @property
    def smallest(self) -> tuple[str, ...]:
        """The codes that are no sum, in order: what counts are given by."""
        wholes = {whole for whole, _ in self.sums}
        return tuple(code for code in self.codes if code not in wholes)

    @classmethod
    def flat(cls, name: str, codes: Sequence[str], total: str = "") -> Dimension:
        """Codes side by side, with or without a total.

        Leave the total out where one household can stand under several codes: then the codes do not add up to it.
        """
        if not total:
            return cls(name=name, codes=tuple(codes))
        return cls(name=name, codes=(*codes, total), sums=((total, tuple(codes)),))

    @classmethod
    def grouped(cls, name: str, groups: Mapping[str, Sequence[str]], total: str = "") -> Dimension:
        """Codes in groups (towns in counties), each group followed by its sum, and perhaps a total over the groups."""
        codes = [code for group, members in groups.items() for code in (*members, group)]
        sums: list[Sum] = [(group, tuple(members)) for group, members in groups.items()]
        if total:
            codes.append(total)
            sums.append((total, tuple(groups)))
        return cls(name=name, codes=tuple(codes), sums=tuple(sums))


def wrong(where: str, what: str) -> Misconfigured:
    """The error for a table that cannot mean what it says."""
    return Misconfigured(f"The table's {where} cannot be counted: {what}.", "Correct it.", code="CUBE_INVALID")


def _resolve(
    name: str,
    code: str,
    splits: Mapping[str, list[tuple[str, ...]]],
    parts: dict[str, frozenset[str]],
    above: tuple[str, ...],
) -> frozenset[str]:
    """A code's smallest parts, found from below."""
    if code in parts:
        return parts[code]
    if code in above:
        raise wrong(name, "a code is a sum of itself")
    found: set[frozenset[str]] = set()
    for members in splits.get(code, []):
        below = [_resolve(name, member, splits, parts, (*above, code)) for member in members]
        covered = frozenset().union(*below)
        if not members or len(covered) != sum(map(len, below)):
            raise wrong(name, "a sum is empty or counts something twice")
        found.add(covered)
    if len(found) > 1:
        raise wrong(name, "two splits of one code do not cover the same parts")
    parts[code] = found.pop() if found else frozenset({code})
    return parts[code]
