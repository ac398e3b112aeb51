"""Breach duties: who must be told of a breach of data under an agreement, by when, and by which law or paper.

Where the law says "as soon as practicable and without unreasonable delay" it names no number; then the house's own days
say when a notice that was not sent is called late. Whether a law applies to a breach at all is for counsel to say: a
notice that is not owed is excused, with the reason, and stays on the list.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from governance.agreement import Agreement
from governance.ledger import Json
from governance.mou import Floor

PRACTICABLE_DAYS = 10
"""House rule: after so many days, "as soon as practicable" is called late."""
HEALTH_DAYS = 60
HEALTH = frozenset({"HIPAA", "PART2"})
"""Regimes of fields under which the federal breach rules for health records hold."""


class Told(StrEnum):
    """Who is told."""

    OWNER = "owner"
    ATTORNEY_GENERAL = "attorney_general"
    CONSUMER_AFFAIRS = "consumer_affairs"
    TECHNOLOGY_SERVICES = "technology_services"
    PUBLIC_RECORDS = "public_records"
    HEALTH_SECRETARY = "health_secretary"
    SUBJECTS = "subjects"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One notice that is owed. `agency` is whose, for an owner.

    `due_at` is the instant after which it is late; `fixed` says that a law or a paper names that instant, and that it
    is not the house's own.
    """

    to: Told
    agency: str
    due_at: datetime
    fixed: bool
    source: str

    @property
    def key(self) -> str:
        """The duty in a word: `owner:DTA`, `subjects`."""
        return f"{self.to}:{self.agency}" if self.agency else str(self.to)

    def body(self) -> dict[str, Json]:
        """The duty as part of a ledger entry's body."""
        return {
            "to": str(self.to),
            "agency": self.agency,
            "due_at": self.due_at.isoformat(),
            "fixed": self.fixed,
            "source": self.source,
        }

    @classmethod
    def recall(cls, body: Mapping[str, object]) -> Duty:
        """The duty that `body` gave."""
        return cls(
            to=Told(str(body["to"])),
            agency=str(body["agency"]),
            due_at=datetime.fromisoformat(str(body["due_at"])),
            fixed=bool(body["fixed"]),
            source=str(body["source"]),
        )


_STATE = {
    Told.ATTORNEY_GENERAL: "M.G.L. c.93H s.3: the attorney general, as soon as practicable",
    Told.CONSUMER_AFFAIRS: "M.G.L. c.93H s.3: the office of consumer affairs and business regulation, likewise",
    Told.TECHNOLOGY_SERVICES: "M.G.L. c.93H s.3: an executive agency tells the state's technology office too",
    Told.PUBLIC_RECORDS: "M.G.L. c.93H s.3: an executive agency tells the division of public records too",
}
_SUBJECTS = "M.G.L. c.93H s.3: the residents concerned, as soon as practicable"
_HEALTH_SUBJECTS = "45 CFR 164.404(b); 42 CFR 2.16(b): within 60 days, and M.G.L. c.93H s.3"
_HEALTH_SECRETARY = "45 CFR 164.408; 42 CFR 2.16(b): the secretary of health, within 60 days"


def duties(
    agreements: Collection[Agreement], floor: Floor | None, noticed_at: datetime, regimes: Collection[str]
) -> tuple[Duty, ...]:
    """Everybody who must be told, the most urgent first.

    Args:
        agreements: those whose data it is.
        floor: the memorandum's, if there is one.
        noticed_at: when somebody first noticed; every period begins then.
        regimes: the regimes of the fields concerned.
    """
    health = bool(HEALTH & set(regimes))
    practicable = noticed_at + timedelta(days=PRACTICABLE_DAYS)
    found = [
        *_owners(agreements, floor, noticed_at),
        *(Duty(to=to, agency="", due_at=practicable, fixed=False, source=source) for to, source in _STATE.items()),
        Duty(
            to=Told.SUBJECTS,
            agency="",
            due_at=practicable,
            fixed=False,
            source=_HEALTH_SUBJECTS if health else _SUBJECTS,
        ),
    ]
    if health:
        latest = noticed_at + timedelta(days=HEALTH_DAYS)
        found.append(Duty(to=Told.HEALTH_SECRETARY, agency="", due_at=latest, fixed=True, source=_HEALTH_SECRETARY))
    return tuple(sorted(found, key=lambda duty: (duty.due_at, duty.key)))


def regimes_of(agreements: Iterable[Agreement], datasets: Collection[str]) -> frozenset[str]:
    """The regimes of the fields concerned.

    Args:
        agreements: whose data it is.
        datasets: only these; empty for all that they cover.
    """
    return frozenset(
        field.regime
        for agreement in agreements
        for dataset in agreement.datasets
        if not datasets or dataset.id in datasets
        for field in dataset.fields
    )


def _owners(agreements: Iterable[Agreement], floor: Floor | None, noticed_at: datetime) -> list[Duty]:
    """Each owner once, within the fewest hours that any of their agreements, or the floor, allows."""
    hours: dict[str, tuple[int, str]] = {}
    for agreement in agreements:
        own = (agreement.breach.notify_owner_hours, f"{agreement.id} breach.notify_owner_hours")
        least = min(own, (floor.breach_notice_hours, "the memorandum's floor")) if floor else own
        agency = agreement.parties.owner.agency
        hours[agency] = min(least, hours.get(agency, least))
    return [
        Duty(to=Told.OWNER, agency=agency, due_at=noticed_at + timedelta(hours=number), fixed=True, source=source)
        for agency, (number, source) in hours.items()
    ]
