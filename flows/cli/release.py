"""`hearthline release`: tables that leave the house."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from flows import releasing
from flows.cli import output
from flows.cli.exit_code import REFUSED
from flows.cli.options import Home, Json, services
from governance.disclosure.published import Published

app = typer.Typer(help="Tables that are published: check one, publish it, see what was.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(metavar="FILE", help="The release as YAML, its counts as CSV beside it.")]
By = Annotated[str, typer.Option("--by", help="Who publishes: a staff id.")]
Role = Annotated[str, typer.Option("--role", help="As what.")]


@app.command()
def check(file: File, by: By, role: Role = "analyst", home: Home = None, json: Json = False) -> None:
    """Say what would be hidden, what could still be worked out, and what the agreements say. Exit 3 where refused.

    Publishes nothing and writes nothing down. It shows what must not be known: it is for whoever prepares the table.
    """
    found = releasing.check(services(home), file, by=by, role=role)
    reasons = [{"code": each.code, "clause": each.clause, "detail": each.detail} for each in found.decision.reasons]
    findings = [
        {"cell": list(each.cell), "when": each.when, "least": each.least, "most": each.most}
        for each in found.audit.findings
    ]
    document = _summary(found.table) | {
        "decision": "permit" if found.decision.permitted else "refuse",
        "reasons": reasons,
        "attacked": found.audit.hidden,
        "recoverable": findings,
    }
    if json:
        output.document(document)
    else:
        output.facts(found.table.title, {**_summary(found.table), "decision": document["decision"]})
        output.say(found.table.note())
        output.table("Reasons", ["code", "clause", "detail"], [list(each.values()) for each in reasons])
        output.table("Can be worked out", ["cell", "when", "at least", "at most"], [_line(each) for each in findings])
    if not found.decision.permitted:
        raise typer.Exit(REFUSED)


@app.command()
def publish(  # noqa: PLR0917 (typer passes them by name)
    file: File,
    by: By,
    out: Annotated[Path, typer.Option(help="Folder for the table: CSV, JSON, and its note.")] = Path("releases"),
    role: Role = "analyst",
    why: Annotated[str, typer.Option("--why", help="Why, for the log.")] = "",
    home: Home = None,
    json: Json = False,
) -> None:
    """Publish a table, if what is hidden in it stays hidden and every agreement allows it."""
    table = releasing.publish(services(home), file, out, by=by, role=role, why=why)
    if json:
        output.document(_summary(table) | {"note": table.note()})
    else:
        output.facts(table.title, _summary(table))
        output.say(table.note())


@app.command("list")
def list_all(home: Home = None, json: Json = False) -> None:
    """Everything that was published."""
    entries = releasing.releases_of(services(home)).entries()
    names = ("number", "as_of", "series", "cells", "hidden", "min_cell", "actor", "purpose", "sha256")
    rows = [{"id": entry.topic, "at": entry.at} | {name: entry.body[name] for name in names} for entry in entries]
    if json:
        output.document({"releases": rows})
    else:
        columns = ["id", "at", *names]
        output.table("Releases", columns, [[row[name] for name in columns] for row in rows])


@app.command()
def show(
    id: Annotated[str, typer.Argument(metavar="ID", help="The release, for example signals-by-town.3.")],
    home: Home = None,
    json: Json = False,
) -> None:
    """One published table, as its readers got it."""
    table = releasing.releases_of(services(home)).get(id)
    head, *rows = table.rows()
    if json:
        cells = [{"cell": list(cell), "count": count} for cell, count in table.cells.items()]
        output.document(_summary(table) | {"note": table.note(), "dimensions": list(head[:-1]), "cells": cells})
    else:
        output.table(table.title, head, rows)
        output.say(table.note())


def _summary(table: Published) -> dict[str, Any]:
    return {
        "id": table.id,
        "as_of": table.as_of,
        "series": table.series,
        "cells": len(table.cells),
        "hidden": len(table.hidden),
        "min_cell": table.standard.min_cell,
        "interval_width": table.standard.interval_width,
        "sha256": table.sha256,
    }


def _line(finding: dict[str, Any]) -> tuple[object, ...]:
    return " / ".join(finding["cell"]), finding["when"] or None, finding["least"], finding["most"]
