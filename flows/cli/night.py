"""`hearthline nightly`, `why` and `queue`: the main job, and what a caseworker sees of it."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.bootstrap import read_settings
from flows.cli import output
from flows.cli.data import parse_day
from flows.cli.exit_code import REFUSED
from flows.cli.options import AsOf, Home, Json, services
from flows.night_report import NightReport, is_done, last_report
from flows.reading import Reader
from governance.ids import HouseholdId


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("nightly")(nightly)
    app.command("why")(why)
    app.command("queue")(queue)


def nightly(as_of: AsOf = None, home: Home = None, json: Json = False) -> None:
    """The main job: link, look, decide, hand out, sign. Running it again goes on where it stopped.

    Exit 3 only where nothing could run; a part that an agreement refuses is named, and the rest is done.
    """
    house = services(home)  # says at once what is wrong with the installation, before Prefect takes its time to start
    day = parse_day(as_of) or house.clock.today()
    repeated = is_done(house, day)
    from flows.prefect_home import prepare

    prepare(read_settings(home).home)
    from flows.nightly import run  # Prefect reads its settings when it is first imported
    from flows.progress import watching

    with watching("Night") as observer:
        run(read_settings(home).home, day, observer)
    report = last_report(house, day, repeated=repeated)
    if json:
        output.document(report)
    else:
        show(report)
    if not report.ran:
        raise typer.Exit(REFUSED)


def why(
    household: Annotated[str, typer.Argument(help="The household, as the queue names it (hh-…).")],
    as_of: AsOf = None,
    worker: Annotated[str, typer.Option(help="Who asks: a staff id.")] = "worker-1",
    home: Home = None,
    json: Json = False,
) -> None:
    """Why a household is on the list: every fact with its source, dates, agreement, grant, delivery and row."""
    found = Reader(services(home)).why(HouseholdId(household), as_of=parse_day(as_of), worker=worker)
    if json:
        output.document(found)
        return
    output.facts(household, {"tier": found.tier, "due on": found.due_on, "looked from": found.as_of})
    for line in found.not_known:
        output.say(line)
    for reason in found.reasons:
        output.say(f"\n{reason.text}")
        output.say(f"  {reason.citation}")
        columns = ["value", "happened on", "known on", "dataset", "agreement", "grant", "delivery", "row"]
        rows = [
            (f.value, f.occurred_on, f.known_on, f.dataset, f.agreement, f.grant, f.delivery, f.row)
            for f in reason.facts
        ]
        output.table("", columns, rows)


def queue(
    worker: Annotated[str | None, typer.Option(help="Only this worker's tasks.")] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """The tasks to do, most urgent first."""
    found = Reader(services(home)).queue(worker)
    if json:
        output.document(found)
        return
    output.say(f"{len(found.tasks)} tasks, most urgent first. An alert is an offer: it decides nothing.")
    for task in found.tasks:
        output.say(f"\n{task.household}  tier {task.tier}, due {task.due_on}, {task.owner}, {task.id}")
        for reason in task.reasons:
            output.say(f"  - {reason}")
        output.say(f"  Help there is: {', '.join(task.programmes)}")
    for line in found.refusals:
        output.say(f"  withheld: {line}")
    for line in found.not_known:
        output.say(f"  {line}")


def show(report: NightReport) -> None:
    """Print a night's report for people."""
    counts = {
        "looked from": report.as_of,
        "run": report.run,
        "households": report.households,
        "persons": report.persons,
        "signals": report.signals,
        "households with a reason": report.alerts,
        "tasks open": report.tasks,
        "ledger entries": report.ledger_size,
    }
    output.facts("Night" + (" (done before; nothing changed)" if report.repeated else ""), counts)
    output.table("Stages", ["stage", "seconds"], [(name, f"{value:.2f}") for name, value in report.seconds.items()])
    for refusal in report.refusals:
        output.say(f"  refused: {refusal.what}: {refusal.code}: {refusal.detail}")
    for each in report.unheard:
        output.say(f"  {each['text']}")
    for rule in report.skipped:
        output.say(f"  not asked: rule {rule['rule']}: it rests on {rule['missing']}")
