"""The model's part of a look: which model may be used tonight, what it says of each household, and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from flows.bootstrap import Services
from flows.stage import Stage
from governance.database import reading
from governance.ids import DatasetId
from governance.opened import unseal_jointly
from governance.use import Action, Ask, ModelRef, Use
from rules.evidence import FACT_SCHEMA
from rules.indicator import Indicator
from rules.observe import Observed
from rules.rulebook import Rulebook
from rules.scorer.explain import EXPLANATION_SCHEMA, explain
from rules.scorer.model import Model, model_context, promoted
from rules.scorer.scorer import Scorer, load_scorer

MOST = 3
"""How many things that no rule speaks of the model may add to a household's reasons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What the model says tonight.

    `scores` has household and score (log-odds) of the households kept, `contributions` a column per indicator for each,
    `explanations` the model's own reasons (household, rule, indicator, text, contribution). `baseline` is where every
    family starts; `datasets` are those that the model looked at and that have rows.
    """

    model: str
    baseline: float
    datasets: frozenset[DatasetId]
    scores: pl.DataFrame
    contributions: pl.DataFrame
    explanations: pl.DataFrame


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the model says of a block: the scores of those who may be kept, and the facts behind its reasons."""

    scores: pl.DataFrame
    facts: pl.DataFrame


@dataclass(slots=True, kw_only=True)
class Foresight:
    """A model at work for one night.

    Args:
        model: which.
        scorer: it, opened.
        rulebook: what the rules speak of, the model need not repeat.
        as_of: the day looked from.
        room: how many households that no rule speaks of may be kept.
        datasets: what it looks at, of what there is.
    """

    model: Model
    scorer: Scorer
    rulebook: Rulebook
    as_of: date
    room: int
    datasets: frozenset[DatasetId]
    _scores: list[pl.DataFrame] = field(default_factory=list)
    _contributions: list[pl.DataFrame] = field(default_factory=list)
    _explanations: list[pl.DataFrame] = field(default_factory=list)

    def weigh(
        self,
        wide: pl.DataFrame,
        firings: pl.DataFrame,
        signals: pl.DataFrame,
        indicators: Mapping[str, Indicator],
        stale: Collection[str] = (),
    ) -> Seen:
        """Score a block, and explain those of it who may be kept.

        Args:
            wide: the block's indicators, a row per household.
            firings: the rules that fired in it.
            signals: its signals.
            indicators: those that were computed, by id.
            stale: those of them whose dataset is not heard of any more.

        Returns:
            The scores of the households that a rule speaks of and of the likeliest others, with the model's facts.
        """
        scored = self.scorer.score(wide, stale)
        ruled = firings.select("household").unique()
        others = scored.scores.join(ruled, on="household", how="anti").top_k(self.room, by=["score", "household"])
        kept = pl.concat([ruled, others.select("household")])
        scores = scored.scores.join(kept, on="household", how="semi")
        contributions = scored.contributions.join(kept, on="household", how="semi")
        spoken_of = self._spoken_of(firings)
        found = explain(contributions, wide, signals, indicators, self.as_of, spoken_of=spoken_of, most=MOST)
        self._scores.append(scores)
        self._contributions.append(contributions)
        self._explanations.append(found.explanations)
        return Seen(scores=scores, facts=found.facts.select(*FACT_SCHEMA))

    def outlook(self, ruled: Collection[str]) -> Outlook:
        """What is kept of the whole night: whoever a rule speaks of, and the likeliest others that facts speak for.

        Args:
            ruled: the households that a rule speaks of.
        """
        scores, explanations = _all(self._scores), _all(self._explanations, EXPLANATION_SCHEMA)
        mine = pl.col("household").is_in(list(ruled))
        grounded = explanations.filter(pl.col("contribution") > 0).select("household").unique()
        others = scores.filter(~mine).join(grounded, on="household", how="semi")
        chosen = pl.concat([scores.filter(mine), others.top_k(self.room, by=["score", "household"])])
        kept = chosen.select("household")
        return Outlook(
            model=self.model.id,
            baseline=self.scorer.intercept,
            datasets=self.datasets,
            scores=chosen,
            contributions=_all(self._contributions).join(kept, on="household", how="semi"),
            explanations=explanations.join(kept, on="household", how="semi"),
        )

    def _spoken_of(self, firings: pl.DataFrame) -> pl.DataFrame:
        """The indicators of datasets that the rules which fired speak of already, by household."""
        pairs = [
            (household, name)
            for household, id in firings.select("household", "rule").iter_rows()
            for name in self._close_to(id)
        ]
        schema = {"household": pl.String, "indicator": pl.String}
        return pl.DataFrame(pairs, schema=schema, orient="row").unique()

    def _close_to(self, rule: str) -> list[str]:
        """Every indicator of the datasets that a rule speaks of: what it says need not be said again otherwise."""
        found, version = self.rulebook.in_force(self.as_of)[rule]
        known = self.rulebook.indicators
        datasets = {known[name].dataset for name in found.spoken(version)}
        return sorted(name for name, each in known.items() if each.dataset in datasets)


