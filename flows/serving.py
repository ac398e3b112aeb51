"""The console, wired to this installation: what its pages may call, and how it is served."""

from __future__ import annotations

from alerts.programme import named
from alerts.queue import alert_counts, history
from console.app import create
from console.head import ledger_head
from console.server import LOOPBACK
from console.server import serve as serve_app
from console.uses import UseCounter
from console.view import AlertCounts, HouseholdView, Pages, QueueRow, QueueView, ReasonView
from flows import night_record
from flows.bootstrap import Services
from flows.cli.output import note
from flows.reading import Reader
from flows.shown import ShownTask
from governance.database import reading
from governance.errors import Misconfigured
from governance.ids import HouseholdId


def serve(house: Services, *, port: int) -> None:
    """Serve the console on this machine until stopped.

    Args:
        house: the services.
        port: where on the loopback address.
    """
    note(f"Hearthline is at http://{LOOPBACK}:{port}/ on this machine only. Ctrl-C stops it.")
    serve_app(create(pages(house)), port=port)


def pages(house: Services) -> Pages:
    """What the console may call.

    Args:
        house: the services. The pages act for the first member of staff: the console stands on that person's own
            machine until signing in is there.
    """
    if not house.settings.workers:
        raise Misconfigured("Nobody is on the staff.", "Name them in HEARTHLINE_STAFF.", code="WORKERS_MISSING")
    asker = house.settings.workers[0]
    window = Window(house, asker)
    uses = UseCounter(house.ledger)
    return Pages(
        asker=asker,
        queue=window.queue,
        household=window.household,
        alert_counts=window.alert_counts,
        uses_by_purpose=uses.read,
        ledger_head=lambda: ledger_head(house.ledger),
        verify=house.ledger.verify,
    )


class Window:
    """Views for the pages, read under grants.

    Args:
        house: the services.
        asker: the staff id that looks.
    """

    def __init__(self, house: Services, asker: str) -> None:
        self._house = house
        self._asker = asker
        self._reader = Reader(house)

    def queue(self, worker: str | None) -> QueueView:
        """The list of one worker, or everybody's."""
        shown = self._reader.queue(worker, asker=self._asker)
        nights = night_record.find(self._house.engine)
        newest = nights[0] if nights else None
        return QueueView(
            tasks=tuple(_row(task) for task in shown.tasks),
            worker=worker,
            workers=self._house.settings.workers,
            as_of=newest.as_of if newest else None,
            today=self._house.clock.today(),
            waiting=newest.report["waiting"] if newest else 0,
            withheld=shown.withheld,
            refusals=tuple(shown.refusals),
        )

    def household(self, household: HouseholdId) -> HouseholdView:
        """Why a household is on the list."""
        why = self._reader.why(household, worker=self._asker)
        with reading(self._house.engine) as connection:
            moves = tuple(history(connection, why.task))
        ids = [id for reason in why.reasons for id in reason.programmes]
        return HouseholdView(
            household=why.household,
            task=why.task,
            status=why.status,
            tier=why.tier,
            due_on=why.due_on,
            owner=why.owner,
            as_of=why.as_of,
            reasons=tuple(
                ReasonView(text=reason.text, citation=reason.citation, facts=tuple(reason.facts))
                for reason in why.reasons
            ),
            programmes=named(self._house.programmes, ids),
            history=moves,
        )

    def alert_counts(self) -> AlertCounts:
        """Households by reason in the newest night."""
        nights = night_record.find(self._house.engine)
        if not nights:
            return AlertCounts(as_of=None, counts=())
        with reading(self._house.engine) as connection:
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
    )
