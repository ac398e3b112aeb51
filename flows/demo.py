"""The demonstration: the whole chain on invented people, from agency files to tasks in a queue and texts on a phone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import TypeVar

from alerts.inbox import received_from
from flows.bootstrap import MARK, Services, initialise
from flows.demo_clock import set_clock
from flows.demo_frame import frame_for_analysts, rows_for_analysts
from flows.foreseeing import model_in_use
from flows.intaking import intake_of
from flows.night import Beat, Observer, quiet
from flows.night_report import last_report
from flows.outreaching import invite, place_contacts, read_replies, receive
from flows.reading import Reader
from flows.signing_up import agreed
from flows.training import promote_model, train_model
from governance.database import reading
from governance.errors import Misconfigured
from governance.ids import DatasetId, HouseholdId
from governance.settings import Settings
from governance.use import Action, Actor, Use
from signals.delivery import ids
from signals.intake import Delivered, take_folder
from signals.simulator import simulate

LAST_DAY = date(2026, 5, 29)
"""The last day of the invented data, and the day that the demonstration's night looks from."""

MONTHS = 18
"""Months of invented data: enough for a model to be trained on some and tried on later ones."""

TESTS = 2
"""Past days on which the model is tried before it is put to use; `hearthline backtest` tries more."""

NOT_AGENCIES = frozenset({"truth", "phones"})
"""Folders of the simulation that no agency sends: the truth, and what phones text back."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoReport:
    """What the demonstration did, in numbers."""

    home: str
    as_of: date
    households: int
    simulated: int
    delivered: int
    signals: int
    quarantined: int
    unlinkable: int
    undeclared: int
    persons: int
    alerts: int
    foreseen: int
    tasks: int
    model: str
    lift: float | None
    signed_up: int
    agreed: int
    messages: int
    held: int
    refusals: int
    frame_rows: int
    ledger_size: int
    ledger_verified: bool
    first_household: HouseholdId | None
    seconds: dict[str, float] = field(default_factory=dict)

    def as_rows(self) -> dict[str, object]:
        """The report as names and values for people."""
        return {
            "home": self.home,
            "invented households": self.simulated,
            "rows delivered": self.delivered,
            "rows kept as signals": self.signals,
            "rows quarantined": self.quarantined,
            "rows about nobody": self.unlinkable,
            "rows that no agreement names": self.undeclared,
            "persons found": self.persons,
            "households found": self.households,
            "households with a reason": f"{self.alerts} ({self.foreseen} of them seen by the model alone)",
            "tasks in the queue": self.tasks,
            "on past days the list held": "–"
            if self.lift is None
            else f"{self.lift:.1f} times the usual share of crises",
            "signed up for texts": f"{self.signed_up}, of whom {self.agreed} said yes a second time",
            "texts sent": f"{self.messages} ({self.held} families with a task were not texted)",
            "rows that analysts may see": f"{self.frame_rows}, in which nobody can be told from ten others",
            "uses refused": self.refusals,
            "ledger entries": f"{self.ledger_size} ({'verified' if self.ledger_verified else 'NOT VERIFIED'})",
            "seconds": ", ".join(f"{name} {value:.1f}" for name, value in self.seconds.items()),
        }


def ask_what_may_not_be(house: Services) -> None:
    """Ask for three things that no agreement allows, so that the pages show what a refusal looks like.

    A detective wants to know who entered a shelter; an analyst wants a copy of the telephones of those who signed up; a
    landlord's agent wants to look at a docket. Nothing is opened: the answers stand in the ledger.

    Args:
        house: the services.
    """
    detective = Actor(id="detective-1", role="analyst", organisation="EOPSS")
    analyst = house.person("worker-1", role="analyst")
    agent = Actor(id="agent-1", role="caseworker", organisation="LANDLORD")
    asked = (
        (detective, Action.VIEW, "law_enforcement", "hmis.enrollment", {"entry_on"}),
        (analyst, Action.EXPORT, house.settings.purpose, "outreach.signups", {"phone"}),
        (agent, Action.VIEW, house.settings.purpose, "docket.filings", {"filed_on"}),
    )
    for actor, action, purpose, dataset, fields in asked:
        use = Use.of(actor=actor, action=action, purpose=purpose, dataset=DatasetId(dataset), fields=fields)
        house.gate.attempt(use)


class Demo:
    """Runs the demonstration on an empty home.

    Args:
        settings: the home's.
        households: how many to invent.
        seed: the same seed invents the same people.
        observer: told of each stage.
    """

    def __init__(self, settings: Settings, *, households: int, seed: int, observer: Observer = quiet) -> None:
        self._settings = settings
        self._households = households
        self._seed = seed
        self._observer = observer
        self._seconds: dict[str, float] = {}

    def run(self) -> DemoReport:
        """Invent, take in, run a night. On a home that the demonstration made before, what is done is not done again.

        Raises:
            Misconfigured: `DEMO_ON_REAL_HOME` where the home holds anything else.
        """
        extracts = self._settings.home / "demo"
        if not (self._settings.home / MARK).exists():
            set_clock(self._settings, LAST_DAY)
        house = self._timed("set up", lambda: initialise(self._settings))
        if ids(house.engine) and not extracts.exists():
            raise Misconfigured(
                f"{self._settings.home} holds an agency's deliveries already.",
                "Give the demonstration a home of its own with --home.",
                code="DEMO_ON_REAL_HOME",
            )
        self._timed("simulate", lambda: self._simulate(extracts))
        taken = self._timed("intake", lambda: self._intake(house, extracts))
        self._timed("train", lambda: self._train(house))
        self._timed("sign-ups", lambda: self._sign_up(house, extracts))
        self._timed("night", lambda: self._night(house))
        self._timed("frame", lambda: frame_for_analysts(house))
        return self._report(house, taken)

    def _simulate(self, extracts: Path) -> None:
        simulate(extracts, households=self._households, months=MONTHS, seed=self._seed, until=LAST_DAY)

    def _intake(self, house: Services, extracts: Path) -> list[Delivered]:
        intake = intake_of(house)
        agencies = sorted(path for path in extracts.iterdir() if path.is_dir() and path.name not in NOT_AGENCIES)
        return [
            each for agency in agencies for each in take_folder(intake, DatasetId(agency.name), agency, known_on=None)
        ]

    def _train(self, house: Services) -> None:
        """Learn from the past, try it on later months, put it to use; of the same data a model is not made twice."""
        if model_in_use(house) is None:
            made = train_model(house, as_of=LAST_DAY, tests=TESTS)
            promote_model(house, made.model, by="hearthline demo")
            ask_what_may_not_be(house)

    def _sign_up(self, house: Services, extracts: Path) -> None:
        """Ask those who signed up to say yes once more, and hear what their phones answer."""
        place_contacts(house)
        invite(house)
        replies = read_replies(extracts / "phones" / "replies.csv")
        ids = [house.contacts.id_of(each.phone) for each in replies]
        with reading(house.engine) as connection:
            heard = {each.contact for each in received_from(connection, set(ids))}
        now = house.clock.now()  # the invitation went out a moment ago, so that is when they answer
        receive(house, [replace(row, received_at=now) for row, id in zip(replies, ids, strict=True) if id not in heard])

    def _night(self, house: Services) -> None:
        from flows.prefect_home import prepare

        prepare(house.settings.home)
        from flows.nightly import run  # Prefect reads its settings when it is first imported

        run(house.settings.home, LAST_DAY, self._observer)

    def _report(self, house: Services, taken: list[Delivered]) -> DemoReport:
        night = last_report(house, LAST_DAY)
        queue = Reader(house).queue()
        return DemoReport(
            home=str(house.settings.home),
            as_of=LAST_DAY,
            households=night.households,
            simulated=self._households,
            delivered=sum(each.delivered for each in taken),
            signals=sum(each.kept for each in taken),
            quarantined=sum(sum(each.quarantine_counts.values()) for each in taken),
            unlinkable=sum(each.unlinkable for each in taken),
            undeclared=sum(each.undeclared for each in taken),
            persons=night.persons,
            alerts=night.alerts,
            foreseen=night.foreseen,
            tasks=night.tasks,
            model=night.model,
            lift=self._lift(house),
            signed_up=len(house.contacts.all()),
            agreed=agreed(house),
            messages=night.messages,
            held=sum(int(each["count"]) for each in night.held),
            refusals=sum(1 for _ in house.ledger.entries(kind="use.refused")),
            frame_rows=rows_for_analysts(house),
            ledger_size=house.ledger.size(),
            ledger_verified=house.ledger.verify().verified,
            first_household=queue.tasks[0].household if queue.tasks else None,
            seconds={name: round(value, 2) for name, value in self._seconds.items()},
        )

    def _lift(self, house: Services) -> float | None:
        """How many times the usual share of crises the list held on past days."""
        model = model_in_use(house)
        figures = model.metrics.get("backtest") if model else None
        return None if figures is None else float(figures["handed_out"]["lift_at_k"])

    def _timed(self, stage: str, work: Callable[[], Result]) -> Result:
        self._observer(stage, Beat.BEGINS)
        begun = perf_counter()
        result = work()
        self._seconds[stage] = perf_counter() - begun
        self._observer(stage, Beat.ENDS)
        return result
