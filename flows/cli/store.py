"""`hearthline store`: the sealed files, without looking into them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from flows.cli import output
from flows.cli.options import Home, Json, services
from governance.ids import DatasetId

app = typer.Typer(help="The sealed store: how its files lie, never what is in them.", no_args_is_help=True)


@app.callback()
def store() -> None:
    """The sealed store: how its files lie, never what is in them."""


@app.command()
def compact(
    dataset: Annotated[str | None, typer.Option(help="Only of this dataset.")] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Write many small files together, and delete what was replaced. No read returns anything else than before."""
    from flows.compacting import compaction_of

    compaction = compaction_of(services(home))
    done = compaction.compact(DatasetId(dataset) if dataset else None)
    swept = compaction.sweep()
    if json:
        output.document({"compacted": [asdict(each) for each in done], "deleted": swept})
        return
    columns = ["dataset", "agreement", "month", "files", "rows", "now", ""]
    rows = [
        (each.dataset, each.agreement, each.month, each.files, each.rows, 1 if each.into else each.files, each.code)
        for each in done
    ]
    output.table("Written together", columns, rows)
    said = "none: somebody is writing" if swept is None else str(swept)
    output.say(f"Files deleted that no longer count: {said}")
