"""What a task says: the reasons of the rules, what the model adds, and how much of the score each of them carries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date

import polars as pl

from alerts.reasons import Fact, ScorePart, TaskReason
from alerts.triage import FORESEEN
from flows.foreseeing import Outlook
from flows.looking import Findings
from governance.ids import HouseholdId
from rules.reason import reasons
from rules.rulebook import Rulebook
from rules.scorer.explain import PREFIX

MODEL_TITLE = "Something that the model weighs"
MODEL_TOPIC = "model"
MODEL_CITATION = "The model in use: see `hearthline card`. It weighs what was seen; it decides nothing."

HELPING = 2
"""How many programmes a reason of the model points to."""

Told = dict[HouseholdId, list[TaskReason]]
"""The reasons of each household, most urgent first."""


class Telling:
    """Puts a night's findings into words.

    Args:
        rulebook: the rules.
        as_of: the day looked from.
        found: what was found.
    """

    def __init__(self, rulebook: Rulebook, as_of: date, found: Findings) -> None:
        self._rulebook, self._as_of, self._found = rulebook, as_of, found

    def reasons(self, households: Iterable[HouseholdId]) -> Told:
        """The reasons of these households, each with its facts: the rules', most urgent first, then the model's."""
        mine = pl.DataFrame({"household": list(households)}, schema={"household": pl.String})
        facts = self._found.facts.join(mine, on="household", how="semi")
        behind: dict[tuple[str, str], list[Fact]] = {}
        for row in facts.iter_rows(named=True):
            behind.setdefault((row.pop("household"), row.pop("rule")), []).append(Fact(**row))
        told: Told = {}
        for household, id, text in self._sentences(mine, facts):
            found = tuple(behind.get((household, id), ()))
            reason = self._of_model(id, text, found) if id.startswith(PREFIX) else self._of_rule(id, text, found)
            told.setdefault(HouseholdId(household), []).append(reason)
        return told

    def _sentences(self, mine: pl.DataFrame, facts: pl.DataFrame) -> list[tuple[str, str, str]]:
        """Household, rule and sentence: of every rule that fired, then of what the model adds."""
        firings = self._found.firings.join(mine, on="household", how="semi")
        ordered = firings.sort("household", "tier", "due_on", "rule")
        said = list(reasons(ordered, facts, self._found.values, self._rulebook, self._as_of).iter_rows())
        if self._found.outlook is not None:
            added = self._found.outlook.explanations.join(mine, on="household", how="semi")
            heaviest = added.sort("household", pl.col("contribution").abs(), "rule", descending=[False, True, False])
            said += list(heaviest.select("household", "rule", "text").iter_rows())
        return said

    def _of_rule(self, id: str, text: str, facts: tuple[Fact, ...]) -> TaskReason:
        rule, version = self._rulebook.in_force(self._as_of)[id]
        return TaskReason(
            rule=id,
            title=rule.title,
            topic=rule.topic,
            tier=version.tier,
            text=text,
            citation=f"{version.citation.source}: {version.citation.note}",
            programmes=tuple(rule.programmes),
            facts=facts,
        )

    def _of_model(self, id: str, text: str, facts: tuple[Fact, ...]) -> TaskReason:
        return TaskReason(
            rule=id,
            title=MODEL_TITLE,
            topic=MODEL_TOPIC,
            tier=FORESEEN,
            text=text,
            citation=MODEL_CITATION,
            programmes=self._helping(id.removeprefix(PREFIX)),
            facts=facts,
        )

    def _helping(self, indicator: str) -> tuple[str, ...]:
        """The programmes that help where a rule looks at the same number."""
        in_force = self._rulebook.in_force(self._as_of).values()
        rules = (rule for rule, version in in_force if indicator in rule.spoken(version))
        return tuple(dict.fromkeys(id for rule in rules for id in rule.programmes))[:HELPING]


def score_parts(
    rulebook: Rulebook, as_of: date, outlook: Outlook | None, told: Mapping[HouseholdId, Collection[TaskReason]]
) -> dict[HouseholdId, ScorePart]:
    """How much of the score each reason carries, by household; nothing on a night by rules alone.

    What the model gives to an indicator goes to the first reason that speaks of it, so that nothing is counted twice:
    baseline, reasons and rest add up to the score.

    Args:
        rulebook: the rules.
        as_of: the day looked from.
        outlook: what the model says.
        told: the reasons of each household.
    """
    if outlook is None:
        return {}
    scores = dict(outlook.scores.select("household", "score").iter_rows())
    weights = {row.pop("household"): row for row in outlook.contributions.iter_rows(named=True)}
    in_force = rulebook.in_force(as_of)
    parts: dict[HouseholdId, ScorePart] = {}
    for household, mine in told.items():
        left: dict[str, float] = dict(weights[household])
        carried: dict[str, float] = {}
        for reason in mine:
            rule = in_force.get(reason.rule)
            speaks = rule[0].spoken(rule[1]) if rule else {reason.rule.removeprefix(PREFIX)}
            carried[reason.rule] = sum(left.pop(name) for name in sorted(speaks & set(left)))
        score = scores[household]
        rest = score - outlook.baseline - sum(carried.values())
        parts[household] = ScorePart(
            model=outlook.model, score=score, baseline=outlook.baseline, rest=rest, contributions=carried
        )
    return parts
