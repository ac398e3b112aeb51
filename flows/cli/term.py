"""Commands about an agreement's term: renewal, and the warnings before it ends."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from flows.cli import output
from flows.cli.agreement import By, Id, Why, report
from flows.cli.options import Home, Json, services
from governance.expiry import Expiry
from governance.ids import AgreementId
from governance.renewal import renew as renew_agreement

_DAY = ["%Y-%m-%d"]


def register(app: typer.Typer) -> None:
    """Add these commands to those about agreements."""
    for name, command in (("renew", renew), ("expiring", expiring), ("warn", warn)):
        app.command(name)(command)


def renew(
    id: Id,
    *,
    expires: Annotated[datetime, typer.Option(formats=_DAY, help="The first day on which it no longer holds.")],
    review_by: Annotated[
        datetime | None, typer.Option(formats=_DAY, help="The day of its review. Default: as long before the end.")
    ] = None,
    by: By = "data-steward",
    why: Why = "",
    home: Home = None,
    json: Json = False,
) -> None:
    """Put the next version on file: the same text with a later end. It is signed anew; until then the old one holds."""
    house = services(home)
    reviewed = review_by.date() if review_by else None
    renew_agreement(
        house.register,
        AgreementId(id),
        expires=expires.date(),
        review_by=reviewed,
        today=house.clock.today(),
        by=by,
        why=why,
    )
    report(house, id, json)


def expiring(home: Home = None, json: Json = False) -> None:
    """The agreements whose term ends within ninety days, and the warnings that were given."""
    house = services(home)
    _endings([asdict(each) for each in Expiry(house.register, house.clock).endings()], "Expiring", json)


def warn(by: By = "data-steward", home: Home = None, json: Json = False) -> None:
    """Write down the warnings that are due, once each, and expire what is over. Each night does the same."""
    house = services(home)
    _endings([asdict(each) for each in Expiry(house.register, house.clock).warn(by=by)], "Said now", json)


def _endings(rows: list[dict[str, object]], title: str, json: bool) -> None:
    if json:
        output.document({"agreements": rows})
        return
    columns = ["agreement", "version", "expires", "days", "due", "given"]
    output.table(title, columns, [[*[row[name] for name in columns[:-1]], _given(row)] for row in rows])


def _given(row: dict[str, object]) -> str:
    given = row["given"]
    return ", ".join(str(each) for each in sorted(given)) if isinstance(given, frozenset) else ""
