"""`hearthline order`: legal process. Orders that demand data, and who was told before any of it is handed over."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from flows.cli import output
from flows.cli.options import Home, Json, services
from governance.ids import AgreementId
from governance.legal_process import LegalProcess, Order

app = typer.Typer(help="Legal process: orders that demand data, and the notices that go first.", no_args_is_help=True)

Reference = Annotated[str, typer.Argument(metavar="REFERENCE", help="The number that `order receive` gave.")]
By = Annotated[str, typer.Option("--by", help="Who records this: a staff id.")]


@app.command()
def receive(
    agreement: Annotated[list[str], typer.Argument(metavar="AGREEMENT…", help="Whose data it demands.")],
    by: By = "privacy-officer",
    why: Annotated[str, typer.Option(help="A note for the log; no family and no case.")] = "",
    answer_by: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last day on which it may be answered.")
    ] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Record that an order has come. What it demands waits until owner and subject were told."""
    house = services(home)
    for id in agreement:
        house.register.get(AgreementId(id))
    day = answer_by.date() if answer_by else None
    order = LegalProcess(house.ledger).receive([AgreementId(id) for id in agreement], by=by, why=why, answer_by=day)
    _report(order, json=json)


@app.command()
def notify(
    reference: Reference,
    to: Annotated[str, typer.Option(help="owner or subject.")],
    agency: Annotated[str, typer.Option(help="Which agency, for an owner.")] = "",
    by: By = "privacy-officer",
    home: Home = None,
    json: Json = False,
) -> None:
    """Record that an owner's agency, or the subject, was told of an order."""
    order = LegalProcess(services(home).ledger).notify(reference, to, by=by, agency=agency)
    _report(order, json=json)


@app.command()
def show(reference: Reference, home: Home = None, json: Json = False) -> None:
    """One order and its notices."""
    _report(LegalProcess(services(home).ledger).order(reference), json=json)


@app.command("list")
def list_all(home: Home = None, json: Json = False) -> None:
    """Every order, oldest first."""
    rows = [_document(order) for order in LegalProcess(services(home).ledger).all()]
    if json:
        output.document({"orders": rows})
    else:
        columns = ["reference", "agreements", "received_at", "answer_by", "told"]
        output.table("Orders", columns, [[row[name] for name in columns] for row in rows])


def _report(order: Order, *, json: bool) -> None:
    document = _document(order)
    if json:
        output.document(document)
    else:
        output.facts(order.reference, {name: value for name, value in document.items() if name != "notices"})
        columns = ["party", "agency", "by", "at"]
        output.table("Notices", columns, [[row[name] for name in columns] for row in document["notices"]])


def _document(order: Order) -> dict[str, Any]:
    notices = [
        {"party": each.party, "agency": each.agency or None, "by": each.by, "at": each.at} for each in order.notices
    ]
    return {
        "reference": order.reference,
        "agreements": list(order.agreements),
        "by": order.by,
        "why": order.why,
        "received_at": order.received_at,
        "answer_by": order.answer_by,
        "notices": notices,
        "told": sorted({each.agency or each.party for each in order.notices}),
    }
