"""Names of persons and households: keyed digests, so that a name tells nobody who it is.

A new name comes of the smallest person key of those who bear it; from then on it stays with most of them
(`signals.linkage.naming`). What was noted down under an older name is found again: by who bore it, as far as that is on
record, else because a household can only ever have been called after one of its own people.
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


def whose(
    homes: pl.DataFrame, names: Collection[HouseholdId], key: bytes, before: pl.DataFrame | None = None
) -> dict[HouseholdId, Whose]:
    """Find households by their names of today, or by those that they had before.

    Args:
        homes: person_key, agreement and household of everybody.
        names: what they were called when somebody wrote it down.
        key: the enclave's, which made the names.
        before: who was called what, of `naming.BEFORE_SCHEMA`.

    Returns:
        By name, the household that bears it, else the one in which most of those are who bore it, else the one of
        whose people it comes; nothing where there is none.
    """
    lead = _leads(homes, key, before)
    found = {}
    for name in names:
        household = lead.get(name)
        if household is not None:
            mine = homes.filter(pl.col("household") == household)
            called = frozenset(HouseholdId(each) for each, home in lead.items() if home == household)
            people = tuple(mine["person_key"].unique().sort())
            found[name] = Whose(household=HouseholdId(household), names=called, person_keys=people)
    return found


def _leads(homes: pl.DataFrame, key: bytes, before: pl.DataFrame | None) -> dict[str, str]:
    """Every name that ever led to a household, with the one that it leads to now: each to one only."""
    lead = {called: home for home, called in _called(homes, key)}
    if before is not None:
        old = before.drop_nulls("person_key").select("person_key", "agreement", name="household")
        now = homes.select("person_key", "agreement", "household")
        counts = (
            old.join(now, on=["person_key", "agreement"])
            .group_by("name", "household")
            .agg(pl.col("person_key").n_unique().alias("keys"))
        )
        lead |= dict(counts.sort("keys", "household", descending=[False, True]).select("name", "household").iter_rows())
    return lead | {home: home for home in homes["household"].unique()}


def _called(homes: pl.DataFrame, key: bytes) -> Iterator[tuple[str, str]]:
    """Households, each with every name that one of their people can give."""
    times = (
        homes.group_by("household", "person_key").agg(pl.col("agreement").n_unique()).sort("household", "person_key")
    )
    for household, person, most in times.iter_rows():
        for again in range(most):
            yield household, pseudonym(HOUSEHOLD, f"{person}{AGAIN}{again}" if again else person, key)
