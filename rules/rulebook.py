"""The rulebook: every rule of a folder, checked against the indicators that it rests on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from governance.errors import RulebookError
from rules.condition import expression
from rules.indicator import Indicator, read_document, read_model
from rules.rule import Rule, Version
from rules.sentence import Place

PACKAGED = Path(__file__).parent / "rulebook"
"""The example Commonwealth's rulebook."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """All rules, and the indicators that they may look at, by id."""

    rules: Mapping[str, Rule]
    indicators: Mapping[str, Indicator]

    def in_force(self, as_of: date) -> dict[str, tuple[Rule, Version]]:
        """The rules that hold on a day, each with the version to follow.

        Args:
            as_of: the day.
        """
        found = {id: (rule, rule.version(as_of)) for id, rule in self.rules.items()}
        return {id: (rule, version) for id, (rule, version) in found.items() if version is not None}

    def used(self) -> frozenset[str]:
        """Every indicator that any version of any rule looks at or speaks of."""
        return frozenset().union(*(rule.spoken(version) for rule in self.rules.values() for version in rule.versions))

    @property
    def sha256(self) -> str:
        """The hash of everything that rules and indicators say, in whatever order or layout it is written."""
        rules = {id: rule.model_dump(mode="json", by_alias=True) for id, rule in self.rules.items()}
        indicators = {id: each.model_dump(mode="json", by_alias=True) for id, each in self.indicators.items()}
        document = {"rules": rules, "indicators": indicators}
        return hashlib.sha256(json.dumps(document, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def load_rulebook(folder: Path | None, indicators: Mapping[str, Indicator]) -> Rulebook:
    """Every rule of a folder.

    Args:
        folder: `<topic>/<rule>.yaml`, one rule a file, its path its id; the packaged example where it is None.
        indicators: what rules may look at.

    Raises:
        RulebookError: `RULE_INVALID`, naming file and key, for a rule that cannot mean what it says.
    """
    root = folder or PACKAGED
    found: dict[str, Rule] = {}
    for path in sorted(root.rglob("*.yaml")):
        where = path.relative_to(root).as_posix()
        rule = read_model(Rule, read_document(path, code="RULE_INVALID"), where=where, code="RULE_INVALID")
        if rule.id != ".".join(path.relative_to(root).with_suffix("").parts):
            raise _invalid(where, "id", f"is {rule.id}, but a rule's path is its id")
        for number, version in enumerate(rule.versions):
            _check(rule, version, indicators, where, f"versions.{number}")
        found[rule.id] = rule
    if not found:
        raise _invalid("rulebook", "", "the folder holds no rule")
    return Rulebook(rules=found, indicators=dict(indicators))


def _check(rule: Rule, version: Version, indicators: Mapping[str, Indicator], where: str, key: str) -> None:
    unknown = sorted(version.indicators() - set(indicators))
    if unknown:
        raise _invalid(where, key, f"no indicator is called {', '.join(unknown)}")
    unknown = sorted(rule.sentence.indicators - set(indicators))
    if unknown:
        raise _invalid(where, "reason", f"no indicator is called {', '.join(unknown)}")
    if version.deadline and not indicators[version.deadline.indicator].aggregate.points:
        raise _invalid(where, f"{key}.deadline", f"{version.deadline.indicator} points at no event's day")
    if _fires_for_nothing(version, indicators):
        raise _invalid(where, f"{key}.when", "it would hold for a family of whom nothing is known")
    seen = version.when.seen(indicators)
    for piece in rule.sentence.pieces:
        for place in piece.places():
            if not _speakable(place, indicators[place.indicator], certain=piece.optional or place.indicator in seen):
                raise _invalid(where, "reason", f"{place.indicator}.{place.part or 'value'} is not always known")


def _fires_for_nothing(version: Version, indicators: Mapping[str, Indicator]) -> bool:
    """Whether a household without any signal would satisfy it: counts of 0, all else unknown."""
    used = {id: 0.0 if indicators[id].aggregate.counts else None for id in version.indicators()}
    nobody = pl.DataFrame([used], schema=dict.fromkeys(used, pl.Float64))
    return bool(nobody.select(expression(version.when).fill_null(value=False))[0, 0])


def _speakable(place: Place, indicator: Indicator, *, certain: bool) -> bool:
    """Whether what stands in braces can be said of every household that the rule fires for."""
    if place.part == "since":
        return indicator.since is not None or indicator.window_days is not None
    if place.part == "window":
        return indicator.window_days is not None
    return certain or (place.part == "" and indicator.aggregate.counts)


def _invalid(where: str, key: str, what: str) -> RulebookError:
    place = f"{where}, {key}" if key else where
    return RulebookError(f"{place}: {what}.", "Correct the rule and run this again.", code="RULE_INVALID")
