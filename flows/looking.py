"""The stage that looks: signals under grants, block by block → indicators → rules → the facts behind each firing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from alerts.triage import Candidate, candidates
from flows.bootstrap import Services
from flows.night_record import NightRecord
from flows.stage import Stage
from governance.ids import DatasetId
from rules.compute import compute
from rules.evidence import FACT_SCHEMA, evidence
from rules.fire import FIRING_SCHEMA, fire
from rules.observe import Observed, Watch, observing


@dataclass(slots=True, kw_only=True)
class Findings:
    """What a night found.

    `firings` has a row per household and rule, `facts` a row per fact behind one, `values` the indicators of the
    households that have any firing. `fields` are the fields that were read, by dataset. `skipped` are rules that could
    not be asked, with the indicator that was missing.
    """

    firings: pl.DataFrame
    facts: pl.DataFrame
    values: pl.DataFrame
    fields: Mapping[DatasetId, frozenset[str]]
    signals: int = 0
    ran: bool = True
    skipped: list[dict[str, str]] = field(default_factory=list)

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
    def households(self) -> int:
        """Households with at least one firing."""
        return self.firings["household"].n_unique()

    @property
    def by_rule(self) -> dict[str, int]:
        """Households per rule, most first."""
        counts = self.firings.group_by("rule").agg(pl.col("household").n_unique().alias("households"))
        ordered = counts.sort(["households", "rule"], descending=[True, False])
        return dict(zip(ordered["rule"].to_list(), ordered["households"].to_list(), strict=True))

    def candidates(self) -> list[Candidate]:
        """Households for triage."""
        return candidates(self.firings)


def look(house: Services, record: NightRecord, link: str, stage: Stage) -> Findings:
    """Everything that tonight's rules find.

    Args:
        house: the services.
        record: the night.
        link: the link run that says which household a row belongs to.
        stage: where to note what was refused.

    Raises:
        Refused: where an agreement stopped while its rows were being read; link again and look anew.
    """
    watch = Watch(
        gate=house.gate,
        store=house.store,
        feeds=house.feeds,
        indicators=house.indicators,
        actor=house.flow,
        purpose=house.settings.purpose,
        run=record.run,
        as_of=record.as_of,
        link=link,
    )
    with observing(watch) as observed:
        for indicator, reason in observed.refused:
            stage.refuse(f"indicator {indicator}", reason.code, reason.detail)
        return _gather(house, record, observed)


def _gather(house: Services, record: NightRecord, observed: Observed) -> Findings:
    if observed.refused and not observed.doors:
        return Findings.none()
    available = {id: house.indicators[id] for id in sorted(observed.available)}
    found = Findings.none()
    firings, facts, values = [found.firings], [found.facts], []
    for signals in observed.blocks():
        wide = compute(signals.drop("lineage"), available, record.as_of)
        fired = fire(wide, house.rulebook, record.as_of, observed.available)
        found.skipped = [{"rule": each.rule, "missing": each.missing} for each in fired.skipped]
        found.signals += signals.height
        firings.append(fired.firings)
        proof = evidence(signals.drop("lineage"), fired.firings, house.rulebook, available, record.as_of)
        facts.append(proof)
        lineages = signals.group_by("household").agg(pl.col("lineage").max())
        hit = wide.join(fired.firings.select("household").unique(), on="household", how="semi")
        values.append(hit.join(lineages, on="household", how="left"))
    found.firings = pl.concat(firings, how="vertical_relaxed")
    found.facts = pl.concat(facts, how="vertical_relaxed")
    found.values = pl.concat(values, how="diagonal_relaxed") if values else found.values
    found.fields = observed.fields
    found.ran = True
    return found
