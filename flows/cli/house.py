"""`hearthline init`, `demo`, `serve` and `doctor`: the installation itself.

What one command needs and the others do not is imported when it runs: a command should not wait for a web server that
it does not start.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.bootstrap import initialise, read_settings
from flows.cli import output
from flows.cli.exit_code import FAILED
from flows.cli.options import Home, Json, services


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("init")(init)
    app.command("demo")(demo)
    app.command("serve")(serve)
    app.command("doctor")(doctor)


def init(home: Home = None, json: Json = False) -> None:
    """Set up a home: databases, vault keys, ledger key, and the policy's agreements. Again: changes nothing."""
    house = initialise(read_settings(home))
    document = {
        "home": str(house.settings.home),
        "database": house.engine.url.render_as_string(hide_password=True),
        "ledger_key": house.ledger.verifier_key,
        "policy": str(house.settings.policy or "the packaged example Commonwealth"),
        "agreements": [standing.agreement.id for standing in house.register.all()],
    }
    if json:
        output.document(document)
    else:
        output.facts("Ready", {**document, "agreements": ", ".join(document["agreements"])})
        output.say("Keep the ledger key somewhere else too: with it, anyone can check an exported log.")


def demo(
    households: Annotated[int, typer.Option(min=20, help="Invented households.")] = 2_000,
    seed: Annotated[int, typer.Option()] = 7,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Show the pages when done.")] = True,
    port: Annotated[int, typer.Option()] = 8000,
    home: Home = None,
    json: Json = False,
) -> None:
    """The whole job on invented people: files, intake, a night, tasks; then the pages."""
    from flows.demo import Demo
    from flows.progress import watching

    with watching("Demo") as observer:
        report = Demo(read_settings(home), households=households, seed=seed, observer=observer).run()
    if json:
        output.document(report)
    else:
        _show_demo(report.as_rows())
    if serve:
        _serve(home, port)


def serve(
    port: Annotated[int, typer.Option()] = 8000,
    steward: Annotated[str, typer.Option(help="A data steward's staff id, whose pages about links these are.")] = "",
    home: Home = None,
) -> None:
    """Serve the pages on this machine only."""
    _serve(home, port, steward)


def doctor(home: Home = None, json: Json = False) -> None:
    """Say whether this installation is what it should be. Exit 1 where it is not."""
    from flows.doctor import examine

    checks = examine(read_settings(home))
    if json:
        output.document({"checks": checks})
    else:
        rows = [("ok" if check.ok else "NO", check.name, check.detail) for check in checks]
        output.table("Doctor", ["", "check", "detail"], rows)
    if not all(check.ok for check in checks):
        raise typer.Exit(FAILED)


def _serve(home: Path | None, port: int, steward: str = "") -> None:
    from flows.serving import serve as serve_console

    serve_console(services(home), port=port, steward=steward)


def _show_demo(rows: dict[str, object]) -> None:
    output.facts("One night, from files to tasks", rows)
    output.say("")
    output.say("Next: `hearthline queue`, `hearthline why HOUSEHOLD`, `hearthline ledger verify`.")
