"""Where linkage went wrong, and why: links that are none, links that it missed. Counts and words, and nobody's name."""

from __future__ import annotations

import polars as pl

from signals.linkage.build import CUT, Linked
from signals.linkage.cascade import CONTRADICT, PASSES, PROMISE, SEVERAL_FIT
from signals.linkage.record import records as complete
from signals.linkage.standard import standardise

THROUGH_OTHERS = "through a third record"
UNKNOWN = "not among what was linked"
ONE_AGENCY = "one agency has the person twice"
CONTRADICTS = "an equal key, but other identifiers contradict"
BELOW = "an equal key, but too little for anybody to be asked"
NO_KEY = "no common key"
_HELD = {
    SEVERAL_FIT: "held back: the key fits two people of one agency",
    CONTRADICT: "held back: other identifiers contradict",
    PROMISE: "held back: two numbers of one agency would be one person",
    CUT: "held back: a steward keeps two apart",
}
_COMPARED = {
    "first_name": "first name",
    "last_name": "last name",
    "born_on": "birth date",
    "ssn": "social security number",
    "phone": "telephone",
    "street": "address",
}
_NAMES = ("first_name", "last_name")
_WHOLE = "whole_name"
"""The last name in all of its parts, which some passes ask for; `last_name` is any one of them."""


def pairs_by(judged: pl.DataFrame, by: str) -> pl.DataFrame:
    """Every two person keys (left before right) that are one person by a column.

    Args:
        judged: person_key, true_person, found.
        by: `found` or `true_person`.
    """
    keys = judged.select(by, "person_key")
    both = keys.join(keys, on=by, suffix="_right").filter(pl.col("person_key") < pl.col("person_key_right"))
    return both.select(pl.col("person_key").alias("left"), pl.col("person_key_right").alias("right"))


def explain_false(pairs: pl.DataFrame, linked: Linked, records: pl.DataFrame) -> pl.DataFrame:
    """Links that are none, by the pass that drew them and what agreed.

    Args:
        pairs: left, right.
        linked: who is who.
        records: of `record.RECORD_SCHEMA`.

    Returns:
        why (the pass), what (identifiers that are equal), count; most first.
    """
    drawn = linked.edges.group_by("left", "right", maintain_order=True).agg(pl.col("pass").first().alias("why"))
    both = drawn.rename({"left": "right", "right": "left"}).select(drawn.columns)
    told = pairs.join(pl.concat([drawn, both]).unique(["left", "right"]), on=["left", "right"], how="left")
    why = pl.col("why").fill_null(THROUGH_OTHERS)
    levels = _compared(pairs, records)
    words = [pl.when(pl.col(name) == "same").then(pl.lit(word)) for name, word in _COMPARED.items()]
    what = pl.concat_str(*words, separator=", ", ignore_nulls=True)
    return _counted(told.join(levels, on=["left", "right"]).select(why, what.replace("", "nothing").alias("what")))


def explain_missed(pairs: pl.DataFrame, linked: Linked, records: pl.DataFrame) -> pl.DataFrame:
    """Links that were missed, by what stood in the way.

    Args:
        pairs: left, right.
        linked: who is who, and who is not sure.
        records: of `record.RECORD_SCHEMA`.

    Returns:
        why, what (identifiers that differ or are not on both sides), count; most first.
    """
    persons = linked.persons.group_by("person_key").agg(pl.col("person").min())
    held = _held(linked, persons)
    ends = pairs
    for end in ("left", "right"):
        ends = ends.join(persons.rename({"person_key": end, "person": f"{end}_person"}), on=end, how="left")
    known = ends.join(held, on=["left_person", "right_person"], how="left").join(
        _compared(pairs, records), on=["left", "right"]
    )
    space = [pl.col(end).str.extract(r"^([^:]*):", 1) for end in ("left", "right")]
    why = (
        pl.when(pl.col("left_person").is_null() | pl.col("right_person").is_null())
        .then(pl.lit(UNKNOWN))
        .when(pl.col("why").is_not_null())
        .then(pl.col("why").replace(_HELD))
        .when(space[0] == space[1])
        .then(pl.lit(ONE_AGENCY))
        .when(_has_key() & _contradicts())
        .then(pl.lit(CONTRADICTS))
        .when(_has_key())
        .then(pl.lit(BELOW))
        .otherwise(pl.lit(NO_KEY))
    )
    return _counted(known.select(why.alias("why"), _lacking().alias("what")))


def _held(linked: Linked, persons: pl.DataFrame) -> pl.DataFrame:
    """left_person, right_person, why: whoever would be one person with whom, if a held pair were accepted."""
    held = linked.uncertain.select("left", "right", "why")
    for end in ("left", "right"):
        held = held.join(persons.rename({"person_key": end, "person": f"{end}_person"}), on=end)
    one = held.select("left_person", "right_person", "why")
    other = one.select(left_person="right_person", right_person="left_person", why="why")
    return pl.concat([one, other]).unique(["left_person", "right_person"], keep="first", maintain_order=True)


def _compared(pairs: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """left, right, and of each identifier whether it is the `same`, `differs`, or is `missing` on a side."""
    ends = pl.concat([pairs["left"], pairs["right"]]).unique()
    standard = standardise(complete(records).filter(pl.col("person").is_in(ends.implode())))
    held = standard.with_columns(pl.concat_str("street", "postcode", separator=" ").alias("street"))
    values = held.group_by("person").agg(
        pl.col("last_names").explode(empty_as_null=False).drop_nulls().unique().alias("last_name"),
        pl.col("last_name").drop_nulls().unique().alias(_WHOLE),
        *(pl.col(name).cast(pl.String).drop_nulls().unique() for name in _COMPARED if name != "last_name"),
    )
    both = pairs.join(values, left_on="left", right_on="person", how="left")
    both = both.join(values, left_on="right", right_on="person", how="left", suffix="_other")
    return both.select("left", "right", *(_level(name) for name in (*_COMPARED, _WHOLE)))


def _level(name: str) -> pl.Expr:
    own, other = pl.col(name).fill_null([]), pl.col(f"{name}_other").fill_null([])
    missing = (own.list.len() == 0) | (other.list.len() == 0)
    same = own.list.set_intersection(other).list.len() > 0
    level = pl.when(missing).then(pl.lit("missing")).when(same).then(pl.lit("same")).otherwise(pl.lit("differs"))
    return level.alias(name)


def _has_key() -> pl.Expr:
    """Whether the key of some pass is equal."""
    names = {"last_names": "last_name", "last_name": _WHOLE, "postcode": "street"}
    keys = [{names.get(column, column) for column in one.key} for one in PASSES]
    return pl.any_horizontal(pl.all_horizontal(pl.col(name) == "same" for name in sorted(key)) for key in keys)


def _contradicts() -> pl.Expr:
    return (pl.col("ssn") == "differs") | (pl.col("born_on") == "differs")


def _lacking() -> pl.Expr:
    """What differs, and what of names, dates and numbers is not on both sides."""
    differs = [pl.when(pl.col(name) == "differs").then(pl.lit(f"{word} differs")) for name, word in _COMPARED.items()]
    missing = [
        pl.when(pl.col(name) == "missing").then(pl.lit(f"{word} not on both sides"))
        for name, word in _COMPARED.items()
        if name in {*_NAMES, "born_on"}
    ]
    return pl.concat_str(*differs, *missing, separator=", ", ignore_nulls=True).replace("", "nothing differs")


def _counted(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.group_by("why", "what").len("count").sort(["count", "why", "what"], descending=[True, False, False])
