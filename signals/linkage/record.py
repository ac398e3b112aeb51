"""What linkage is given: records that describe a person, and relations between persons, each under its agreement.

A *space* is where a person number is unique: `hmis:5286` is number 5286 of the space `hmis`. Whoever numbers persons
promises that two numbers are two persons. `signals.linkage.cascade` holds them to that.
"""

from __future__ import annotations

from typing import get_args

import polars as pl

from signals.who import Role

ROLES: tuple[str, ...] = get_args(Role)
"""What a field can be of a person. A feed says which of its fields is which (`identity`)."""

RECORD_SCHEMA: dict[str, type[pl.DataType]] = {
    "person": pl.String,
    "dataset": pl.String,
    "agreement": pl.String,
    "known_on": pl.Date,
    **{role: pl.Date if role == "born_on" else pl.String for role in ROLES},
}
"""A record: `person` is `space:number`. A person may have several records, also under several agreements."""

RELATION_SCHEMA: dict[str, type[pl.DataType]] = {
    "left": pl.String,
    "right": pl.String,
    "shared": pl.String,
    "space": pl.String,
    "since": pl.Date,
    "dataset": pl.String,
    "agreement": pl.String,
}
"""A relation: person `left` lives with person `right`, or with all who have the same `shared` (one of the two).

A number means the same all over its `space`, which is the dataset where it is left out. `since` is the day it began,
as far as the agency says: of a person's numbers in a space only the newest still holds.
"""


def records(frame: pl.DataFrame) -> pl.DataFrame:
    """Records in full: columns that the frame lacks are added, empty."""
    return _complete(frame, RECORD_SCHEMA)


def relations(frame: pl.DataFrame) -> pl.DataFrame:
    """Relations in full: columns that the frame lacks are added, empty."""
    return _complete(frame, RELATION_SCHEMA)


def _complete(frame: pl.DataFrame, schema: dict[str, type[pl.DataType]]) -> pl.DataFrame:
    return frame.select(
        (pl.col(name).cast(kind) if name in frame.columns else pl.lit(None, dtype=kind).alias(name))
        for name, kind in schema.items()
    )
