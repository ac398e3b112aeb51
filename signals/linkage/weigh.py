"""What speaks for two records being one person, and what against, each thing in words and with its weight.

A weight is the logarithm to base 2 of how much likelier something is to be seen of one person than of two. How often
two people agree is counted in the records themselves: a rare name says more than a common one. How often one person's
records agree is taken from the constants below.

Surname and home are one fact for those who live together, so a surname counts for little beside an equal home.

Source: Fellegi and Sunter 1969, "A Theory for Record Linkage"; term frequencies after Winkler 1989. The constants are
ours, in round numbers, of the order that Blakely and Salmond 2002 report for administrative files.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import log2

import polars as pl

REASONS = pl.List(pl.Struct({"what": pl.String, "weight": pl.Float64}))
"""What speaks for or against a pair: words, and the weight of each."""
_AGREES = {"first_name": 0.9, "last_name": 0.9, "born_on": 0.95, "ssn": 0.95, "phone": 0.6, "street": 0.6}
"""How often two records of one person agree in what both of them have."""
_HOUSEMATES = 1.0
"""What an equal surname weighs at most between two who share a home."""
_SLIP_DAYS, _POSSIBLE_DAYS = 120, 29_220
"""Days that are one slip away from a given one, of those in eighty years."""
_NEAR = {"first_name": log2(0.05 / 0.01), "born_on": log2(0.03 * _POSSIBLE_DAYS / _SLIP_DAYS), "ssn": log2(0.03 * 1e7)}
"""What it weighs to be nearly the same: a name's first letters, a day one slip away, a number but for one digit."""
_DIFFERS = {
    "first_name": log2(0.05),
    "last_name": log2(0.08),
    "born_on": log2(0.02),
    "ssn": log2(0.02),
    "phone": log2(0.5),
    "street": log2(0.5),
    "suffix": log2(0.02),
    "initial": log2(0.08),
}
"""What it weighs to differ: the share of one person's records that do, for two people nearly always do."""
_WORDS = {
    "first_name": "first name",
    "last_name": "last name",
    "born_on": "birth date",
    "ssn": "social security number",
    "phone": "telephone",
    "street": "address",
    "suffix": "name suffix",
    "initial": "middle initial",
}
_LETTERS = 3
_DIGITS = 9


