"""`hearthline deliveries`: what came, what became of it, and what is not as usual in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

import typer

from flows.cli import output
from flows.cli.options import Home, Json, services
from governance.ids import DatasetId, DeliveryId
from signals.alarm import codes_of
from signals.delivery_report import DeliveryReport, all_deliveries, report_on
from signals.tolerance import ENOUGH

app = typer.Typer(help="What agencies delivered, and what is not as usual in it. Counts only.", no_args_is_help=True)


@app.command("list")
def list_deliveries(
    dataset: Annotated[str | None, typer.Option(help="Only of this dataset.")] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Every delivery on record, the newest first, with the alarms that it gave cause for."""
    house = services(home)
    found = [
        {
            "id": each.id,
            "dataset": each.dataset,
            "agreement": each.agreement,
            "taken_on": each.taken_on,
            "delivered": each.delivered,
            "kept": each.kept,
            "unlinkable": each.unlinkable,
            "quarantined": sum(each.quarantine_counts.values()),
            "alarms": codes_of(house.ledger, each.id),
        }
        for each in all_deliveries(house.engine, DatasetId(dataset) if dataset else None)
    ]
    if json:
        output.document({"deliveries": found})
        return
    columns = ["id", "dataset", "agreement", "taken on", "delivered", "kept", "unlinkable", "quarantined", "alarms"]
    rows = [(*list(each.values())[:-1], ", ".join(map(str, each["alarms"]))) for each in found]  # type: ignore[call-overload]
    output.table("Deliveries", columns, rows)


@app.command()
def report(
    delivery: Annotated[str, typer.Argument(metavar="DELIVERY", help="d-…, as `deliveries list` names it.")],
    home: Home = None,
    json: Json = False,
) -> None:
    """One delivery: what became of its rows, codes that its list does not know, drift, and whether it came in time."""
    house = services(home)
    found = report_on(house.engine, house.register, house.feeds, DeliveryId(delivery))
    alarms = codes_of(house.ledger, found.delivery)
    if json:
        drift = [{**asdict(each), "what": each.what} for each in found.drift]
        output.document({**asdict(found), "late": found.late, "drift": drift, "alarms": alarms})
    else:
        _print(found, alarms)


def _print(found: DeliveryReport, alarms: list[str]) -> None:
    facts: dict[str, Any] = {
        "dataset": found.dataset,
        "agreement": found.agreement,
        "taken on": found.taken_on,
        "delivered": found.delivered,
        "kept": found.kept,
        "unlinkable": found.unlinkable,
        "quarantined": sum(found.quarantine_counts.values()),
        "came after": _waited(found),
        "compared with": _compared(found),
        "alarms": ", ".join(alarms) or "none",
    }
    output.facts(f"Delivery {found.delivery}", facts)
    if found.quarantine_counts:
        output.table("Quarantined", ["check", "rows"], found.quarantine_counts.items())
    if found.unlisted or found.unnamed:
        unnamed = [(column, "(not named)", number) for column, number in found.unnamed.items()]
        output.table("Codes that the list does not know", ["column", "code", "rows"], _cells(found.unlisted) + unnamed)
    if found.drift:
        rows = [(each.what, _number(each.now), _number(each.usual)) for each in found.drift]
        output.table("Not as usual", ["what", "now", "usual"], rows)


def _cells(unlisted: Mapping[str, Mapping[str, int]]) -> list[tuple[str, str, int]]:
    return [(column, code, number) for column, codes in unlisted.items() for code, number in codes.items()]


def _waited(found: DeliveryReport) -> str:
    promised = f"promised every {found.promised_days}" if found.promised_days else "nothing is promised"
    if found.waited_days is None:
        return f"the first one; {promised}"
    return f"{found.waited_days} days; {promised}{': late' if found.late else ''}"


def _compared(found: DeliveryReport) -> str:
    few = f", too few to say what is usual (it takes {ENOUGH})" if found.compared < ENOUGH else ""
    return f"{found.compared} earlier deliveries{few}"


def _number(value: float) -> str:
    return f"{value:.1%}" if 0 < value < 1 else f"{value:g}"
