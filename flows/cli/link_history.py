"""`hearthline link history`: households that became one, or parted, and what they are called now."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli import output
from flows.cli.options import Home, Json, services


def history(
    household: Annotated[str | None, typer.Argument(metavar="HOUSEHOLD", help="Only this one, hh-….")] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """What became of households' names, oldest first: merged into another, or split off from one that stayed."""
    names = services(home).link_memory.names
    found = names.changes(*([household] if household else []))
    rows = [
        {"at": row.at, "what": row.kind, "old": row.old, "new": row.new, "keys": row.keys, "link": row.link}
        for row in found
        if row.scope == "household"
    ]
    if json:
        output.document({"changes": rows})
    else:
        columns = ["at", "what", "household", "household now", "person numbers"]
        output.table("Merged and split", columns, [list(row.values())[:-1] for row in rows])
