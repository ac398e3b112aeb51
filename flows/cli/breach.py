"""`hearthline breach`: declared, frozen at once, everybody told in time, reviewed, closed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from flows.breaching import breaches_of, touched
from flows.cli import output
from flows.cli.agreement import By
from flows.cli.options import Home, Json, services
from flows.services import Services
from governance.breach.duty import Told
from governance.breach.record import Breach, Kept
from governance.ids import AgreementId, DatasetId

app = typer.Typer(
    help="Breaches: freeze the data, list who and what is affected, tell everybody in time.", no_args_is_help=True
)

Reference = Annotated[str, typer.Argument(metavar="BREACH", help="br-…, as `breach declare` gave it.")]
Why = Annotated[str, typer.Option("--why", help="In a sentence that names nobody.")]
_TIME = ["%Y-%m-%dT%H:%M", "%Y-%m-%d"]


@app.command()
def declare(
    *,
    why: Why,
    agreement: Annotated[list[str] | None, typer.Option(help="Whose data it is; may be given several times.")] = None,
    dataset: Annotated[list[str] | None, typer.Option(help="Which data; may be given several times.")] = None,
    noticed: Annotated[
        datetime | None, typer.Option(formats=_TIME, help="When it was noticed, in local time. Default: now.")
    ] = None,
    since: Annotated[
        datetime | None, typer.Option(formats=_TIME, help="From when on data may have been open. Default: not known.")
    ] = None,
    by: By = "privacy-officer",
    home: Home = None,
    json: Json = False,
) -> None:
    """There was a breach: freeze the agreements concerned at once, and list who must be told by when."""
    house = services(home)
    breach = breaches_of(house).declare(
        agreements=[AgreementId(id) for id in agreement or []],
        datasets=[DatasetId(id) for id in dataset or []],
        noticed_at=_local(house, noticed) or house.clock.now(),
        since=_local(house, since),
        by=by,
        what=why,
    )
    _report(house, breach, json)


@app.command()
def notify(
    reference: Reference,
    *,
    to: Annotated[Told, typer.Option(help="Who was told.")],
    agency: Annotated[str, typer.Option(help="Which agency, for an owner.")] = "",
    how: Annotated[str, typer.Option(help="How they were told; nothing about a family.")] = "",
    not_owed: Annotated[bool, typer.Option("--not-owed", help="Counsel says that no notice is owed; --why.")] = False,
    why: Annotated[str, typer.Option("--why", help="Why no notice is owed.")] = "",
    by: By = "privacy-officer",
    home: Home = None,
    json: Json = False,
) -> None:
    """Record that somebody was told, or why nobody has to be."""
    house = services(home)
    if not_owed:
        breach = breaches_of(house).excuse(reference, to, by=by, why=why, agency=agency)
    else:
        breach = breaches_of(house).notify(reference, to, by=by, agency=agency, how=how)
    _report(house, breach, json)


@app.command()
def review(reference: Reference, why: Why, by: By = "counsel", home: Home = None, json: Json = False) -> None:
    """Record what was found and what is done about it. Whoever declared the breach does not review it."""
    house = services(home)
    _report(house, breaches_of(house).review(reference, by=by, why=why), json)


@app.command()
def close(
    reference: Reference,
    by: By = "privacy-officer",
    why: Annotated[str, typer.Option("--why", help="A note for the log.")] = "",
    home: Home = None,
    json: Json = False,
) -> None:
    """Close it, once everybody was told and it was reviewed. Its agreements can then be resumed."""
    house = services(home)
    _report(house, breaches_of(house).close(reference, by=by, why=why), json)


@app.command()
def show(reference: Reference, home: Home = None, json: Json = False) -> None:
    """One breach: its notices with their deadlines, and every use of the data in its time."""
    house = services(home)
    breach = breaches_of(house).breach(reference)
    found = touched(house, breach)
    scope = found.scope
    affected = {
        "uses": scope.uses,
        "actors": scope.actors,
        "rows_read": scope.rows,
        "end_unknown": scope.unknown,
        "subjects": scope.commitments,
        "households": found.households,
        "whole_files": scope.whole_files,
        "held": found.held,
    }
    if json:
        output.document(_document(house, breach) | {"affected": affected})
        return
    _report(house, breach, json=False)
    columns = ["entry", "at", "actor", "action", "dataset", "rows", "derived"]
    output.table("Uses in its time", columns, [[getattr(use, name) for name in columns] for use in scope.uses])
    held = ["dataset", "files", "rows", "derived"]
    output.say(f"Households looked at one by one: {len(found.households)}; --json names them.")
    if scope.whole_files:
        output.say("Whole files were read: everybody in them is concerned.")
    output.table("Held of the data", held, [[getattr(each, name) for name in held] for each in found.held])


@app.command("list")
def list_all(home: Home = None, json: Json = False) -> None:
    """Every breach, oldest first, and what is late."""
    house = services(home)
    rows = [_document(house, breach) for breach in breaches_of(house).all()]
    if json:
        output.document({"breaches": rows})
        return
    columns = ["reference", "state", "noticed_at", "agreements", "waiting", "late"]
    shown = [[", ".join(cell) if isinstance(cell := row[name], list) else cell for name in columns] for row in rows]
    output.table("Breaches", columns, shown)


def _report(house: Services, breach: Breach, json: bool) -> None:
    document = _document(house, breach)
    if json:
        output.document(document)
        return
    plain = {name: value for name, value in document.items() if not isinstance(value, list)}
    output.facts(breach.reference, plain | {"agreements": ", ".join(breach.agreements)})
    columns = ["to", "agency", "due_at", "done_at", "excused", "late", "source"]
    output.table("Notices", columns, [[row[name] for name in columns] for row in document["notices"]])


def _document(house: Services, breach: Breach) -> dict[str, Any]:
    now = house.clock.now()
    notices = [_notice(kept) | {"late": kept.late(now)} for kept in breach.kept]
    return {
        "reference": breach.reference,
        "state": breach.state,
        "what": breach.what,
        "by": breach.by,
        "agreements": list(breach.agreements),
        "datasets": list(breach.datasets),
        "noticed_at": breach.noticed_at,
        "since": breach.since,
        "declared_at": breach.declared_at,
        "closed_at": breach.closed_at,
        "notices": notices,
        "waiting": [kept.duty.key for kept in breach.kept if kept.notice is None],
        "late": [kept.duty.key for kept in breach.kept if kept.late(now)],
        "reviews": list(breach.reviews),
    }


def _notice(kept: Kept) -> dict[str, Any]:
    duty, notice = kept.duty, kept.notice
    return {
        "to": duty.to,
        "agency": duty.agency or None,
        "due_at": duty.due_at,
        "fixed": duty.fixed,
        "source": duty.source,
        "done_at": notice.at if notice else None,
        "by": notice.by if notice else None,
        "said": notice.said if notice else None,
        "excused": notice.excused if notice else False,
    }


def _local(house: Services, at: datetime | None) -> datetime | None:
    return at.replace(tzinfo=ZoneInfo(house.settings.timezone)) if at else None
