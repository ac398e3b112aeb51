"""Tonight in numbers, from the agencies' files to the ledger."""

from __future__ import annotations

from console.head import ledger_head
from console.uses import UseCounter
from console.view import FeedCount, FrontView, QueueView
from flows import night_record
from flows.bootstrap import Services
from flows.foreseeing import model_in_use
from flows.pages.texts import contact_of, thread_of
from flows.signing_up import agreed
from signals.delivery import totals

URGENT = 5
"""Families that the first page names."""


def front_view(house: Services, queue: QueueView, uses: UseCounter) -> FrontView:
    """The whole chain in numbers.

    Args:
        house: the services.
        queue: everybody's list, as it may be shown.
        uses: counts what the ledger holds.
    """
    nights = night_record.find(house.engine)
    report = nights[0].report if nights else {}
    feeds = tuple(_feed_counts(house))
    model = model_in_use(house)
    figures = model.metrics.get("backtest") if model else None
    texted = next((row for row in queue.tasks if row.texted_on is not None), None)
    contact = contact_of(house, texted.household) if texted else None
    return FrontView(
        as_of=nights[0].as_of if nights else None,
        today=house.clock.today(),
        ledger=ledger_head(house.ledger),
        delivered=sum(each.delivered for each in feeds),
        kept=sum(each.kept for each in feeds),
        quarantined=sum(each.quarantined for each in feeds),
        persons=report.get("persons", 0),
        households=report.get("households", 0),
        alerts=report.get("alerts", 0),
        foreseen=report.get("foreseen", 0),
        waiting=report.get("waiting", 0),
        tasks=report.get("tasks", 0),
        workers=len(house.settings.workers),
        sent=report.get("messages", 0),
        held=sum(int(each["count"]) for each in report.get("held", ())),
        signed_up=len(house.contacts.all()),
        agreed=agreed(house),
        refused=uses.read().refused,
        model=report.get("model", ""),
        lift=float(figures["handed_out"]["lift_at_k"]) if figures else None,
        urgent=queue.tasks[:URGENT],
        thread=thread_of(house, contact) if contact else None,
        feeds=feeds,
    )


def _feed_counts(house: Services) -> list[FeedCount]:
    return [
        FeedCount(
            dataset=dataset,
            title=house.feeds[dataset].title,
            agency=house.feeds[dataset].agency,
            delivered=each.delivered,
            kept=each.kept,
            quarantined=each.quarantined,
        )
        for dataset, each in totals(house.engine).items()
        if dataset in house.feeds
    ]
