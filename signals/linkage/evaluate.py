"""How good is linkage where the truth is known: pairs found and missed, and the same seen from each record.

Source: B-cubed, Bagga and Baldwin 1998, "Entity-Based Cross-Document Coreferencing Using the Vector Space Model".
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from governance.errors import ContractBroken
from signals.linkage.build import Linked

_COLUMNS = ("person_key", "true_person")
GROUP = "group"
"""A column that the truth may have: a group that somebody belongs to, of which figures are wanted by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Linkage against the truth.

    `keys` are the person keys that were judged: those in the truth. `pairs` are pairs of them that linkage says are
    one person, `true_pairs` those that are. A share of nothing is 1: who claims nothing claims nothing wrong.
    """

    keys: int
    persons: int
    households: int
    pairs: int
    true_pairs: int
    precision: float
    recall: float
    f1: float
    b_cubed_precision: float
    b_cubed_recall: float
    b_cubed_f1: float


def evaluate(linked: Linked, truth: Path) -> Figures:
    """Measure linkage.

    Args:
        linked: what linkage found.
        truth: a CSV with the columns person_key (`space:number`) and true_person. A key that linkage does not know
            counts as a person of its own; keys that the truth does not know are not judged.

    Raises:
        ContractBroken: `TRUTH_INVALID` where the file cannot be read, lacks a column, or gives one key two persons.
    """
    judged = judge(linked, read_truth(truth))
    both = judged.group_by("found", "true_person").len().with_columns(pl.col("len").cast(pl.Int64))
    found, true = judged.group_by("found").len("found_len"), judged.group_by("true_person").len("true_len")
    hits, pairs, true_pairs = _pairs(both["len"]), _pairs(found["found_len"]), _pairs(true["true_len"])
    each = both.join(found, on="found").join(true, on="true_person")
    total = judged.height
    sharp = share(float((each["len"] ** 2 / each["found_len"]).sum()), total)
    whole = share(float((each["len"] ** 2 / each["true_len"]).sum()), total)
    precision, recall = share(hits, pairs), share(hits, true_pairs)
    return Figures(
        keys=total,
        persons=found.height,
        households=linked.households["household"].n_unique(),
        pairs=pairs,
        true_pairs=true_pairs,
        precision=precision,
        recall=recall,
        f1=harmonic(precision, recall),
        b_cubed_precision=sharp,
        b_cubed_recall=whole,
        b_cubed_f1=harmonic(sharp, whole),
    )


def read_truth(truth: Path) -> pl.DataFrame:
    """The truth from a file: person_key, true_person, and group (null where the file has none).

    Raises:
        ContractBroken: `TRUTH_INVALID` where the file cannot be read, lacks a column, or gives one key two persons.
    """
    try:
        frame = pl.read_csv(truth, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError):
        raise _invalid(truth, "cannot be read as CSV") from None
    lacking = [name for name in _COLUMNS if name not in frame.columns]
    if lacking:
        raise _invalid(truth, f"has no column {', '.join(lacking)}")
    group = pl.col(GROUP) if GROUP in frame.columns else pl.lit(None, dtype=pl.String).alias(GROUP)
    rows = frame.select(*_COLUMNS, group).unique(_COLUMNS, keep="first", maintain_order=True)
    if rows.select(_COLUMNS).null_count().sum_horizontal().item() or rows["person_key"].is_duplicated().any():
        raise _invalid(truth, "has a key without a person, or with two")
    return rows


def _invalid(truth: Path, what: str) -> ContractBroken:
    return ContractBroken(
        f"The truth in {truth.name} {what}.", "Give a CSV with person_key and true_person.", code="TRUTH_INVALID"
    )


def judge(linked: Linked, truth: pl.DataFrame) -> pl.DataFrame:
    """The truth with the person that linkage says each key is, as `found`: for a key that it does not know, its own."""
    known = linked.persons.group_by("person_key").agg(pl.col("person").min().alias("found"))
    alone = pl.format("-{}", "person_key")
    return truth.join(known, on="person_key", how="left").with_columns(pl.col("found").fill_null(alone))


def _pairs(sizes: pl.Series) -> int:
    wide = sizes.cast(pl.Int64)
    return int((wide * (wide - 1) // 2).sum())


def share(part: float, whole: float) -> float:
    """A part of a whole; of nothing it is 1: who claims nothing claims nothing wrong."""
    return part / whole if whole else 1.0


def harmonic(one: float, other: float) -> float:
    """The harmonic mean of two shares."""
    return 2 * one * other / (one + other) if one + other else 0.0
