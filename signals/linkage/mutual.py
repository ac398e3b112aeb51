"""Whose rows may meet: agreements that all name each other.

A person found under A and B, and under B and C, joins A with C. So it is not enough that each two rows that match may
be joined: everyone in a circle must name everyone else in it. An agreement stands in one circle only, and what it
holds never meets rows of another circle. Source: agreement part `linkage.with` ("both sides must name each other").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def mutual(named: Mapping[str, frozenset[str]], one: str, other: str) -> bool:
    """Whether two agreements name each other; each names itself."""
    return one == other or (other in named.get(one, ()) and one in named.get(other, ()))


def circles(agreements: Iterable[str], named: Mapping[str, frozenset[str]]) -> dict[str, int]:
    """Sort agreements into circles: each joins the first one in which all name it and it names all, in order of id.

    Args:
        agreements: those that have rows.
        named: for each agreement the ones that it names.

    Returns:
        The number of its circle for each, from 0.
    """
    found: list[list[str]] = []
    for agreement in sorted(set(agreements)):
        home = next((circle for circle in found if all(mutual(named, agreement, each) for each in circle)), None)
        if home is None:
            found.append([agreement])
        else:
            home.append(agreement)
    return {agreement: number for number, circle in enumerate(found) for agreement in circle}
