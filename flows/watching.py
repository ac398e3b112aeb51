"""The watch: what a privacy officer should look at, found among the uses and written down once.

The checks are `governance.anomaly`'s; here they get what they need: whom looks were about, who had a task for whom, and
who lives next to whom. Neighbours are found in the enclave, under grants of their own (`<purpose>.oversight`), only for
staff who declared where they live.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import cache, partial

from alerts.queue import handed_to
from flows.intaking import linker_of
from flows.services import Services
from governance.anomaly import Finding, Look, Refusal, looks_in, refusals_in
from governance.anomaly.burst import denial_bursts
from governance.anomaly.coverage import never_used, without_agreement
from governance.anomaly.finding import record
from governance.anomaly.hours import outside_habit, outside_hours
from governance.anomaly.reach import HadTask, bulk_views, own_circle, without_task
from governance.circle import Circles, Relation
from governance.contact.hours import ContactHours
from governance.database import reading
from governance.ids import HouseholdId

DAYS = 90
"""How far the watch looks back where nobody says: far enough to know a habit."""

OVERSIGHT = "oversight"
"""What the purpose is called below the installation's own, for which neighbours are looked up."""

TIMES_A_DAY = 3
"""Looking into more than three days' worth of households on one day is no day's work."""


def watch(house: Services, *, since: datetime | None = None) -> list[Finding]:
    """Look over the uses, and write down what was not found before.

    Args:
        house: the services.
        since: aware; from when on uses are looked at. The last three months where it is left out.

    Returns:
        Everything that was found, oldest first, known before or not.
    """
    now = house.clock.now()
    begin = since or now - timedelta(days=DAYS)
    looks = list(looks_in(house.ledger, since=begin, resolve=house.subjects.households_of))
    refusals = list(refusals_in(house.ledger, since=begin))
    findings = [*_about_looks(house, looks), *_about_agreements(house, refusals, now), *denial_bursts(refusals)]
    findings.sort(key=lambda finding: (finding.first_at, finding.id))
    record(house.ledger, findings)
    return findings


def circles_of(house: Services, looks: list[Look]) -> Mapping[str, Mapping[HouseholdId, str]]:
    """By staff id, the households of the own circle among those that were looked at: declared ones, and neighbours.

    Args:
        house: the services.
        looks: of people.
    """
    seen = frozenset[HouseholdId]().union(*(look.about for look in looks))
    if not seen or not house.circles.declared():
        return {}
    beside = linker_of(house, purpose=f"{house.settings.purpose}.{OVERSIGHT}").neighbours(
        partial(_homes, house.circles)
    )
    found: dict[str, dict[HouseholdId, str]] = {}
    now = {old: new for old, new in house.link_memory.names.today().items() if new in seen}
    for staff, declared in house.circles.among(seen | set(beside) | set(now)).items():
        mine = {now.get(home, home): relation for home, relation in declared.items()}
        near = {other for home, relation in mine.items() if relation == Relation.OWN for other in beside.get(home, ())}
        found[staff] = dict.fromkeys(near & seen, str(Relation.NEIGHBOUR)) | {
            home: relation for home, relation in mine.items() if home in seen
        }
    return found


def _homes(circles: Circles, households: Collection[HouseholdId]) -> Collection[HouseholdId]:
    """Where members of staff live, among all households."""
    mine = circles.among(households).values()
    return {home for each in mine for home, relation in each.items() if relation == Relation.OWN}


def _about_looks(house: Services, looks: list[Look]) -> list[Finding]:
    settings = house.settings
    hours = ContactHours(settings.work_begins, settings.work_ends, settings.timezone, weekends=False)
    most = TIMES_A_DAY * settings.tasks_per_worker
    return [
        *outside_hours(looks, hours),
        *outside_habit(looks, settings.timezone),
        *own_circle(looks, circles_of(house, looks)),
        *bulk_views(looks, most=most, timezone=settings.timezone),
        *without_task(looks, _had_task(house), timezone=settings.timezone),
    ]


def _about_agreements(house: Services, refusals: list[Refusal], now: datetime) -> list[Finding]:
    return [*never_used(house.register.papers(), house.ledger, now=now), *without_agreement(refusals)]


def _had_task(house: Services) -> HadTask:
    """Who had a task for whom, and from when on; each member of staff is looked up once."""

    @cache
    def mine(worker: str) -> dict[HouseholdId, datetime]:
        with reading(house.engine) as connection:
            return handed_to(connection, worker)

    now = house.link_memory.names.today()

    def had(worker: str, household: HouseholdId, at: datetime) -> bool:
        since = mine(worker).get(household) or mine(worker).get(now.get(household, household))
        return since is not None and since <= at

    return had
