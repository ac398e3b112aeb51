"""Triage: as many households as there are people to act, most urgent first.

A list is cut to capacity, not to a threshold. The rules' deadlines come first: the order is the tier (1 is a deadline
that law or a court sets), and within a tier how likely the model thinks a crisis. On a night by rules alone, the day by
which someone must have acted decides instead; then how many parts of a family's life are in trouble at once; then the
pseudonym, so that the same night is always cut in the same place.

A family for which no rule fired, but which the model places among as many as there is room for, comes after all tiers
of the rules: `FORESEEN`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from governance.errors import RulebookError
from governance.ids import HouseholdId

FORESEEN = 4
"""The tier of a family that no rule speaks of, and the model does."""
FORESEEN_DAYS = 14
"""Days within which somebody should look at such a family."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A household that somebody should look at: at least one rule fired for it tonight, or the model foresees a crisis.

    `tier` is the most urgent of its rules' tiers (1 comes first), `due_on` the earliest day by which one of them asks
    for someone to have acted; `topics` and `rules` are what fired, each once, in alphabetical order. `score` is the
    model's, None on a night by rules alone; higher is likelier.
    """

    household: HouseholdId
    tier: int
    due_on: date
    topics: tuple[str, ...]
    rules: tuple[str, ...]
    score: float | None = None

    @property
    def urgency(self) -> tuple[int, float, date, int, str]:
        """What candidates are ordered by; the smallest is the most urgent."""
        return (self.tier, -(self.score or 0.0), self.due_on, -len(self.topics), self.household)


def candidates(firings: pl.DataFrame, scores: Mapping[str, float] | None = None) -> list[Candidate]:
    """The households of a night for which a rule fired, one candidate each.

    Args:
        firings: a row per household and rule that fired; at least household, rule, topic, tier and due_on.
        scores: the model's score of each of these households; None on a night by rules alone.

    Returns:
        Most urgent first.

    Raises:
        RulebookError: `FIRING_WITHOUT_DUE_DAY` where no rule of a household says by when: it could not be put in order.
    """
    grouped = firings.group_by("household").agg(
        pl.col("tier").min(),
        pl.col("due_on").min(),
        pl.col("topic").unique().sort().alias("topics"),
        pl.col("rule").unique().sort().alias("rules"),
    )
    undated = grouped.filter(pl.col("due_on").is_null())
    if undated.height:
        names = sorted(undated["rules"].explode().unique().to_list())
        raise RulebookError(
            f"Rules {', '.join(names)} fired without a day by which to act.",
            "Give each of them a `due` that always yields a day.",
            code="FIRING_WITHOUT_DUE_DAY",
        )
    found = [
        _candidate(**row, score=None if scores is None else scores[row["household"]])
        for row in grouped.iter_rows(named=True)
    ]
    return sorted(found, key=lambda each: each.urgency)


def foreseen(scores: Mapping[str, float], as_of: date) -> list[Candidate]:
    """Households that only the model speaks of, one candidate each.

    Args:
        scores: the model's score of each: of those for which no rule fired.
        as_of: the day looked from.
    """
    due_on = as_of + timedelta(days=FORESEEN_DAYS)
    found = (
        Candidate(household=HouseholdId(household), tier=FORESEEN, due_on=due_on, topics=(), rules=(), score=score)
        for household, score in scores.items()
    )
    return sorted(found, key=lambda each: each.urgency)


def triage(found: Iterable[Candidate], *, capacity: int) -> list[Candidate]:
    """The most urgent households that there is someone to act for.

    Args:
        found: tonight's candidates, in any order.
        capacity: how many tasks the workers can take on, all together.

    Returns:
        At most `capacity` candidates, most urgent first. Whoever is left out is less urgent than everyone inside; the
        rest is counted in the night's report, not lost: who still fires tomorrow is weighed again tomorrow.
    """
    return sorted(found, key=lambda each: each.urgency)[: max(0, capacity)]


def _candidate(
    *, household: str, tier: int, due_on: date, topics: list[str], rules: list[str], score: float | None
) -> Candidate:
    return Candidate(
        household=HouseholdId(household),
        tier=tier,
        due_on=due_on,
        topics=tuple(topics),
        rules=tuple(rules),
        score=score,
    )
