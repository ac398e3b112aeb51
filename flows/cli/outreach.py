"""`hearthline outreach`: texts to families, drafted, sent, and what comes back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from flows import outreaching
from flows.cli import output
from flows.cli.exit_code import CONTRACT
from flows.cli.options import Home, Json, services
from flows.outreaching import OutreachReport, PreviewReport, place_contacts, read_replies, send_offers
from flows.reaching import offers

app = typer.Typer(help="Texts to families: what would go out, what went, what came back.", no_args_is_help=True)

DryRun = Annotated[bool, typer.Option("--dry-run", help="Ask for every clearance, and send nothing.")]


def register(app_: typer.Typer) -> None:
    """Add these commands to the command line."""
    app_.add_typer(app, name="outreach")


@app.command()
def preview(home: Home = None, json: Json = False) -> None:
    """Draft the offers of all open tasks, and send nothing. No number is opened for it."""
    house = services(home)
    found = outreaching.preview(house, offers(house))
    if json:
        output.document(found)
    else:
        _show_drafts(found)


@app.command()
def send(dry_run: DryRun = False, home: Home = None, json: Json = False) -> None:
    """Send each household with an open task its offer, once, where the family said yes twice."""
    house = services(home)
    if not dry_run:
        place_contacts(house)
    _report(send_offers(house, offers(house), dry_run=dry_run), json, dry_run=dry_run)


@app.command()
def invite(dry_run: DryRun = False, home: Home = None, json: Json = False) -> None:
    """Ask everybody who signed up to say yes a second time, once."""
    house = services(home)
    if not dry_run:
        place_contacts(house)
    _report(outreaching.invite(house, dry_run=dry_run), json, dry_run=dry_run)


@app.command()
def receive(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="What families texted: phone, body, received_at.")],
    home: Home = None,
    json: Json = False,
) -> None:
    """Hear what families texted: a no acts at once, whatever the agreements say. Exit 4 where a row cannot be read."""
    found = outreaching.receive(services(home), read_replies(file))
    if json:
        output.document(found)
    else:
        counts = {
            "said yes a second time": found.confirmed,
            "said no": found.stopped,
            "asked for help": found.helped,
            "for a person to read": found.passed_on,
            "answered": found.answered,
            "heard before": found.again,
            "could not be read": found.unreadable,
        }
        output.facts("What came back", counts)
        if found.unreadable_rows:
            output.say(f"Rows that could not be read: {', '.join(map(str, found.unreadable_rows))}.")
    if found.unreadable:
        raise typer.Exit(CONTRACT)


def _report(found: OutreachReport, json: bool, *, dry_run: bool) -> None:
    if json:
        plain = {name: getattr(found, name) for name in OutreachReport.__slots__}
        output.document({**plain, "dry_run": dry_run})
        return
    went = "would be sent" if dry_run else "sent"
    counts = {f"offers {went}": found.sent, f"invitations {went}": found.invited, "sent before": found.already}
    output.facts("Texts", counts)
    _show_held(found.held)


def _show_drafts(found: PreviewReport) -> None:
    for each in found.drafts:
        output.say(f"\n{each.household}  {each.task}")
        if each.body:
            output.say(f"  {each.body}")
            output.say(f"  {each.template}, {each.language}, {each.encoding}, parts: {each.segments}")
        if each.held:
            output.say(f"  held: {each.held}")
    output.say(f"\n{found.would_send} of {len(found.drafts)} could go out now, if governance clears them.")
    _show_held(found.held)


def _show_held(held: Iterable[Mapping[str, Any]]) -> None:
    rows = [(each["reason"], each["count"]) for each in held]
    if rows:
        output.table("Held; a caseworker reaches these", ["why", "texts"], rows)
