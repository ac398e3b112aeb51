"""The stage that reaches families by text: those with a task, who said yes. The others are a caseworker's to reach."""

from __future__ import annotations

from alerts.outbox import sent_for
from alerts.queue import queue
from flows.bootstrap import Services
from flows.outreaching import Offer, OutreachReport, place_contacts, send_offers
from governance.database import reading
from governance.ids import RunId


def offers(house: Services) -> list[Offer]:
    """An offer for each open task, most urgent first; none where it is in doubt who the household is.

    Args:
        house: the services.
    """
    with reading(house.engine) as connection:
        tasks = queue(connection)
    held = house.link_reviews.held()
    return [
        Offer(
            task=each.id,
            household=each.household,
            tier=each.tier,
            due_on=each.due_on,
            lineage=each.lineage,
            run=each.run,
        )
        for each in tasks
        if each.household not in held
    ]


def reach(house: Services, link: str | None = None) -> OutreachReport:
    """Place those who signed up in their households, and send each household with a task its offer, once.

    Args:
        house: the services.
        link: the night's link run.

    Raises:
        Refused: where nobody may be contacted at all.
    """
    place_contacts(house, link)
    return send_offers(house, offers(house))


def messages_of(house: Services, run: RunId) -> int:
    """How many texts went out for a night's tasks.

    Args:
        house: the services.
        run: the night.
    """
    with reading(house.engine) as connection:
        return sent_for(connection, run)
