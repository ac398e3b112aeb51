"""Stories of two nights, as they are written in tests/scenarios/nights, and how they are played.

Each story is played twice: once with what happens `between` its two nights, and once without. What is different after
the second night must be what `changes` says, and nothing else, of anybody.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from pydantic import Field, model_validator

from alerts.outbox import stored_messages
from alerts.queue import queue
from flows.bootstrap import Services, initialise
from flows.intaking import intake_of, linker_of
from flows.night import run_night
from flows.outreaching import InboundRow, invite, place_contacts, receive
from flows.reading import Reader
from flows.subject import linker_for
from flows.subject_rights import correct, opt_out
from governance.clock import FixedClock
from governance.correction import Ground
from governance.database import reading
from governance.ids import AgreementId, DatasetId, HouseholdId
from governance.written import Dataset, Text, Written, read, read_yaml
from signals.intake import take
from signals.linkage.link import Linker
from tests.flows import homes

FOLDER = Path(__file__).parent.parent / "scenarios" / "nights"
MORNING = time(14, 0)
"""Ten in the morning where the agency works, in UTC."""

Cell = date | int | float | str
Row = Mapping[Dataset, Mapping[str, Cell]]
Differing = Mapping[Text, Any]


class Said(Written):
    """What a family's phone texts, and when."""

    on: date
    says: Text


class Family(Written):
    """A family: who answers for it, what agencies have on file, and what its phone texts back."""

    family: Text
    who: Mapping[str, Cell]
    rows: tuple[Row, ...]
    texts: tuple[Said, ...] = ()


class Wrong(Written):
    """What a family says is wrong about it: which field of which dataset."""

    dataset: Dataset
    field: Text
    ground: Ground = Ground.WRONG


class Event(Written):
    """Something between two nights: new rows, a text, a no, something that is wrong, or an agreement suspended.

    It happens ten minutes after what was before it, or on the morning `on`.
    """

    family: Text | None = None
    on: date | None = None
    rows: tuple[Row, ...] = ()
    says: Text | None = None
    opts_out: bool = False
    corrects: Wrong | None = None
    suspend: Text | None = None

    @model_validator(mode="after")
    def _something_happens(self) -> Event:
        happens = self.rows or self.says or self.opts_out or self.corrects or self.suspend
        if (self.family is None) == (self.suspend is None) or not happens:
            raise ValueError("a family does something, or an agreement is suspended")
        return self


class Story(Written):
    """Two nights, what happens between them, and what differs for it."""

    title: Text
    story: Text
    families: tuple[Family, ...]
    first: date
    between: tuple[Event, ...]
    second: date
    changes: Mapping[Text, Mapping[Text, Differing]]
    refused: tuple[Text, ...] = Field(default=())


def stories() -> Iterator[tuple[str, Story]]:
    """Every story, by the name of its file."""
    for path in sorted(FOLDER.glob("*.yaml")):
        yield path.stem, read(Story, read_yaml(path), where=path.name)


