"""`hearthline watch`, `review`, `break-glass`, `staff`: what a privacy officer does besides reading."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, time
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from flows.cli import output
from flows.cli.data import parse_day
from flows.cli.options import Home, Json, services
from flows.services import Services
from flows.watching import watch
from governance.break_glass import Case
from governance.circle import Relation
from governance.ids import HouseholdId
from governance.ledger import Entry
from governance.review import Verdict

review_app = typer.Typer(help="Look at uses afterwards: never at one's own.", no_args_is_help=True)
glass_app = typer.Typer(help="Emergency access: one asks, a second confirms, a third reviews.", no_args_is_help=True)
staff_app = typer.Typer(help="Whose own household, family or neighbour a household is.", no_args_is_help=True)

By = Annotated[str, typer.Option("--by", help="Who does this: a staff id.")]
Why = Annotated[str, typer.Option("--why", help="Why, in a sentence that names nobody.")]
Reference = Annotated[str, typer.Argument(metavar="EMERGENCY", help="b-…, as `break-glass ask` gave it.")]
Staff = Annotated[str, typer.Argument(metavar="STAFF", help="A staff id.")]
Household = Annotated[str, typer.Option("--household", help="hh-….")]


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("watch")(watch_uses)
    app.add_typer(review_app, name="review")
    app.add_typer(glass_app, name="break-glass")
    app.add_typer(staff_app, name="staff")


def watch_uses(
    since: Annotated[str | None, typer.Option(metavar="DATE", help="From this day on; else three months.")] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """What should be looked at among the uses: hours, habit, own circle, bulk, no task, refusals, coverage."""
    house = services(home)
    day = parse_day(since)
    begin = datetime.combine(day, time(), ZoneInfo(house.settings.timezone)) if day else None
    findings = watch(house, since=begin)
    waiting = {entry.topic: entry.index for entry in house.reviews.waiting()}
    rows = [{"id": each.id, "review": waiting.get(each.id), **asdict(each)} for each in findings]
    if json:
        output.document({"findings": rows, "to_review": sum(row["review"] is not None for row in rows)})
        return
    columns = ["id", "kind", "actor", "detail", "review"]
    output.table("To look at", columns, [[row[name] for name in columns] for row in rows])
    output.say("Review one with `hearthline review record ENTRY --by YOU --verdict in_order --why …`.")


@review_app.command("list")
def waiting(home: Home = None, json: Json = False) -> None:
    """What must be reviewed and was not yet."""
    house = services(home)
    rows = [_waiting(entry) for entry in house.reviews.waiting()]
    if json:
        output.document({"waiting": rows})
    else:
        columns = ["entry", "at", "kind", "actor", "detail"]
        output.table("Waiting for a review", columns, [[row[name] for name in columns] for row in rows])


@review_app.command("record")
def record(
    entry: Annotated[int, typer.Argument(help="The ledger entry that is reviewed.")],
    by: By,
    why: Why,
    verdict: Annotated[Verdict, typer.Option(help="What was found.")],
    home: Home = None,
    json: Json = False,
) -> None:
    """Write a review down. Nobody reviews what they had a part in."""
    made = services(home).reviews.record(entry, by=by, verdict=verdict, why=why)
    _print("Review", asdict(made), json)


@glass_app.command("ask")
def ask(by: By, why: Why, home: Home = None, json: Json = False) -> None:
    """Ask for an emergency. It opens nothing until a second person confirms it."""
    _print("Emergency", asdict(services(home).break_glass.ask(by=by, why=why)), json)


@glass_app.command("confirm")
def confirm(reference: Reference, by: By, home: Home = None, json: Json = False) -> None:
    """Confirm somebody else's emergency; it then lasts for hours."""
    _print("Emergency", asdict(services(home).break_glass.confirm(reference, by=by)), json)


@glass_app.command("end")
def end(reference: Reference, by: By, home: Home = None, json: Json = False) -> None:
    """It is over: the next look is decided as any other."""
    _print("Emergency", asdict(services(home).break_glass.end(reference, by=by)), json)


@glass_app.command("list")
def emergencies(home: Home = None, json: Json = False) -> None:
    """Every emergency, and whether it was reviewed."""
    house = services(home)
    rows = [_emergency(house, case) for case in house.break_glass.all()]
    if json:
        output.document({"emergencies": rows})
    else:
        columns = ["reference", "asked_by", "confirmed_by", "asked_at", "until", "ended_at", "reviewed", "why"]
        output.table("Emergencies", columns, [[row[name] for name in columns] for row in rows])


@staff_app.command("declare")
def declare(
    staff: Staff,
    household: Household,
    relation: Annotated[Relation, typer.Option(help="What it is to them.")],
    by: By,
    home: Home = None,
    json: Json = False,
) -> None:
    """Note that a household belongs to somebody's own circle: a look at it is then shown to the officer."""
    services(home).circles.declare(staff, HouseholdId(household), relation, by=by)
    _print("Declared", {"staff": staff, "relation": str(relation)}, json)


@staff_app.command("withdraw")
def withdraw(staff: Staff, household: Household, by: By, home: Home = None, json: Json = False) -> None:
    """Take a household out of somebody's circle."""
    services(home).circles.withdraw(staff, HouseholdId(household), by=by)
    _print("Withdrawn", {"staff": staff}, json)


def _waiting(entry: Entry) -> dict[str, Any]:
    body = entry.body
    return {
        "entry": entry.index,
        "at": entry.at,
        "kind": body.get("finding") or entry.kind,
        "actor": body.get("about_actor") or body.get("by"),
        "detail": body.get("detail") or body.get("why"),
    }


def _emergency(house: Services, case: Case) -> dict[str, Any]:
    return asdict(case) | {"reviewed": [str(each.verdict) for each in house.reviews.of(case.entry)]}


def _print(title: str, document: dict[str, Any], json: bool) -> None:
    if json:
        output.document(document)
    else:
        output.facts(title, document)
