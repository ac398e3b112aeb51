"""Names of persons and households: keyed digests, so that a name tells nobody who it is.

A household bears the name of its smallest person key. When a new person joins, the smallest can become another one, and
the household is called anew. What was noted down under an older name is found again: a household can only ever have
been called after one of its own people.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import polars as pl

from governance.ids import HouseholdId

PERSON, HOUSEHOLD = "p", "hh"
AGAIN = "\x1f"
"""Stands between a person key and a number where people may not be linked, and one key is several persons."""
_DIGITS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """A household found by any of its names: what it is called now, was ever called, and its people's keys.

    `person_keys` stays in the enclave.
    """

    household: HouseholdId
    names: frozenset[HouseholdId]
    person_keys: tuple[str, ...]


def pseudonym(prefix: str, text: str, key: bytes) -> str:
    """The name that comes of a person key.

    Args:
        prefix: `PERSON` or `HOUSEHOLD`.
        text: the person key.
        key: the enclave's.

    Source: HMAC-SHA-256 (RFC 2104), cut to 64 bits.
    """
    return f"{prefix}-{hmac.digest(key, text.encode(), 'sha256').hex()[:_DIGITS]}"


def whose(homes: pl.DataFrame, names: Collection[HouseholdId], key: bytes) -> dict[HouseholdId, Whose]:
    """Find households by their names of today, or by those that they had before.

    Args:
        homes: person_key, agreement and household of everybody.
        names: what they were called when somebody wrote it down.
        key: the enclave's, which made the names.

    Returns:
        By name, the household that bears it, else the one whose people it was called after; nothing where there is
        neither.
    """
    today = set(homes["household"].unique())
    before = {called: home for home, called in _called(homes, key)} if set(names) - today else {}
    found = {}
    for name in names:
        household = name if name in today else before.get(name)
        if household is not None:
            mine = homes.filter(pl.col("household") == household)
            called = {HouseholdId(each) for _, each in _called(mine, key)} | {HouseholdId(household)}
            people = tuple(mine["person_key"].unique().sort())
            found[name] = Whose(household=HouseholdId(household), names=frozenset(called), person_keys=people)
    return found


def _called(homes: pl.DataFrame, key: bytes) -> Iterator[tuple[str, str]]:
    """Households, each with every name that one of their people can give."""
    times = (
        homes.group_by("household", "person_key").agg(pl.col("agreement").n_unique()).sort("household", "person_key")
    )
    for household, person, most in times.iter_rows():
        for again in range(most):
            yield household, pseudonym(HOUSEHOLD, f"{person}{AGAIN}{again}" if again else person, key)
