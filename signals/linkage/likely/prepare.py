"""From standardised records to what is compared: names without role words, digits read as the letters that they are.

`mother` is not a name, nor is `son of`: whoever filled in the form did not know it, or the form was read badly.
"""

from __future__ import annotations

from functools import cache

import polars as pl
from nicknames import NickNamer

from signals.linkage.likely.backend import PREPARED
from signals.linkage.likely.block import NAMES, keys, thinned
from signals.linkage.likely.promise import Promise
from signals.linkage.likely.role_word import ROLES
from signals.linkage.place import placed

_LETTERS = {"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "|": "l"}
_SHORTEST_NAME = 2
_MOST_AT_ONE_PLACE = 40
_BEGINNINGS = (
    # where a hundred live, living there is no reason to compare them
    pl.when(pl.col("crowd") <= _MOST_AT_ONE_PLACE).then("place").alias("place"),
    pl.col("first").str.head(1).alias("first_letter"),
    pl.col("first").str.head(2).alias("first_two"),
    pl.col("first").str.head(3).alias("first_three"),
    pl.col("last").str.head(2).alias("last_two"),
    pl.col("last").str.head(3).alias("last_three"),
    pl.col("birth").str.head(6).alias("birth_month"),
    pl.col("road").str.head(4).alias("road_begins"),
)


def prepare(standard: pl.DataFrame, files: Promise) -> pl.DataFrame:
    """Make records comparable, and say which are compared.

    Args:
        standard: of `signals.linkage.standard.standardise`, with `rid` and `circle`; `sex` and `birth_text` (YYYYMMDD)
            where they are known.
        files: what the files promise.

    Returns:
        Of `backend.PREPARED`, in order of `rid`.
    """
    frame = comparable(standard, files)
    keyed = keys(frame)
    return frame.with_columns(thinned(keyed[name]) for name in NAMES).select(PREPARED.keys()).cast(PREPARED).sort("rid")


def comparable(standard: pl.DataFrame, files: Promise) -> pl.DataFrame:
    """What is compared of each record, and what its keys are made of; see `prepare`."""
    told = [name for name in ("sex", "birth_text") if name in standard.columns]
    missing = [pl.lit(None, dtype=pl.String).alias(name) for name in ("sex", "birth_text") if name not in told]
    named = standard.with_columns(*missing, _apart(files)).with_columns(
        _name("first_name").alias("first"),
        _name("last_name").alias("last"),
        _birth().alias("birth"),
        _birth().cast(pl.Int32).alias("born"),
    )
    full = _crowded(named)
    shared = full.with_columns(_shorts(full["first"]).alias("short"), pl.col("last_names").alias("lasts"))
    return shared.with_columns(*_BEGINNINGS)


def _birth() -> pl.Expr:
    told = pl.coalesce("birth_text", pl.col("born_on").dt.strftime("%Y%m%d"))
    return pl.when(told.str.contains(r"^\d{8}$")).then(told)


def _apart(files: Promise) -> pl.Series:
    """The space of a record whose space has everybody once, if there are others; null of all others."""
    once = pl.Series(files.once[files.space] & (len(files.size) > 1))
    spaces = pl.DataFrame({"space": files.space, "once": once})
    return spaces.select(pl.when("once").then("space").alias("apart")).to_series()


def _crowded(frame: pl.DataFrame) -> pl.DataFrame:
    """With the place, and how many records of one space name it."""
    home = pl.concat_str("house", "road", separator=" ")
    full = placed(frame).with_columns(
        pl.concat_str(home, pl.col("unit").fill_null(""), pl.col("postcode").fill_null(""), separator="#").alias(
            "place"
        )
    )
    crowd = pl.when(pl.col("place").is_not_null()).then(pl.len().over("circle", "space", "place"))
    return full.with_columns(crowd.cast(pl.Int64).alias("crowd"))


def _name(column: str) -> pl.Expr:
    read = pl.col(column).str.replace_many(_LETTERS)
    known = (read.str.len_chars() >= _SHORTEST_NAME) & ~read.is_in(sorted(ROLES))
    return pl.when(known).then(read)


def _shorts(names: pl.Series) -> pl.Series:
    """For each name the names that it is short for, or that are short for it."""
    every = names.drop_nulls().unique().to_list()
    known = pl.DataFrame(
        {"name": every, "short": [_others(name) for name in every]},
        schema={"name": pl.String, "short": pl.List(pl.String)},
    )
    return names.to_frame("name").join(known, on="name", how="left", maintain_order="left")["short"]


@cache
def _namer() -> NickNamer:
    return NickNamer()


def _others(name: str) -> list[str]:
    namer = _namer()
    return sorted({*namer.nicknames_of(name), *namer.canonicals_of(name)} - {name})
