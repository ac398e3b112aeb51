"""Groups of people of whom linkage may be worse than of others, told from the records themselves.

How a name is written stands in for where it comes from: nothing here guesses at anybody's origin. Who knows it gives it
in the truth's own column.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from signals.linkage.record import records as complete
from signals.linkage.standard import standardise

TWINS, MOVERS, NEWBORNS = "twins and other children of one day", "people who moved", "newborns"
ACCENTED, OTHER_SCRIPT = "names with accents", "names in another script"
COMPOUND, SHORT = "last names of several parts", "last names of two or three letters"
_SHORT = 3
_FIRST_YEAR = timedelta(days=366)


def groups_of(records: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    """Which groups each key of the truth is in.

    Args:
        records: of `record.RECORD_SCHEMA`, as agencies write them.
        truth: person_key, true_person, group.

    Returns:
        person_key, group: one row for each group that a key is in.
    """
    raw = complete(records).filter(pl.col("person").is_in(truth["person_key"].implode()))
    standard = standardise(raw)
    found = [*_names(raw, standard), _newborns(standard), _twins(standard)]
    keyed = [frame.select(pl.col("person").alias("person_key"), "group") for frame in found]
    told = truth.drop_nulls("group").select("person_key", "group")
    return pl.concat([*keyed, _movers(standard, truth), told]).unique().sort("person_key", "group")


def _in(frame: pl.DataFrame, group: str) -> pl.DataFrame:
    return frame.select("person").unique().with_columns(pl.lit(group).alias("group"))


def _names(raw: pl.DataFrame, standard: pl.DataFrame) -> list[pl.DataFrame]:
    whole = raw.with_columns(pl.concat_str("first_name", "last_name", ignore_nulls=True).alias("name"))
    plain = pl.col("name").str.normalize("NFKD").str.replace_all(r"\p{M}", "")
    latin = ~plain.str.contains(r"[^\p{Latin}\P{L}]")
    return [
        _in(whole.filter(latin & pl.col("name").str.contains(r"[^\x00-\x7F]")), ACCENTED),
        _in(whole.filter(~latin), OTHER_SCRIPT),
        _in(standard.filter(pl.col("last_names").list.len() > 1), COMPOUND),
        _in(standard.filter(pl.col("last_name").str.len_chars() <= _SHORT), SHORT),
    ]


def _newborns(standard: pl.DataFrame) -> pl.DataFrame:
    """Who was less than a year old when somebody wrote them down."""
    age = pl.col("known_on") - pl.col("born_on")
    return _in(standard.filter(age.is_between(timedelta(), _FIRST_YEAR)), NEWBORNS)


def _twins(standard: pl.DataFrame) -> pl.DataFrame:
    """Two persons of one agency with one last name and day of birth, and two first names."""
    day = ["space", "last_name", "born_on"]
    whole = standard.drop_nulls([*day, "first_name"])
    several = pl.col("first_name").n_unique().over(day) > 1
    return _in(whole.filter(several & (pl.col("person").n_unique().over(day) > 1)), TWINS)


def _movers(standard: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    """Every key of a person who is on file at more than one address."""
    placed = standard.drop_nulls(["street", "postcode"]).select("street", "postcode", person_key="person")
    known = truth.select("person_key", "true_person")
    homes = placed.join(known, on="person_key").group_by("true_person")
    moved = homes.agg(pl.struct("street", "postcode").n_unique().alias("homes")).filter(pl.col("homes") > 1)
    return known.join(moved, on="true_person").select("person_key", pl.lit(MOVERS).alias("group"))
