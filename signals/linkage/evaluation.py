"""An evaluation in full: the figures, by pair of agencies and by group, and what stands behind every error.

Everything in it is a count or a word. A group, or a pair of agencies, of fewer than eleven people is not shown by
itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from signals.linkage.build import Linked
from signals.linkage.confusion import explain_false, explain_missed, pairs_by
from signals.linkage.evaluate import Figures, evaluate, harmonic, judge, read_truth, share
from signals.linkage.group import groups_of

FEWEST = 11
"""People below which a group is not shown by itself."""
_MOST = 20
"""Kinds of error that are told by themselves; the others are summed up."""
THE_REST = "everything else"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Figures of a part: a pair of agencies (two of the same where one has somebody twice), or a group.

    `keys` are the person keys in it, `pairs` what linkage says, `true_pairs` what is so, `hits` what is both.
    """

    name: str
    keys: int
    pairs: int
    true_pairs: int
    hits: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Error:
    """A kind of error: why it came about, what agreed or was in the way, and how often."""

    why: str
    what: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Linkage against the truth, whole and in its parts."""

    figures: Figures
    by_agencies: tuple[Part, ...]
    by_group: tuple[Part, ...]
    false_links: tuple[Error, ...]
    missed_links: tuple[Error, ...]


def evaluate_parts(records: pl.DataFrame, linked: Linked, truth: Path) -> Evaluation:
    """Measure linkage whole, in its parts, and in its errors.

    Args:
        records: of `record.RECORD_SCHEMA`, as agencies write them.
        linked: what linkage found in them.
        truth: as for `evaluate`; a column `group` may say which group a key belongs to.

    Raises:
        ContractBroken: `TRUTH_INVALID`.
    """
    known = read_truth(truth)
    judged = judge(linked, known)
    said, true = pairs_by(judged, "found"), pairs_by(judged, "true_person")
    false, missed = (one.join(other, on=["left", "right"], how="anti") for one, other in ((said, true), (true, said)))
    return Evaluation(
        figures=evaluate(linked, truth),
        by_agencies=_by_agencies(judged, said, true),
        by_group=_by_group(groups_of(records, known), said, true),
        false_links=_errors(explain_false(false, linked, records)),
        missed_links=_errors(explain_missed(missed, linked, records)),
    )


def _by_agencies(judged: pl.DataFrame, said: pl.DataFrame, true: pl.DataFrame) -> tuple[Part, ...]:
    """By the spaces of both keys."""
    spaces = judged["person_key"].str.extract(r"^([^:]*):", 1).fill_null("").value_counts()
    sizes: Mapping[str, int] = dict(spaces.iter_rows())
    hits = said.join(true, on=["left", "right"], how="semi")
    counts = [_counted(each) for each in (said, true, hits)]
    parts = []
    for one, other in sorted({pair for each in counts for pair in each}):
        keys = sizes[one] if one == other else sizes[one] + sizes[other]
        found = [each.get((one, other), 0) for each in counts]
        if keys >= FEWEST:
            parts.append(_part(one if one == other else f"{one} and {other}", keys, *found))
    return tuple(parts)


def _counted(pairs: pl.DataFrame) -> dict[tuple[str, str], int]:
    ends = [pl.col(end).str.extract(r"^([^:]*):", 1).fill_null("") for end in ("left", "right")]
    both = pairs.select(one=pl.min_horizontal(*ends), other=pl.max_horizontal(*ends))
    return {(one, other): count for one, other, count in both.group_by("one", "other").len().iter_rows()}


def _by_group(groups: pl.DataFrame, said: pl.DataFrame, true: pl.DataFrame) -> tuple[Part, ...]:
    """By group: the pairs of which somebody is in it."""
    hits = said.join(true, on=["left", "right"], how="semi")
    parts = []
    for name in groups["group"].unique().sort():
        keys = groups.filter(pl.col("group") == name)["person_key"]
        if keys.len() < FEWEST:
            continue
        either = pl.col("left").is_in(keys.implode()) | pl.col("right").is_in(keys.implode())
        parts.append(_part(name, keys.len(), *(each.filter(either).height for each in (said, true, hits))))
    return tuple(parts)


def _part(name: str, keys: int, pairs: int, true_pairs: int, hits: int) -> Part:
    precision, recall = share(hits, pairs), share(hits, true_pairs)
    return Part(
        name=name,
        keys=keys,
        pairs=pairs,
        true_pairs=true_pairs,
        hits=hits,
        precision=precision,
        recall=recall,
        f1=harmonic(precision, recall),
    )


def _errors(counts: pl.DataFrame) -> tuple[Error, ...]:
    """The most frequent kinds by themselves, the rest of each reason together."""
    first = [Error(why=why, what=what, count=count) for why, what, count in counts.head(_MOST).iter_rows()]
    rest = counts.slice(_MOST).group_by("why").agg(pl.col("count").sum()).sort("count", descending=True)
    return (*first, *(Error(why=why, what=THE_REST, count=count) for why, count in rest.iter_rows()))
