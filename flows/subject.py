"""The subject's side: what is held about a household, who used it, what became of it, and how it says no.

Looking is a use like any other: it asks the gate for each dataset, and stands in the ledger. What an agreement lets an
officer view is shown with its values; of the rest, the names of its fields and the number of rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import polars as pl

from alerts.outbox import stored_messages
from alerts.queue import Move, tasks_of
from flows.intaking import linker_of
from flows.services import Services
from governance.accounting import Looked, Ran, looks, runs
from governance.correction import Correction
from governance.database import reading
from governance.decision import Decision
from governance.errors import Misconfigured
from governance.ids import DatasetId, DeliveryId, HouseholdId
from governance.standing import Standing
from governance.use import Action, Actor, Use
from signals.delivery import taken_at
from signals.sealed_file import SIGNAL
from signals.signal import current

ACCESS = "subject_access"
"""What the purpose is called below the installation's own, for which a subject's data is looked up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is held of one dataset: from whom, under which agreement, how many rows, and since when.

    `facts` are the rows that count today, with the fields that may be shown; `unshown` the fields that are held and may
    not be. `first_at` is when the first of the rows was taken in.
    """

    dataset: DatasetId
    title: str
    agency: str
    agreement: str
    rows: int
    known_from: date | None
    known_to: date | None
    first_at: datetime | None
    unshown: list[str]
    facts: list[dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One text: when, what kind, and what became of it."""

    id: str
    at: datetime
    kind: str
    topic: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectView:
    """Everything about one household: `withheld` says of which datasets nothing could be looked up, and why."""

    household: HouseholdId
    signals: list[Held]
    uses: list[Looked]
    runs: list[Ran]
    alerts: list[Move]
    messages: list[Told]
    corrections: list[Correction]
    withheld: list[str]


class SubjectDesk:
    """Answers for one household.

    Args:
        house: the services.
        by: the staff id that asks, as a privacy officer; it stands in the ledger.
    """

    def __init__(self, house: Services, by: str) -> None:
        self._house = house
        self._actor = house.person(by, role="privacy_officer")
        self._purpose = f"{house.settings.purpose}.{ACCESS}"

    def view(self, household: HouseholdId) -> SubjectView:
        """Everything that is held, and everything that was done with it.

        Args:
            household: as the queue names it.

        Raises:
            Misconfigured: `HOUSEHOLD_UNKNOWN` where nothing is known by that id.
        """
        withheld: list[str] = []
        held = list(self._held(household, withheld))
        commitments = self._house.subjects.uses_of(household)
        with reading(self._house.engine) as connection:
            moves = tasks_of(connection, household)
        if not held and not moves and not withheld:
            what = "Nothing is held about a household by that id."
            raise Misconfigured(what, "Households are named anew when they change: see the queue.", code=UNKNOWN)
        since = {each.dataset: each.first_at for each in held if each.first_at is not None}
        return SubjectView(
            household=household,
            signals=held,
            uses=list(looks(self._house.ledger, commitments)),
            runs=list(runs(self._house.ledger, since, self._house.settings.timezone)),
            alerts=moves,
            messages=list(self._told(household)),
            corrections=[each for each in self._house.corrections.all() if each.subjects in commitments],
            withheld=withheld,
        )

    def _held(self, household: HouseholdId, withheld: list[str]) -> Iterator[Held]:
        link = linker_of(self._house, purpose=self._purpose).link().id
        for dataset in self._house.feeds:
            if not self._house.store.files(dataset, kind=SIGNAL):
                continue
            for standing in self._house.register.covering(dataset):
                found = self._rows(household, dataset, standing, link)
                if isinstance(found, str):
                    withheld.append(found)
                elif found.height:
                    yield self._describe(dataset, standing, found)

    def _rows(self, household: HouseholdId, dataset: DatasetId, standing: Standing, link: str) -> pl.DataFrame | str:
        """A household's rows of a dataset; a sentence where they may not be looked up."""
        use = self._use(household, dataset, standing)
        if not use.asks[0].fields:
            return f"{dataset}: {standing.id} lets nobody look anything up in it."
        answer = self._house.gate.ask(use)
        if isinstance(answer, Decision):
            return f"{dataset}: {answer.reasons[0].code}: {answer.reasons[0].detail}"
        fields = sorted(answer.fields) if use.action is Action.VIEW else []
        with self._house.gate.open(answer) as opened:
            frames = [
                frame.filter(pl.col("_household") == household)
                for frame in self._house.store.read(opened, dataset, fields, self._house.clock.today(), link=link)
            ]
        return pl.concat(frames, how="diagonal_relaxed") if frames else pl.DataFrame()

    def _use(self, household: HouseholdId, dataset: DatasetId, standing: Standing) -> Use:
        """To view what may be viewed; where nothing may, to find out in the enclave how many rows there are."""
        terms = standing.terms[dataset]
        shown = terms.by_action[Action.VIEW] & terms.by_zone["analytic"]
        matched = sorted(terms.by_action[Action.MATCH] & terms.by_zone["enclave"])[:1]
        actor: Actor = self._actor if shown else self._house.flow
        return Use.of(
            actor=actor,
            action=Action.VIEW if shown else Action.MATCH,
            purpose=self._purpose,
            dataset=dataset,
            fields=shown or matched,
            zone="analytic" if shown else "enclave",
            about={household},
        )

    def _describe(self, dataset: DatasetId, standing: Standing, rows: pl.DataFrame) -> Held:
        feed = self._house.feeds[dataset]
        shown = [name for name in rows.columns if not name.startswith("_")]
        counting = current(rows, self._house.clock.today())
        facts = counting.select(
            pl.col("_occurred_on").alias("occurred_on"), pl.col("_known_on").alias("known_on"), *shown
        )
        with reading(self._house.engine) as connection:
            first_at = taken_at(connection, {DeliveryId(each) for each in rows["_delivery"].unique()})
        return Held(
            dataset=dataset,
            title=feed.title,
            agency=feed.agency,
            agreement=standing.id,
            rows=rows.height,
            known_from=_day(rows["_known_on"].min()),
            known_to=_day(rows["_known_on"].max()),
            first_at=first_at,
            unshown=sorted(standing.fields(dataset) - set(shown)),
            facts=list(facts.sort("known_on").iter_rows(named=True)) if shown else [],
        )

    def _told(self, household: HouseholdId) -> Iterator[Told]:
        contacts = [contact.id for contact in self._house.contacts.of_household(household)]
        with reading(self._house.engine) as connection:
            texts = stored_messages(connection, contacts=contacts) if contacts else []
        for text in texts:
            yield Told(id=text.id, at=text.at, kind=text.kind, topic=text.topic, status=str(text.status))


UNKNOWN = "HOUSEHOLD_UNKNOWN"


def _day(found: object) -> date | None:
    return found if isinstance(found, date) else None
