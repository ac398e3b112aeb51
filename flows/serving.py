"""The console, wired to this installation: what its pages may call, and how it is served."""

from __future__ import annotations

from functools import partial

from alerts.queue import alert_counts
from console.app import create
from console.findings import waiting
from console.head import ledger_head
from console.server import LOOPBACK
from console.server import serve as serve_app
from console.uses import UseCounter
from console.view import ORDER, AlertCounts, Pages, QueueRow, QueueView
from flows import night_record
from flows.bootstrap import Services
from flows.cli.output import note
from flows.demo_clock import is_invented
from flows.enveloping import notice
from flows.pages.front import front_view
from flows.pages.household import household_view
from flows.pages.links import link_pages
from flows.pages.model import model_view
from flows.pages.texts import outbox_view
from flows.pages.trace import trace_view
from flows.pages.webhook import webhook
from flows.reading import Reader
from flows.shown import ShownTask
from governance.database import reading
from governance.errors import Misconfigured

BY_RULES = "Deadlines first, then the nearest day; the list was made by rules alone."
"""How a list is ordered when no model is in use."""


def serve(house: Services, *, port: int, steward: str = "") -> None:
    """Serve the console on this machine until stopped.

    Args:
        house: the services.
        port: where on the loopback address.
        steward: the data steward that the pages about links act for; without one, they show nothing.

    Raises:
        MoveNotYours: whoever is named holds no data steward's office.
    """
    made = pages(house, steward=steward)
    note(f"Hearthline is at http://{LOOPBACK}:{port}/ on this machine only. Ctrl-C stops it.")
    serve_app(create(made), port=port)


def pages(house: Services, *, steward: str = "") -> Pages:
    """What the console may call.

    Args:
        house: the services. The pages act for the first member of staff: the console stands on that person's own
            machine until signing in is there.
        steward: the data steward that the pages about links act for.
    """
    if not house.settings.workers:
        raise Misconfigured("Nobody is on the staff.", "Name them in HEARTHLINE_STAFF.", code="WORKERS_MISSING")
    asker = house.settings.workers[0]
    uses = UseCounter(house.ledger)
    queue = partial(queue_view, house, asker)
    return Pages(
        asker=asker,
        queue=queue,
        household=partial(household_view, house, asker=asker),
        alert_counts=partial(counts_view, house),
        uses_by_purpose=uses.read,
        refusals=uses.refusals,
        findings=partial(waiting, house.ledger),
        ledger_head=lambda: ledger_head(house.ledger),
        verify=house.ledger.verify,
        front=lambda: front_view(house, queue(None), uses),
        outbox=partial(outbox_view, house),
        trace=partial(trace_view, house, asker=asker),
        model=partial(model_view, house),
        webhook=partial(webhook, house),
        envelope=partial(notice, house),
        timezone=house.settings.timezone,
        office=house.settings.office_name,
        invented=is_invented(house.settings),
        public_url=house.settings.public_url,
        links=link_pages(house, steward) if steward else None,
    )


def queue_view(house: Services, asker: str, worker: str | None) -> QueueView:
    """The list of one worker, or everybody's, as somebody may see it.

    Args:
        house: the services.
        asker: who looks.
        worker: whose list; everybody's where it is None.
    """
    shown = Reader(house).queue(worker, asker=asker)
    nights = night_record.find(house.engine)
    newest = nights[0] if nights else None
    return QueueView(
        tasks=tuple(_row(task) for task in shown.tasks),
        worker=worker,
        workers=house.settings.workers,
        as_of=newest.as_of if newest else None,
        today=house.clock.today(),
        waiting=newest.report["waiting"] if newest else 0,
        withheld=shown.withheld,
        refusals=tuple(shown.refusals),
        order_note=ORDER if newest and newest.report.get("model") else BY_RULES,
    )


def counts_view(house: Services) -> AlertCounts:
    """Households by reason in the newest night."""
    nights = night_record.find(house.engine)
    if not nights:
        return AlertCounts(as_of=None, counts=())
    with reading(house.engine) as connection:
        return AlertCounts(as_of=nights[0].as_of, counts=tuple(alert_counts(connection, nights[0].run)))


def _row(task: ShownTask) -> QueueRow:
    return QueueRow(
        task=task.id,
        household=task.household,
        tier=task.tier,
        due_on=task.due_on,
        owner=task.owner,
        reasons=tuple(task.reasons),
        programmes=tuple(task.programmes),
        consent=task.consent,
        texted_on=task.texted_on,
    )
