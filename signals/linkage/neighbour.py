"""Neighbours: households at the same street number, or a few numbers further on the same street.

Needed for oversight only: a look by a member of staff at a neighbour is something that a privacy officer asks about.
What this returns stays in the enclave.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping

import polars as pl

from governance.ids import HouseholdId
from signals.linkage.build import Linked
from signals.linkage.record import records as complete
from signals.linkage.standard import standardise

Choose = Callable[[Collection[HouseholdId]], Collection[HouseholdId]]
"""Picks, among all households, those whose neighbours are asked for."""

NUMBERS_AWAY = 8
"""Four houses in either direction, on either side: American numbers rise by two along one side of a street."""

_LINE = r"^(\d+)[a-z]?\s+([^#]+?)\s*(?:#.*)?$"
"""A standard street line: number, street, and a unit that does not matter here."""


def neighbours(records: pl.DataFrame, linked: Linked, choose: Choose) -> Mapping[HouseholdId, frozenset[HouseholdId]]:
    """Who lives next to these households.

    Args:
        records: of `record.RECORD_SCHEMA`, as agencies write them.
        linked: who lives together, from the same records.
        choose: picks the households that are asked about.

    Returns:
        Their neighbours, for each that has any; never the household itself.
    """
    places = _places(records, linked)
    homes = choose([HouseholdId(each) for each in places["household"].unique().sort()])
    asked = places.filter(pl.col("household").is_in(list(homes)))
    near = asked.join(places, on=["street", "postcode"], suffix="_other").filter(
        (pl.col("number") - pl.col("number_other")).abs() <= NUMBERS_AWAY,
        pl.col("household") != pl.col("household_other"),
    )
    found: dict[HouseholdId, set[HouseholdId]] = defaultdict(set)
    for home, other in near.select("household", "household_other").unique().iter_rows():
        found[HouseholdId(home)].add(HouseholdId(other))
    return {home: frozenset(others) for home, others in found.items()}


def _places(records: pl.DataFrame, linked: Linked) -> pl.DataFrame:
    """household, number, street, postcode: where each household was ever known to live, once."""
    homes = linked.persons.join(linked.households, on="person").select(
        pl.col("person_key").alias("person"), "agreement", "household"
    )
    lines = standardise(complete(records)).select(
        "person",
        "agreement",
        pl.col("street").str.extract(_LINE, 1).cast(pl.Int64, strict=False).alias("number"),
        pl.col("street").str.extract(_LINE, 2).alias("street"),
        "postcode",
    )
    placed = lines.join(homes, on=["person", "agreement"]).drop_nulls(["number", "street", "postcode"])
    return placed.select("household", "number", "street", "postcode").unique()
