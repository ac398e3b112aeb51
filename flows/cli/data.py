"""`hearthline intake`, `simulate` and `link`: from files to persons and households."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from flows.cli import link_evaluate, link_history, link_review, output
from flows.cli.exit_code import CONTRACT
from flows.cli.options import Home, Json, services
from governance.ids import DatasetId

if TYPE_CHECKING:
    from signals.intake import Delivered

LAST_DAY = "2026-05-29"
"""The last day of simulated data, unless another is asked for."""

link_app = typer.Typer(help="Who is who, and who lives together.", invoke_without_command=True)
link_app.add_typer(link_review.app, name="review")
link_app.command("history")(link_history.history)
link_app.command("evaluate")(link_evaluate.evaluate)


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("intake")(intake)
    app.command("simulate")(simulate_files)


def intake(
    dataset: Annotated[str, typer.Argument(help="hmis.enrollment, or an agency's prefix (hmis) for a whole folder.")],
    files: Annotated[list[Path], typer.Argument(help="Files of that dataset, or the agency's folder.")],
    known_on: Annotated[str | None, typer.Option(metavar="DATE", help="The day we learned of it; today.")] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Check files against their feed's contract; keep and seal what holds, quarantine the rest row by row.

    Exit 4 where a file is refused whole or rows were quarantined: what could be kept was kept.
    """
    from flows.intaking import intake_of, take_path

    house = services(home)
    day = parse_day(known_on)
    taken = [each for file in files for each in take_path(intake_of(house), DatasetId(dataset), file, known_on=day)]
    documents = [_document(each) for each in taken]
    if json:
        output.document(documents[0] if len(documents) == 1 else {"deliveries": documents})
    else:
        _print(taken)
    if any(each.quarantine_counts for each in taken):
        raise typer.Exit(CONTRACT)


def simulate_files(  # noqa: PLR0917 (options, which typer passes by name)
    out: Annotated[Path, typer.Option(help="The folder to write.")],
    households: Annotated[int, typer.Option(min=1)] = 300,
    months: Annotated[int, typer.Option(min=1)] = 12,
    seed: Annotated[int, typer.Option()] = 7,
    until: Annotated[str, typer.Option(metavar="DATE", help="The last day of the data.")] = LAST_DAY,
    helped: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Help that was given: true_household, on, kind.")
    ] = None,
    json: Json = False,
) -> None:
    """Write invented agency extracts in the real formats, and the truth beside them.

    With the same seed and --helped it is the same world, but for what help made of it.
    """
    from signals.simulator import read_help, simulate

    day = parse_day(until) or date.fromisoformat(LAST_DAY)
    given = read_help(helped) if helped else []
    written = simulate(out, households=households, months=months, seed=seed, until=day, helped=given)
    if json:
        output.document({"files": [{"path": str(each.path), "rows": each.rows} for each in written]})
    else:
        output.table("Written", ["file", "rows"], [(each.path, each.rows) for each in written])


@link_app.callback()
def link(context: typer.Context, home: Home = None, json: Json = False) -> None:
    """Link persons and households from everything that active agreements allow to be matched."""
    if context.invoked_subcommand is not None:
        return
    from flows.intaking import linker_of

    house = services(home)
    report = linker_of(house).link()
    _link_report(report.counts, report.refused, json)


def parse_day(text: str | None) -> date | None:
    """A day from an option.

    Raises:
        typer.BadParameter: it is not one.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("A date is written as YYYY-MM-DD.") from None


def _document(taken: Delivered) -> dict[str, Any]:
    return asdict(taken)


def _print(taken: Sequence[Delivered]) -> None:
    columns = ["dataset", "delivered", "kept", "unlinkable", "quarantined", "not taken", "agreement", "entry", ""]
    rows = [
        (
            each.dataset,
            each.delivered,
            each.kept,
            each.unlinkable,
            sum(each.quarantine_counts.values()),
            each.undeclared or "",
            each.agreement,
            each.entry if each.entry >= 0 else "",
            each.refused or ("taken before" if each.repeated else ""),
        )
        for each in taken
    ]
    output.table("Intake", columns, rows)
    for each in taken:
        for row in each.quarantined[:10]:
            output.say(f"  {each.dataset} row {row['row']}: {row['check']}: {row['detail']}")
        if each.not_taken:
            output.say(f"  {each.dataset}: not taken, the agreement does not list it: {', '.join(each.not_taken)}")


def _link_report(counts: dict[str, int], refused: Sequence[Any], json: bool) -> None:
    if json:
        output.document({**counts, "refusals": list(refused)})
        return
    output.facts("Linked", counts)
    for line in refused:
        output.say(f"  refused: {line}")