class Played:
    """A home in which a story is played.

    Args:
        home: an empty folder.
        story: the story.
    """

    def __init__(self, home: Path, story: Story) -> None:
        self._story = story
        self._families = {each.family: each for each in story.families}
        self._clock = FixedClock(datetime.combine(story.first, MORNING, UTC))
        self._folder = home
        self.house: Services = initialise(homes.settings(home), clock=self._clock)
        self._files = 0

    def play(self, *, events: bool) -> dict[str, dict[str, object]]:
        """Play both nights.

        Args:
            events: whether what stands between them happens.

        Returns:
            Of each family what came of it.
        """
        self.begin()
        for event in self._story.between if events else ():
            self.happen(event)
        self.end()
        return {family.family: self._outcome(family) for family in self._story.families}

    def begin(self) -> None:
        """Take in what there is at first, ask and hear the families, and play the first night."""
        for family in self._story.families:
            self._deliver(family, family.rows)
        linker_of(self.house).link()
        place_contacts(self.house)
        invite(self.house)
        for family in self._story.families:
            self._say(family, [each.says for each in family.texts])
        run_night(self.house, self._story.first)

    def end(self, *, days: int = 0) -> None:
        """Play the second night, or one that is some days later."""
        second = self._story.second + timedelta(days=days)
        self._clock.at = datetime.combine(second, MORNING, UTC)
        self.report = run_night(self.house, second)

    def happen(self, event: Event) -> None:
        """Let something happen, ten minutes after what was before."""
        self._clock.advance(timedelta(minutes=10))
        if event.on is not None:
            self._clock.at = datetime.combine(event.on, MORNING, UTC)
        if event.suspend is not None:
            self.house.register.suspend(AgreementId(event.suspend), by="steward-7", why="A review.")
            return
        family = self._families[str(event.family)]
        self._deliver(family, event.rows)
        self._say(family, [event.says] if event.says else [])
        household = self.household(family.family)
        if event.opts_out:
            self.receipt = opt_out(self.house, household, by="worker-1", how="in person").receipt
        if event.corrects is not None:
            wrong = event.corrects
            correct(self.house, household, DatasetId(wrong.dataset), wrong.field, ground=wrong.ground, by="worker-1")

    def _say(self, family: Family, words: Sequence[str]) -> None:
        phone = str(family.who["phone"])
        receive(self.house, [InboundRow(phone=phone, body=each, received_at=self._clock.now()) for each in words])

    def _deliver(self, family: Family, rows: Sequence[Row]) -> None:
        """Each row as a file of its own, in the agency's format."""
        for row in rows:
            for dataset, cells in row.items():
                columns = self.house.feeds[DatasetId(dataset)].columns
                known = {**family.who, **cells}
                self._files += 1
                path = self._folder / "mail" / f"{self._files:03}.csv"
                path.parent.mkdir(exist_ok=True)
                with path.open("w", encoding="utf-8", newline="") as file:
                    table = csv.writer(file)
                    table.writerow([column.sources[0] for column in columns])
                    table.writerow([known.get(column.name, "") for column in columns])
                taken = take(intake_of(self.house), DatasetId(dataset), path, known_on=None)
                assert taken.kept + taken.unlinkable == 1, (dataset, taken.quarantined)

    def household(self, name: str) -> HouseholdId:
        """What a family's household is called, also where it opted out."""
        found = self._household(self._families[name], linker_for(self.house))
        assert found is not None, name
        return found

    def _household(self, family: Family, linker: Linker | None = None) -> HouseholdId | None:
        """The household of a family: of any of its rows that names a person; None where nobody may know of it."""
        linked = (linker or linker_of(self.house)).persons()
        homes = linked.persons.join(linked.households, on="person")
        for row in family.rows:
            for dataset, cells in row.items():
                feed = self.house.feeds[DatasetId(dataset)]
                if feed.person is not None:
                    key = f"{feed.person.space}:{cells[feed.person.field]}"
                    found = homes.filter(homes["person_key"] == key)
                    if found.height:
                        return HouseholdId(found["household"][0])
        return None

    def _outcome(self, family: Family) -> dict[str, object]:
        """What came of a family: its task, the rules that speak for it, what it said, and what became of its text."""
        household = self._household(family)
        if household is None:
            return {"task": "none", "rules": [], "not_known": [], "consent": "none", "text": "none"}
        reader = Reader(self.house)
        shown = {task.household: task for task in reader.queue().tasks}
        task = shown.get(household)
        why = reader.why(household, worker="worker-1") if task else None
        return {
            "task": "open" if task else "none",
            "rules": sorted(reason.rule for reason in why.reasons) if why else [],
            "not_known": why.not_known if why else [],
            "consent": str(self.house.consents.of_households([household]).get(household, "none")),
            "text": self._text(household),
        }

    def _text(self, household: HouseholdId) -> str:
        """What became of the newest offer to a household: sent, held for a reason, or none."""
        with reading(self.house.engine) as connection:
            if any(each.household == household for each in stored_messages(connection, offers=True)):
                return "sent"
        held = [
            str(reason["code"])  # type: ignore[index, call-overload]
            for contact in self.house.contacts.of_household(household)
            for entry in self.house.ledger.entries(kind="clearance.held", topic=contact.id)
            for reason in entry.body["reasons"]  # type: ignore[union-attr]
        ]
        return held[-1] if held else "none"

    def open_households(self) -> set[str]:
        """Households with an open task, shown or not."""
        with reading(self.house.engine) as connection:
            return {each.household for each in queue(connection)}


def differences(
    without: Mapping[str, Mapping[str, object]], with_: Mapping[str, Mapping[str, object]]
) -> dict[str, dict[str, dict[str, object]]]:
    """What differs, family by family and thing by thing."""
    found: dict[str, dict[str, dict[str, object]]] = {}
    for family, things in without.items():
        for name, value in things.items():
            if with_[family][name] != value:
                found.setdefault(family, {})[name] = {"without": value, "with": with_[family][name]}
    return found
