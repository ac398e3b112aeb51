"""How far families have been reached: what each has said about texts, and when it was last sent one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from alerts.outbox import last_offers
from flows.bootstrap import Services
from governance.consent import ConsentState
from governance.database import reading
from governance.ids import HouseholdId


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Of one household: its consent, and the day of its newest offer by text."""

    consent: ConsentState
    texted_on: date | None


def reach_of(house: Services, households: Collection[HouseholdId]) -> dict[HouseholdId, Reach]:
    """Of each of these households how far it has been reached.

    Args:
        house: the services.
        households: which.
    """
    said = house.consents.of_households(households)
    zone = ZoneInfo(house.settings.timezone)
    with reading(house.engine) as connection:
        texted = last_offers(connection, households)
    return {
        each: Reach(
            consent=said.get(each, ConsentState.NONE),
            texted_on=texted[each].astimezone(zone).date() if each in texted else None,
        )
        for each in households
    }
