"""An agency's own records put together before anybody else's are looked at.

A school's export has the names in one file and the birth dates in another, under one number. Neither is enough to find
the student elsewhere; both are one record that was cut in two. What a dataset does not tell of its persons at all is
filled in from another one of the same agreement and the same numbers. What it does tell is left alone, also where it is
empty: nobody knows better than the row itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import polars as pl

from signals.linkage.record import RECORD_SCHEMA

GROUPS: tuple[tuple[str, ...], ...] = (
    ("first_name", "middle_name", "last_name", "name_suffix"),
    ("born_on",),
    ("ssn",),
    ("phone",),
    ("street", "unit", "city", "postcode"),
)
"""Roles that are told together: half of a name is never filled up from another row's name."""


def complete(
    records: pl.DataFrame, tells: Mapping[str, frozenset[str]], shared: Iterable[frozenset[str]]
) -> pl.DataFrame:
    """Fill in what a dataset does not tell.

    Args:
        records: of `record.RECORD_SCHEMA`.
        tells: the roles that each dataset tells.
        shared: datasets of one agreement that number the same persons alike.

    Returns:
        As many records, in the same order.
    """
    filled = records.with_row_index("_place")
    for datasets in shared:
        for group in GROUPS:
            giving = sorted(each for each in datasets if tells[each] & set(group))
            lacking = sorted(each for each in datasets if tells[each] and not tells[each] & set(group))
            if giving and lacking:
                filled = _filled(filled, group, giving, lacking)
    return filled.sort("_place").select(list(RECORD_SCHEMA))


def alike(doors: Iterable[tuple[str, str, str]]) -> Iterator[frozenset[str]]:
    """The datasets that number the same persons alike, where there are several.

    Args:
        doors: of each dataset its agreement, the space of its numbers, and its name.
    """
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for agreement, space, dataset in doors:
        found[agreement, space].add(dataset)
    yield from (frozenset(datasets) for _, datasets in sorted(found.items()) if len(datasets) > 1)


def _filled(records: pl.DataFrame, group: tuple[str, ...], giving: list[str], lacking: list[str]) -> pl.DataFrame:
    """The records with a group of roles filled in: from the row that was known last, of two the same one each time."""
    told = pl.any_horizontal(pl.col(role).is_not_null() for role in group)
    newest = (
        records.filter(pl.col("dataset").is_in(giving) & told)
        .sort("known_on", "dataset", *group, nulls_last=False)
        .unique(["person", "agreement"], keep="last", maintain_order=True)
        .select("person", "agreement", *(pl.col(role).alias(f"_{role}") for role in group))
    )
    joined = records.join(newest, on=["person", "agreement"], how="left")
    lacks = pl.col("dataset").is_in(lacking)
    return joined.with_columns(pl.when(lacks).then(f"_{role}").otherwise(role).alias(role) for role in group).drop(
        f"_{role}" for role in group
    )
