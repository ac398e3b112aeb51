"""`hearthline quarantine`: rows that broke their contract, for a data steward to look at and decide."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from flows.cli import output
from flows.cli.data import parse_day
from flows.cli.options import Home, Json, services
from flows.quarantine_desk import QuarantineDesk
from governance.ids import DatasetId, DeliveryId
from signals.quarantine import Fate

app = typer.Typer(help="Rows that broke their contract: a data steward looks, and decides.", no_args_is_help=True)

By = Annotated[str, typer.Option("--by", help="Who looks or decides: a data steward's staff id.")]
Id = Annotated[str, typer.Argument(metavar="DELIVERY", help="d-…, as `quarantine list` names it.")]
Purpose = Annotated[str, typer.Option(help="What for; this installation's purpose where it is left out.")]
Checks = Annotated[list[str] | None, typer.Option("--check", help="Only rows that broke this check.")]


@app.command("list")
def list_rows(
    dataset: Annotated[str | None, typer.Option(help="Only of this dataset.")] = None,
    state: Annotated[list[Fate] | None, typer.Option(help="Only these; else what is not decided yet.")] = None,
    by: By = "data-steward",
    home: Home = None,
    json: Json = False,
) -> None:
    """What stands in quarantine, by delivery and check: counts only."""
    found = QuarantineDesk(services(home), by).waiting(DatasetId(dataset) if dataset else None, *(state or ()))
    if json:
        output.document({"quarantine": [asdict(each) for each in found]})
        return
    columns = ["delivery", "dataset", "check", "what is wrong", "contract", "state", "rows"]
    rows = [(e.delivery, e.dataset, e.check, e.detail, e.contract, e.state, e.rows) for e in found]
    output.table("Quarantine", columns, rows)


@app.command()
def show(
    delivery: Id,
    row: Annotated[int, typer.Argument(metavar="ROW", help="The row's number in the file; the first is 1.")],
    purpose: Purpose = "",
    by: By = "data-steward",
    home: Home = None,
    json: Json = False,
) -> None:
    """A row as the agency wrote it. The look is a use: the agreement is asked, and it is in the ledger."""
    found = QuarantineDesk(services(home), by, purpose).show(DeliveryId(delivery), row)
    if json:
        output.document(found)
        return
    output.facts(
        f"Row {row} of {delivery}", {"check": found.check, "what is wrong": found.detail, "state": found.state}
    )
    output.table("As it came", ["field", "text"], found.cells.items())


@app.command()
def release(
    delivery: Id,
    check: Checks = None,
    purpose: Purpose = "",
    by: By = "data-steward",
    home: Home = None,
    json: Json = False,
) -> None:
    """The contract changed: hold open rows against the one of now, and take those that keep it."""
    found = QuarantineDesk(services(home), by, purpose).release(DeliveryId(delivery), *(check or ()))
    if json:
        output.document(found)
    else:
        output.facts("Looked at again", asdict(found))


@app.command()
def redeliver(
    delivery: Id,
    file: Annotated[Path, typer.Argument(help="The sender's corrected rows, or the whole file anew.")],
    *,
    every: Annotated[
        bool, typer.Option("--all", help="It replaces every row, also those it cannot be told of.")
    ] = False,
    known_on: Annotated[str | None, typer.Option(metavar="DATE", help="The day we learned of it.")] = None,
    purpose: Purpose = "",
    by: By = "data-steward",
    home: Home = None,
    json: Json = False,
) -> None:
    """Take the sender's corrected file; the rows that it brings anew leave quarantine."""
    desk = QuarantineDesk(services(home), by, purpose)
    found = desk.redeliver(DeliveryId(delivery), file, known_on=parse_day(known_on), every=every)
    if json:
        output.document(found)
        return
    taken = found.delivered
    counts = {"delivery": taken.delivery, "kept": taken.kept, "resolved": found.resolved, "still open": found.left}
    output.facts("Delivered anew", counts)


@app.command()
def dismiss(
    delivery: Id,
    *,
    reason: Annotated[str, typer.Option("--reason", help="Why. It is sealed under the agreement.")],
    check: Checks = None,
    row: Annotated[list[int] | None, typer.Option("--row", help="Only this row.")] = None,
    by: By = "data-steward",
    home: Home = None,
    json: Json = False,
) -> None:
    """Nobody wants these rows: they leave quarantine, and stay sealed until their agreement is destroyed."""
    desk = QuarantineDesk(services(home), by)
    done = desk.dismiss(DeliveryId(delivery), reason=reason, checks=check or (), rows=row or ())
    if json:
        output.document({"delivery": delivery, "dismissed": done})
    else:
        output.facts("Dismissed", {"rows": done})