def foresight(house: Services, observed: Observed, model: Model | None, stage: Stage) -> Foresight | None:
    """The model in use, opened; None where a night goes by rules alone.

    Args:
        house: the services.
        observed: what may be looked at tonight.
        model: the model in use.
        stage: where to note why it stays shut.
    """
    if model is None:
        return None
    missing = sorted(set(model.indicators) - observed.available)
    if missing:
        detail = f"It looks at {', '.join(missing)}, which may not be looked at: rules alone tonight."
        stage.refuse(f"model {model.id}", "MODEL_INPUT_REFUSED", detail)
        return None
    doors = [door for _, door in sorted(observed.doors.items()) if door.grant.agreement in model.owners]
    shut = sorted(set(model.owners) - {door.grant.agreement for door in doors})
    if shut:
        stage.refuse(f"model {model.id}", "MODEL_SHUT", f"Nothing of {', '.join(shut)} is open: rules alone tonight.")
        return None
    answer = house.gate.attempt(_use(house, observed, model))
    if not answer.permitted:
        first = answer.reasons[0]
        stage.refuse(f"model {model.id}", first.code, f"{first.detail} Rules alone tonight.")
        return None
    scorer = load_scorer(unseal_jointly(doors, model.sealed, model_context(model.id)))
    return Foresight(
        model=model,
        scorer=scorer,
        rulebook=house.rulebook,
        as_of=observed.watch.as_of,
        room=len(house.settings.workers) * house.settings.tasks_per_worker,
        datasets=frozenset(model.datasets) & set(observed.doors),
    )


def _use(house: Services, observed: Observed, model: Model) -> Use:
    """Applying a model is a use of everything that it looks at, and of what it learnt from: asked for by itself."""
    looked_at = [door.grant for dataset, door in sorted(observed.doors.items()) if dataset in model.datasets]
    return Use(
        actor=house.flow,
        action=Action.SCORE,
        purpose=observed.watch.purpose,
        asks=tuple(Ask(dataset=grant.dataset, fields=grant.fields) for grant in looked_at),
        run=observed.watch.run,
        lineage=frozenset(model.owners),
        model=ModelRef(id=model.id, purpose=model.purpose),
    )


def model_in_use(house: Services) -> Model | None:
    """The newest promoted model whose agreements are all in force now."""
    now = house.clock.now()
    ids = (each.agreement.id for each in house.register.all())
    active = {id for id in ids if not house.register.objection(id, now)}
    with reading(house.engine) as connection:
        return promoted(connection, house.settings.purpose, active)


def model_name(house: Services) -> str:
    """The id of the model in use; empty where nights go by rules alone."""
    model = model_in_use(house)
    return model.id if model else ""


def _all(frames: list[pl.DataFrame], schema: Mapping[str, type[pl.DataType]] | None = None) -> pl.DataFrame:
    if frames:
        return pl.concat(frames, how="vertical_relaxed")
    return pl.DataFrame(schema=schema or {"household": pl.String, "score": pl.Float64})
