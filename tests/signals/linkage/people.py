"""Invented people for the tests of linkage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from signals.linkage.build import Linked, build
from signals.linkage.record import RECORD_SCHEMA, RELATION_SCHEMA

KEY = b"k" * 32
SCHOOLS, SHELTER, COURT, LONER = "DULA-2026-001", "DULA-2026-002", "DULA-2026-004", "DULA-2026-009"
ALL = frozenset({SCHOOLS, SHELTER, COURT})
ACTIVE = {SCHOOLS: ALL, SHELTER: ALL, COURT: ALL}


def someone(person: str, agreement: str = SCHOOLS, **facts: Any) -> dict[str, Any]:
    """A record of a person; what is not given is empty."""
    row = {
        **dict.fromkeys(RECORD_SCHEMA),
        "person": person,
        "dataset": person.partition(":")[0],
        "agreement": agreement,
    }
    return {**row, "known_on": date(2026, 1, 5), **facts}


def table(rows: Sequence[dict[str, Any]]) -> pl.DataFrame:
    """Records as linkage takes them."""
    return pl.DataFrame(rows, schema=RECORD_SCHEMA)


def ties(*rows: dict[str, Any], agreement: str = SCHOOLS) -> pl.DataFrame:
    """Relations as linkage takes them."""
    whole = [{**dict.fromkeys(RELATION_SCHEMA), "dataset": "ties", "agreement": agreement, **row} for row in rows]
    return pl.DataFrame(whole, schema=RELATION_SCHEMA)


def link(*rows: dict[str, Any], relations: pl.DataFrame | None = None, active: Any = None, **options: Any) -> Linked:
    """Link these people."""
    known = ties() if relations is None else relations
    return build(table(rows), known, ACTIVE if active is None else active, key=KEY, **options)


def same_person(linked: Linked, *keys: str) -> bool:
    """Whether all these keys are one person."""
    return linked.persons.filter(pl.col("person_key").is_in(keys))["person"].n_unique() == 1


def same_household(linked: Linked, *keys: str) -> bool:
    """Whether all these keys live together."""
    return homes(linked).filter(pl.col("person_key").is_in(keys))["household"].n_unique() == 1


def homes(linked: Linked) -> pl.DataFrame:
    """person_key, agreement, person, household."""
    return linked.persons.join(linked.households, on="person")