def weigh(pairs: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """Weigh pairs.

    Args:
        pairs: left and right (nodes).
        records: standardised, with `node`.

    Returns:
        The same pairs, each once, with `weight` (the sum) and `reasons`, the weightiest first. Of several records of
        a person those count that speak most for the pair.
    """
    wanted = pairs.select("left", "right").unique()
    mine = pl.concat([wanted["left"], wanted["right"]]).unique()
    own = records.filter(pl.col("node").is_in(mine.implode()))
    found = [_compared(wanted, own, records, name) for name in _WORDS]
    every = _housemates(pl.concat(found))
    order = [pl.col("weight").abs(), pl.col("what")]
    told = every.sort(order, descending=[True, False]).group_by("left", "right", maintain_order=True)
    summed = told.agg(pl.col("weight").sum().alias("sum"), pl.struct("what", "weight").alias("reasons"))
    return wanted.join(summed, on=["left", "right"], how="left").select(
        "left",
        "right",
        pl.col("sum").fill_null(0.0).alias("weight"),
        pl.col("reasons").fill_null(pl.lit([], dtype=REASONS)).cast(REASONS),
    )


def _compared(pairs: pl.DataFrame, own: pl.DataFrame, every: pl.DataFrame, name: str) -> pl.DataFrame:
    """What one identifier says of each pair that has it on both sides: left, right, field, same, what, weight."""
    held = _values(own, name)
    shares = _shares(every, name)
    both = pairs.join(held.rename({"node": "left", "value": "one"}), on="left")
    both = both.join(held.rename({"node": "right", "value": "other"}), on="right")
    both = both.join(shares.rename({"value": "one"}), on="one", how="left")
    said = both.with_columns(_level(name)).unnest("level").with_columns(pl.lit(name).alias("field"))
    best = said.sort("weight", "what").group_by("left", "right", maintain_order=True).last()
    return best.select("left", "right", "field", "same", "what", "weight")


def _values(records: pl.DataFrame, name: str) -> pl.DataFrame:
    """node, value: each value of an identifier that a person was ever known by; names in all of their parts."""
    if name == "last_name":
        held = records.select("node", pl.col("last_names").alias("value")).explode("value", empty_as_null=False)
    elif name == "street":
        held = records.select("node", pl.concat_str("street", "postcode", separator=" ").alias("value"))
    else:
        held = records.select("node", pl.col(name).cast(pl.String).alias("value"))
    return held.drop_nulls().unique()


def _shares(records: pl.DataFrame, name: str) -> pl.DataFrame:
    """value, share: how many of those who have the identifier at all have this value of it."""
    held = _values(records, name)
    whole = held["node"].n_unique()
    return (
        held.group_by("value").agg((pl.len() / whole).alias("share"))
        if whole
        else held.select("value", pl.lit(1.0).alias("share"))
    )


def _level(name: str) -> pl.Expr:
    """How much alike two values are: whether the same, in words, with the weight."""
    words = _WORDS[name]
    same = pl.col("one") == pl.col("other")
    agrees = (_AGREES.get(name, 0.9) / pl.col("share")).log(2)
    level = _said(f"{_plural(words)} differ", pl.lit(_DIFFERS[name]), same=False)
    for near, text in reversed(list(_nearly(name))):
        level = pl.when(near).then(_said(text, pl.lit(_NEAR[name]), same=False)).otherwise(level)
    return pl.when(same).then(_said(f"same {words}", agrees, same=True)).otherwise(level).alias("level")


def _said(text: str, weight: pl.Expr, *, same: bool) -> pl.Expr:
    return pl.struct(pl.lit(same).alias("same"), pl.lit(text).alias("what"), weight.alias("weight"))


def _nearly(name: str) -> Iterator[tuple[pl.Expr, str]]:
    """When two different values of an identifier are nearly the same, and how that is said."""
    one, other = pl.col("one"), pl.col("other")
    if name == "first_name":
        yield one.str.head(_LETTERS) == other.str.head(_LETTERS), "first names begin alike"
    if name == "ssn":
        digits = (one.str.slice(at, 1) != other.str.slice(at, 1) for at in range(_DIGITS))
        yield pl.sum_horizontal(digits) == 1, "social security numbers differ by one digit"
    if name == "born_on":
        parts = [one.str.slice(at, size) == other.str.slice(at, size) for at, size in ((0, 4), (5, 2), (8, 2))]
        crossed = (one.str.slice(5, 2) == other.str.slice(8, 2)) & (one.str.slice(8, 2) == other.str.slice(5, 2))
        yield parts[0] & crossed, "month and day of birth are exchanged"
        for index, part in enumerate(("year", "month", "day")):
            others = [each for number, each in enumerate(parts) if number != index]
            yield pl.all_horizontal(others), f"birth dates differ in the {part} only"


def _plural(words: str) -> str:
    return f"{words}es" if words.endswith("s") else f"{words}s"


def _housemates(said: pl.DataFrame) -> pl.DataFrame:
    """An equal surname weighs little for two who share an address or a telephone, and of these only one counts."""
    home = said.filter(pl.col("same") & pl.col("field").is_in(["phone", "street"])).sort("weight", "field")
    best = home.group_by("left", "right", maintain_order=True).last().select("left", "right", counts="field")
    known = said.join(best, on=["left", "right"], how="left")
    surname = (pl.col("field") == "last_name") & pl.col("same") & pl.col("counts").is_not_null()
    twice = pl.col("same") & pl.col("field").is_in(["phone", "street"]) & (pl.col("field") != pl.col("counts"))
    weight = pl.when(surname).then(pl.min_horizontal("weight", _HOUSEMATES)).when(twice).then(0.0).otherwise("weight")
    return known.with_columns(weight.alias("weight")).select("left", "right", "what", "weight")
