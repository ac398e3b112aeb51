"""What is held about one household, dataset by dataset: with values where they may be viewed, else as counts.

Each look is a use of its own, and stands in the ledger as one that was about this household.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from flows.services import Services
from governance.database import reading
from governance.decision import Decision
from governance.grant import Grant
from governance.ids import DatasetId, DeliveryId, HouseholdId
from governance.standing import Standing
from governance.use import Action, Actor, Use
from signals.delivery import taken_at
from signals.sealed_file import SIGNAL
from signals.signal import current


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is held of one dataset: from whom, under which agreement, how many rows, and since when.

    `rows` counts every version of every row; `counting` those that count today, which deleted and replaced ones do
    not. `facts` are the ones that count, with the fields that may be shown; `unshown` are the fields that are held and
    may not be. `first_at` is when the first of the rows was taken in.
    """

    dataset: DatasetId
    title: str
    agency: str
    agreement: str
    rows: int
    counting: int
    known_from: date | None
    known_to: date | None
    first_at: datetime | None
    unshown: list[str]
    facts: list[dict[str, Any]]


class HeldReader:
    """Looks up what is held, for somebody.

    Args:
        house: the services.
        actor: who looks.
        purpose: what for.
        link: the link run that says which rows are the household's.
    """

    def __init__(self, house: Services, actor: Actor, purpose: str, link: str) -> None:
        self._house = house
        self._actor = actor
        self._purpose = purpose
        self._link = link
        self.withheld: list[str] = []
        """What could not be looked up, and why; grows while `of` is read."""

    def of(self, household: HouseholdId) -> Iterator[Held]:
        """Every dataset that has rows of a household.

        Args:
            household: as the link run calls it.
        """
        for dataset in self._house.feeds:
            if not self._house.store.files(dataset, kind=SIGNAL):
                continue
            for standing in self._house.register.covering(dataset):
                rows = self._rows(household, dataset, standing)
                if rows is not None and rows.height:
                    yield self._describe(dataset, standing, rows)

    def _rows(self, household: HouseholdId, dataset: DatasetId, standing: Standing) -> pl.DataFrame | None:
        """A household's rows of a dataset: with what may be viewed, else only how many there are."""
        grant = self._may(self._view(household, dataset, standing)) or self._may(
            self._count(household, dataset, standing)
        )
        if grant is None:
            return None
        fields = sorted(grant.fields) if grant.action is Action.VIEW else []
        with self._house.gate.open(grant) as opened:
            frames = [
                frame.filter(pl.col("_household") == household)
                for frame in self._house.store.read(opened, dataset, fields, self._house.clock.today(), link=self._link)
            ]
        return pl.concat(frames, how="diagonal_relaxed") if frames else None

    def _may(self, use: Use) -> Grant | None:
        """A grant; None where it is refused, or where there is nothing that could be asked for."""
        if not use.asks[0].fields:
            return None
        answer = self._house.gate.ask(use)
        if not isinstance(answer, Decision):
            return answer
        first = answer.reasons[0]
        self.withheld.append(f"{use.asks[0].dataset}: {first.code}: {first.detail}")
        return None

    def _view(self, household: HouseholdId, dataset: DatasetId, standing: Standing) -> Use:
        """To view what the agreement lets anybody view."""
        terms = standing.terms[dataset]
        return Use.of(
            actor=self._actor,
            action=Action.VIEW,
            purpose=self._purpose,
            dataset=dataset,
            fields=terms.by_action[Action.VIEW] & terms.by_zone["analytic"],
            about={household},
        )

    def _count(self, household: HouseholdId, dataset: DatasetId, standing: Standing) -> Use:
        """To find out in the enclave how many rows there are."""
        terms = standing.terms[dataset]
        return Use.of(
            actor=self._house.flow,
            action=Action.MATCH,
            purpose=self._purpose,
            dataset=dataset,
            fields=sorted(terms.by_action[Action.MATCH] & terms.by_zone["enclave"])[:1],
            zone="enclave",
            about={household},
        )

    def _describe(self, dataset: DatasetId, standing: Standing, rows: pl.DataFrame) -> Held:
        feed = self._house.feeds[dataset]
        shown = [name for name in rows.columns if not name.startswith("_")]
        counting = current(rows, self._house.clock.today())
        days = (pl.col("_occurred_on").alias("occurred_on"), pl.col("_known_on").alias("known_on"))
        with reading(self._house.engine) as connection:
            first_at = taken_at(connection, {DeliveryId(each) for each in rows["_delivery"].unique()})
        return Held(
            dataset=dataset,
            title=feed.title,
            agency=feed.agency,
            agreement=standing.id,
            rows=rows.height,
            counting=counting.height,
            known_from=_day(rows["_known_on"].min()),
            known_to=_day(rows["_known_on"].max()),
            first_at=first_at,
            unshown=sorted(standing.fields(dataset) - set(shown)),
            facts=list(counting.select(*days, *shown).sort("known_on").iter_rows(named=True)) if shown else [],
        )


def _day(found: object) -> date | None:
    return found if isinstance(found, date) else None
