"""The stage that looks: signals under grants, block by block → indicators → rules and score → the facts behind both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from alerts.triage import Candidate, candidates, foreseen
from flows.bootstrap import Services
from flows.foreseeing import Foresight, Outlook, foresight, model_in_use
from flows.night_record import NightRecord
from flows.stage import Stage
from governance.ids import DatasetId, HouseholdId
from rules.compute import compute, silenced
from rules.evidence import FACT_SCHEMA, evidence
from rules.fire import FIRING_SCHEMA, fire
from rules.indicator import Indicator
from rules.observe import Observed, Watch, observing
from rules.scorer.model import Model
from signals.hearing import Unheard


@dataclass(slots=True, kw_only=True)
class Findings:
    """What a night found.

    `firings` has a row per household and rule, `facts` a row per fact behind one or behind what the model weighs,
    `values` the indicators of the households that there is any reason to look at. `fields` are the fields that were
    read, by dataset. `skipped` are rules that could not be asked, with the indicator that was missing. `outlook` is
    what the model says; None on a night by rules alone. `unheard` are datasets of which it is not known tonight what
    there is to know, and `last_heard` the households for which a rule fired as far as was known when they last were.
    """

    firings: pl.DataFrame
    facts: pl.DataFrame
    values: pl.DataFrame
    fields: Mapping[DatasetId, frozenset[str]]
    signals: int = 0
    ran: bool = True
    skipped: list[dict[str, str]] = field(default_factory=list)
    outlook: Outlook | None = None
    unheard: dict[DatasetId, Unheard] = field(default_factory=dict)
    last_heard: set[HouseholdId] = field(default_factory=set)

    @classmethod
    def none(cls) -> Findings:
        """Nothing: the night was not allowed to look."""
        empty = pl.DataFrame(schema={"household": pl.String, "lineage": pl.String})
        return cls(
            firings=pl.DataFrame(schema=FIRING_SCHEMA),
            facts=pl.DataFrame(schema=FACT_SCHEMA),
            values=empty,
            fields={},
            ran=False,
        )

    @property
    def supported(self) -> set[HouseholdId]:
        """Households that there is a reason to look at."""
        foreseen_too = self.outlook.scores["household"].to_list() if self.outlook else []
        return {HouseholdId(each) for each in [*self.firings["household"].to_list(), *foreseen_too]}

    @property
    def by_rule(self) -> dict[str, int]:
        """Households per rule, most first."""
        counts = self.firings.group_by("rule").agg(pl.col("household").n_unique().alias("households"))
        ordered = counts.sort(["households", "rule"], descending=[True, False])
        return dict(zip(ordered["rule"].to_list(), ordered["households"].to_list(), strict=True))

    def candidates(self, night: NightRecord) -> list[Candidate]:
        """Households for triage: those of the rules, then those that only the model speaks of.

        Args:
            night: the day looked from.
        """
        if self.outlook is None:
            return candidates(self.firings)
        scores = dict(self.outlook.scores.select("household", "score").iter_rows())
        ruled = candidates(self.firings, scores)
        spoken_of = {each.household for each in ruled}
        others = {household: score for household, score in scores.items() if household not in spoken_of}
        return ruled + foreseen(others, night.as_of)


def look(house: Services, record: NightRecord, link: str, stage: Stage) -> Findings:
    """Everything that tonight's rules and the model find.

    Args:
        house: the services.
        record: the night.
        link: the link run that says which household a row belongs to.
        stage: where to note what was refused.

    Raises:
        Refused: where an agreement stopped while its rows were being read; link again and look anew.
    """
    model = model_in_use(house)
    watch = Watch(
        gate=house.gate,
        store=house.store,
        feeds=house.feeds,
        indicators=wanted(house, model),
        actor=house.flow,
        purpose=house.settings.purpose,
        run=record.run,
        as_of=record.as_of,
        link=link,
        hearing=house.hearing,
    )
    with observing(watch) as observed:
        for indicator, reason in observed.refused:
            stage.refuse(f"indicator {indicator}", reason.code, reason.detail)
        if observed.refused and not observed.doors:
            return Findings.none()
        return _Look(house, record, observed, foresight(house, observed, model, stage)).run()


def wanted(house: Services, model: Model | None) -> dict[str, Indicator]:
    """The indicators that a night asks for: those that a rule or the model in use looks at, and no others.

    Args:
        house: the services.
        model: the model in use.
    """
    used = house.rulebook.used() | set(model.indicators if model else ())
    return {id: each for id, each in house.indicators.items() if id in used}


class _Look:
    """One night's look, block by block."""

    def __init__(self, house: Services, record: NightRecord, observed: Observed, foresight: Foresight | None) -> None:
        self._house, self._as_of, self._observed, self._foresight = house, record.as_of, observed, foresight
        self._available: dict[str, Indicator] = {id: house.indicators[id] for id in sorted(observed.available)}
        self._found = Findings.none()
        self._found.unheard, self._stale = observed.unheard(), observed.stale()
        self._heard = {id: each for id, each in self._available.items() if id not in self._stale}
        self._firings, self._facts = [self._found.firings], [self._found.facts]
        self._values: list[pl.DataFrame] = []

    def run(self) -> Findings:
        """Look at every block."""
        found = self._found
        for signals in self._observed.blocks():
            self._block(signals)
        found.firings = pl.concat(self._firings, how="vertical_relaxed")
        found.facts = pl.concat(self._facts, how="vertical_relaxed")
        found.values = pl.concat(self._values, how="diagonal_relaxed") if self._values else found.values
        found.fields = self._observed.fields
        found.ran = True
        if self._foresight is not None:
            self._close(self._foresight)
        return found

    def _block(self, signals: pl.DataFrame) -> None:
        rulebook = self._house.rulebook
        facts = signals.drop("lineage")
        last_heard = compute(facts, self._available, self._as_of)
        wide = silenced(last_heard, self._stale)
        fired = fire(wide, rulebook, self._as_of, self._observed.available)
        if self._stale:
            then = fire(last_heard, rulebook, self._as_of, self._observed.available).firings["household"]
            self._found.last_heard |= {HouseholdId(each) for each in then}
        self._found.skipped = [{"rule": each.rule, "missing": each.missing} for each in fired.skipped]
        self._found.signals += signals.height
        self._firings.append(fired.firings)
        self._facts.append(evidence(facts, fired.firings, rulebook, self._heard, self._as_of))
        mine = fired.firings.select("household").unique()
        if self._foresight is not None:
            seen = self._foresight.weigh(wide, fired.firings, facts, self._available, self._stale)
            self._facts.append(seen.facts)
            mine = pl.concat([mine, seen.scores.select("household")]).unique()
        lineages = signals.group_by("household").agg(pl.col("lineage").max())
        hit = wide.join(mine, on="household", how="semi")
        self._values.append(hit.join(lineages, on="household", how="left"))

    def _close(self, foresight: Foresight) -> None:
        """Keep what the model says of those whom a rule speaks of, and of as many others as there is room for."""
        found = self._found
        found.outlook = foresight.outlook(set(found.firings["household"].to_list()))
        kept = pl.DataFrame({"household": sorted(found.supported)}, schema={"household": pl.String})
        found.values = found.values.join(kept, on="household", how="semi")
        found.facts = found.facts.join(kept, on="household", how="semi")
