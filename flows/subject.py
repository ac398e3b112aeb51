"""The subject's side: what is held about a household, who used it, what became of it, and what it asked for.

Looking is a use like any other: it asks the gate for each dataset, and stands in the ledger. A household is found by
any name that it ever had, and its uses under all of them are told. One that opted out is told as well: saying no to
being looked at does not take away the right to know.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from alerts.outbox import stored_messages
from alerts.queue import Move, tasks_of
from flows.held import Held, HeldReader
from flows.intaking import linker_of
from flows.services import Services
from governance.accounting import ACCESS, Accounting, Looked, Ran
from governance.correction import Correction
from governance.database import reading
from governance.errors import Misconfigured
from governance.ids import ContactId, HouseholdId
from governance.officer import Officers
from governance.role import Role
from governance.use import Actor
from signals.linkage.link import Linker
from signals.linkage.name import Whose


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One text: when, what kind, and what became of it."""

    id: str
    at: datetime
    kind: str
    topic: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one of a household's telephones has said to texts about a topic, and how often it said something."""

    channel: str
    topic: str
    state: str
    moves: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectView:
    """Everything about one household.

    `household` is what it is called now. `uses` were about it by name, `runs` went over everybody's rows, its own among
    them. `opted_out` has the receipts of its no; `withheld` says what could not be looked up, and why.
    """

    household: HouseholdId
    signals: list[Held]
    uses: list[Looked]
    runs: list[Ran]
    alerts: list[Move]
    messages: list[Told]
    consents: list[Said]
    corrections: list[Correction]
    opted_out: list[str]
    withheld: list[str]


class SubjectDesk:
    """Answers for one household.

    Args:
        house: the services.
        by: the staff id that asks; it stands in the ledger. An officer sees what officers may, anybody else what a
            caseworker may. While no officers are named, whoever asks does so as one.
    """

    def __init__(self, house: Services, by: str) -> None:
        self._house = house
        self._actor = _asker(house, by)
        self._purpose = f"{house.settings.purpose}.{ACCESS}"

    def view(self, name: HouseholdId) -> SubjectView:
        """Everything that is held, and everything that was done with it.

        Args:
            name: as the queue names the household, or once named it.

        Raises:
            Misconfigured: `HOUSEHOLD_UNKNOWN` where nothing is known by that id.
            Refused: an agreement stopped while its rows were being read.
        """
        house = self._house
        linker = linker_for(house)
        found = linker.whose([name]).get(name) or Whose(household=name, names=frozenset({name}), person_keys=())
        commitments = house.subjects.uses_of(*found.names)
        reader = HeldReader(house, self._actor, self._purpose, linker.link().id)
        held = list(reader.of(found.household)) if found.person_keys else []
        moves = self._moves(found.names)
        if not found.person_keys and not moves and not commitments:
            raise unknown()
        since = {each.dataset: each.first_at for each in held if each.first_at is not None}
        accounting = Accounting(house.ledger, house.register.papers())
        receipts = house.opt_outs.standing(commitments)
        contacts = self._contacts(found.names, receipts)
        return SubjectView(
            household=found.household,
            signals=held,
            uses=accounting.looks(commitments),
            runs=accounting.runs(since),
            alerts=moves,
            messages=list(self._told(contacts)),
            consents=list(self._said(contacts)),
            corrections=[each for each in house.corrections.all() if each.subjects in commitments],
            opted_out=list(receipts),
            withheld=reader.withheld,
        )

    def _moves(self, names: Collection[HouseholdId]) -> list[Move]:
        with reading(self._house.engine) as connection:
            moves = [move for name in sorted(names) for move in tasks_of(connection, name)]
        return sorted(moves, key=lambda move: move.as_of)

    def _contacts(self, names: Collection[HouseholdId], receipts: Collection[str]) -> list[ContactId]:
        """A household's telephones: those that are placed with it, and those that its no put out of every household."""
        placed = {contact.id for name in names for contact in self._house.contacts.of_household(name)}
        revoked = self._house.ledger.entries(kind="consent.revoked") if receipts else ()
        return sorted(placed | {ContactId(each.topic) for each in revoked if each.body.get("proof") in receipts})

    def _told(self, contacts: list[ContactId]) -> Iterator[Told]:
        with reading(self._house.engine) as connection:
            texts = stored_messages(connection, contacts=contacts) if contacts else []
        for text in texts:
            yield Told(id=text.id, at=text.at, kind=text.kind, topic=text.topic, status=str(text.status))

    def _said(self, contacts: list[ContactId]) -> Iterator[Said]:
        for contact in contacts:
            for each in self._house.consents.show(contact):
                yield Said(channel=each.channel, topic=each.topic, state=str(each.state), moves=len(each.history))


def linker_for(house: Services) -> Linker:
    """Linkage at a household's own wish: it finds those who opted out as well."""
    return replace(linker_of(house, purpose=f"{house.settings.purpose}.{ACCESS}"), opt_outs=None, remembers=False)


def unknown() -> Misconfigured:
    """The error for a household that nothing is known of."""
    what = "Nothing is held about a household by that id, and nothing ever was done with it."
    return Misconfigured(what, "Give its id as the queue does (hh-…).", code="HOUSEHOLD_UNKNOWN")


def _asker(house: Services, by: str) -> Actor:
    officers = Officers(house.settings.officers)
    officer = not officers.are_named or Role.PRIVACY_OFFICER in officers.roles(by)
    return house.person(by, role="privacy_officer" if officer else "caseworker")
