"""The figures of a backtest: of one list, of one test day, of a way of ranking over all of them, of a group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from rules.scorer.metric import (
    Labels,
    auc,
    average_precision,
    brier,
    calibration_error,
    hits_at,
    lift_interval,
)
from rules.scorer.panel import SEEN_BY
from rules.scorer.scored import Numbers
from rules.scorer.training import Trained


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """One test day: its households, what came of them, and what the model said, all in one order.

    `heard_of` is whom anybody knew anything of on the day.
    """

    day: date
    households: pl.DataFrame
    labels: Labels
    heard_of: Labels
    probabilities: Numbers
    rankings: dict[str, Numbers]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One list of one day. `hits` is what chance makes of ties; `worst` and `best` what it could make of them."""

    households: int
    outcomes: int
    k: int
    hits: float
    worst: float
    best: float
    precision_at_k: float
    lift_at_k: float | None
    recall_at_k: float | None
    median_lead_days: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A way of ranking over all test days taken together: `worst` and `best` are precisions at k."""

    precision_at_k: float
    lift_at_k: float | None
    recall_at_k: float | None
    worst: float
    best: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Cutoff:
    """One test day.

    `train_end` is the last day that was learnt from: the whole horizon lies between it and the test day.
    `lift_interval` is a bootstrap's 95 %. `list` is the list as tasks are handed out: rules' tiers first.
    """

    train_end: date
    test_as_of: date
    households: int
    heard_of: int
    outcomes: int
    base_rate: float
    auc: float | None
    average_precision: float | None
    precision_at_k: float
    lift_at_k: float | None
    lift_interval: tuple[float, float]
    recall_at_k: float | None
    brier: float
    ece: float
    median_lead_days: float | None
    list: Listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Households alike in something: how many, how often it came true, and how the list and the model treat them."""

    by: str
    group: str
    households: int
    base_rate: float
    listed: float
    precision_at_k: float | None
    recall_at_k: float | None
    said: float
    came_true: float


def listed(ranking: Numbers, tested: Tested, k: int) -> Listed:
    """The figures of a list.

    Args:
        ranking: greater comes first.
        tested: the day.
        k: how long the list is.
    """
    labels = tested.labels
    hits, outcomes = hits_at(k, ranking, labels), int(labels.sum())
    size = max(1, min(k, labels.size))
    precision = hits.expected / size
    leads = tested.households["lead_days"].gather(_first(ranking, k)).drop_nulls()
    middle = leads.median()
    return Listed(
        households=labels.size,
        outcomes=outcomes,
        k=size,
        hits=hits.expected,
        worst=hits.worst,
        best=hits.best,
        precision_at_k=precision,
        lift_at_k=precision * labels.size / outcomes if outcomes else None,
        recall_at_k=hits.expected / outcomes if outcomes else None,
        median_lead_days=float(middle) if isinstance(middle, float | int) else None,
    )


def standing(lists: Sequence[Listed]) -> Standing:
    """Lists of several days as one."""
    hits, slots = sum(each.hits for each in lists), sum(each.k for each in lists)
    outcomes, households = sum(each.outcomes for each in lists), sum(each.households for each in lists)
    return Standing(
        precision_at_k=hits / slots,
        lift_at_k=hits / slots * households / outcomes if outcomes else None,
        recall_at_k=hits / outcomes if outcomes else None,
        worst=sum(each.worst for each in lists) / slots,
        best=sum(each.best for each in lists) / slots,
    )


def cutoff(tested: Tested, trained: Trained, k: int) -> Cutoff:
    """The figures of a test day.

    Args:
        tested: the day, with the rankings `model` and `list`.
        trained: the model.
        k: how long the list is.
    """
    labels, heard = tested.labels, tested.heard_of
    scores, known = tested.rankings["model"][heard], labels[heard]
    own = listed(tested.rankings["model"], tested, k)
    return Cutoff(
        train_end=trained.days[-1],
        test_as_of=tested.day,
        households=own.households,
        heard_of=int(heard.sum()),
        outcomes=own.outcomes,
        base_rate=own.outcomes / own.households,
        auc=auc(scores, known),
        average_precision=average_precision(scores, known),
        precision_at_k=own.precision_at_k,
        lift_at_k=own.lift_at_k,
        lift_interval=lift_interval(k, tested.rankings["model"], labels),
        recall_at_k=own.recall_at_k,
        brier=brier(tested.probabilities[heard], known),
        ece=calibration_error(tested.probabilities[heard], known),
        median_lead_days=own.median_lead_days,
        list=listed(tested.rankings["list"], tested, k),
    )


def groups(tested: Sequence[Tested], k: int) -> list[Group]:
    """How households fare that many agencies know of, or few, over all test days.

    Args:
        tested: the days.
        k: how long each list is.
    """
    parts = []
    for each in tested:
        chosen = np.zeros(each.labels.size, dtype=np.bool_)
        chosen[_first(each.rankings["model"], k)] = True
        agencies = pl.Series("agencies", each.households[SEEN_BY].clip(upper_bound=4).cast(pl.Int64))
        columns = {"label": each.labels, "chosen": chosen, "said": each.probabilities, "agencies": agencies}
        parts.append(pl.DataFrame(columns))
    everybody = pl.concat(parts).sort("agencies")
    return [
        _group(mine, f"{agencies}" if agencies < 4 else "4 or more")  # noqa: PLR2004 (where the column is clipped)
        for (agencies,), mine in everybody.partition_by("agencies", as_dict=True).items()
        if isinstance(agencies, int)
    ]


def _group(mine: pl.DataFrame, name: str) -> Group:
    true, chosen = mine["label"].to_numpy(), mine["chosen"].to_numpy()
    found = int((true & chosen).sum())
    return Group(
        by="agencies that know of the household",
        group=name,
        households=mine.height,
        base_rate=float(true.mean()),
        listed=float(chosen.mean()),
        precision_at_k=found / int(chosen.sum()) if chosen.any() else None,
        recall_at_k=found / int(true.sum()) if true.any() else None,
        said=float(mine["said"].to_numpy().mean()),
        came_true=float(true.mean()),
    )


def _first(ranking: Numbers, k: int) -> list[int]:
    """The places of the first k; among ties, the earlier in the frame."""
    return [int(place) for place in np.argsort(-ranking, kind="stable")[:k]]
