"""From standardised records to what is compared: names without role words, digits read as the letters that they are.

`mother` is not a name, nor is `son of`: whoever filled in the form did not know it, or the form was read badly.
"""

from __future__ import annotations

from functools import cache

import polars as pl
from nicknames import NickNamer

from signals.linkage.likely.backend import PREPARED

_ROLES = frozenset(
    [
        "mother",
        "father",
        "mom",
        "dad",
        "mum",
        "parent",
        "parents",
        "son",
        "sons",
        "sonof",
        "daughter",
        "daughterof",
        "child",
        "children",
        "childof",
        "kid",
        "baby",
        "infant",
        "boy",
        "girl",
        "brother",
        "sister",
        "sibling",
        "husband",
        "wife",
        "spouse",
        "partner",
        "friend",
        "roommate",
        "housemate",
        "guest",
        "boarder",
        "tenant",
        "man",
        "woman",
        "lady",
        "gentleman",
        "gent",
        "male",
        "female",
        "adult",
        "minor",
        "teen",
        "teenager",
        "person",
        "people",
        "resident",
        "occupant",
        "member",
        "family",
        "relative",
        "cousin",
        "aunt",
        "uncle",
        "niece",
        "nephew",
        "grandmother",
        "grandfather",
        "grandson",
        "granddaughter",
        "house",
        "home",
        "household",
        "hh",
        "hoh",
        "head",
        "ofthehouse",
        "ladyofthehouse",
        "manofthehouse",
        "ladyofthe",
        "manofthe",
        "thehouse",
        "of",
        "the",
        "staff",
        "worker",
        "client",
        "patient",
        "student",
        "name",
        "firstname",
        "lastname",
        "surname",
        "noname",
        "nombre",
        "apellido",
        "hijo",
        "hija",
        "madre",
        "padre",
        "esposa",
        "esposo",
        "hermano",
        "hermana",
        "nino",
        "nina",
        "mr",
        "mrs",
        "ms",
        "miss",
        "sir",
        "madam",
        "unknown",
        "unk",
        "none",
        "na",
        "nil",
        "null",
        "test",
        "refused",
        "declined",
        "anonymous",
        "other",
        "self",
        "same",
        "someone",
        "nobody",
        "no",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "malechild",
        "femalechild",
        "childm",
        "childf",
    ]
)
"""Words that forms hold in place of a name, in English and Spanish; ours."""
_LETTERS = {"0": "o", "1": "l", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "|": "l"}
_DIGITS = {"o": "0", "l": "1", "i": "1", "|": "1", "s": "5", "b": "8", "g": "6", "z": "2"}
_SHORTEST_NAME = 2
_MOST_AT_ONE_PLACE = 40
_LINE = r"^([a-z]?\d\S*|[oilsbgz|]+\d\S*)(?:\s+(.*))?$"
_BOX = r"^p ?o ?box"


def prepare(standard: pl.DataFrame) -> pl.DataFrame:
    """Make records comparable.

    Args:
        standard: of `signals.linkage.standard.standardise`, with `rid` and `circle`; `sex` and `birth_text` (YYYYMMDD)
            where they are known.

    Returns:
        Of `backend.PREPARED`, in order of `rid`.
    """
    told = [name for name in ("sex", "birth_text") if name in standard.columns]
    missing = [pl.lit(None, dtype=pl.String).alias(name) for name in ("sex", "birth_text") if name not in told]
    named = standard.with_columns(*missing).with_columns(
        _name("first_name").alias("first"),
        _name("last_name").alias("last"),
        pl.coalesce("birth_text", pl.col("born_on").dt.strftime("%Y%m%d")).alias("birth"),
        pl.col("line").str.splitn("#", 2).struct.field("field_0").str.strip_chars().alias("_line"),
        pl.col("line").str.splitn("#", 2).struct.field("field_1").str.replace_all(r"[ #]", "").alias("unit"),
    )
    full = _placed(named)
    shared = full.with_columns(_shorts(full["first"]).alias("short"))
    return (
        shared.select(
            *(pl.col(name) for name in ("rid", "circle", "first", "short", "initial", "last")),
            pl.col("last_names").alias("lasts"),
            *(pl.col(name) for name in ("birth", "ssn", "sex", "phone", "house", "road", "unit", "postcode")),
            # where a hundred live, living there is no reason to compare them
            pl.when(pl.col("crowd") <= _MOST_AT_ONE_PLACE).then("place").alias("place"),
            "crowd",
            pl.col("first").str.head(1).alias("first_letter"),
            pl.col("first").str.head(2).alias("first_two"),
            pl.col("first").str.head(3).alias("first_three"),
            pl.col("last").str.head(2).alias("last_two"),
            pl.col("last").str.head(3).alias("last_three"),
            pl.col("birth").str.head(6).alias("birth_month"),
            pl.col("road").str.head(4).alias("road_begins"),
        )
        .cast(PREPARED)
        .sort("rid")
    )


def _placed(frame: pl.DataFrame) -> pl.DataFrame:
    """With house, road and place, and how many records of one space name the place."""
    placed = frame.with_columns(
        pl.col("_line").str.extract(_LINE, 1).str.replace_many(_DIGITS).alias("house"),
        pl.coalesce(pl.col("_line").str.extract(_LINE, 2), pl.when(~pl.col("_line").str.contains(_LINE)).then("_line"))
        .replace("", None)
        .alias("road"),
    ).with_columns(pl.when(~pl.col("road").str.contains(_BOX)).then("road").alias("road"))
    home = pl.concat_str("house", "road", separator=" ")
    full = placed.with_columns(
        pl.concat_str(home, pl.col("unit").fill_null(""), pl.col("postcode").fill_null(""), separator="#").alias(
            "place"
        )
    )
    crowd = pl.when(pl.col("place").is_not_null()).then(pl.len().over("circle", "space", "place"))
    return full.with_columns(crowd.cast(pl.Int64).alias("crowd"))


def _name(column: str) -> pl.Expr:
    read = pl.col(column).str.replace_many(_LETTERS)
    known = (read.str.len_chars() >= _SHORTEST_NAME) & ~read.is_in(sorted(_ROLES))
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
