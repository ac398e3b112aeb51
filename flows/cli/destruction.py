"""`hearthline agreement destroy` and `hearthline certificate`: the end of an agreement's data, and the proof of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from flows import destroying
from flows.cli import output
from flows.cli.agreement import By, Id, Why
from flows.cli.exit_code import FAILED
from flows.cli.options import Home, Json, services
from governance.destruction.certificate import Certificate, read_certificate
from governance.destruction.inventory import Inventory, Item
from governance.errors import Misconfigured
from governance.ids import AgreementId
from governance.render import render_certificate

app = typer.Typer(help="Certificates of destruction: what was destroyed, and the proof.", no_args_is_help=True)

Out = Annotated[Path | None, typer.Option("--out", help="Folder to write the certificate to: note, JSON, text, page.")]
SHOWN = 40
"""Lines of an inventory that are printed for people; --json prints all."""


def register(agreement: typer.Typer) -> None:
    """Add `destroy` to the commands about agreements."""
    agreement.command()(destroy)


def destroy(  # noqa: PLR0917 (typer passes them by name)
    id: Id,
    by: By = "data-steward",
    why: Why = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be destroyed.")] = False,
    out: Out = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Destroy everything that rests on an agreement that has ended, prove it, and certify it. There is no way back.

    Broken off, it goes on from where it was; done, it shows the certificate.
    """
    house = services(home)
    if dry_run:
        _inventory(AgreementId(id), destroying.destruction_of(house).inventory(AgreementId(id)), json)
        return
    found = destroying.destroy(house, AgreementId(id), by=by, why=why)
    files = destroying.write(found, out) if out else []
    if json:
        output.document(_summary(found) | {"files": files, "items": found.document["items"]})
        return
    output.facts("Destroyed", _summary(found))
    output.say(f"See `hearthline certificate show {id}` for every thing.")
    for file in files:
        output.say(str(file))


@app.command("list")
def list_all(home: Home = None, json: Json = False) -> None:
    """Every certificate that was issued, and what has ended and is still to be destroyed, with the day it is due."""
    rows = destroying.certificates(services(home))
    if json:
        output.document({"certificates": rows})
    else:
        columns = ["agreement", "status", "due_on", "overdue", "issued_at", "entry"]
        output.table("Certificates of destruction", columns, [[row[name] for name in columns] for row in rows])


@app.command()
def show(id: Id, out: Out = None, home: Home = None, json: Json = False) -> None:
    """One certificate, with every thing that was destroyed."""
    found = destroying.destruction_of(services(home)).certificate(AgreementId(id))
    files = destroying.write(found, out) if out else []
    if json:
        output.document(_summary(found) | {"files": files, "certificate": dict(found.document), "note": found.note})
    else:
        output.say(render_certificate(found))


@app.command()
def verify(
    id: Annotated[str | None, typer.Argument(metavar="[ID]", help="The agreement, for example DULA-2026-001.")] = None,
    file: Annotated[
        Path | None, typer.Option(help="Check a certificate's signed note instead, without a home.")
    ] = None,
    key: Annotated[str | None, typer.Option(help="The log's public key to check the note with.")] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Check a certificate: its signature, the log, and by looking again whether anything is there. Exit 1 if so."""
    if file is not None:
        _offline(file, key, json)
        return
    if id is None:
        raise typer.BadParameter("Name an agreement, or a note with --file.")
    house = services(home)
    destruction = destroying.destruction_of(house)
    found = destruction.certificate(AgreementId(id))
    read_certificate(found.note, key or house.ledger.verifier_key)
    scanned = destruction.scan(AgreementId(id))
    left = [item.body() for item in scanned.found]
    document = _summary(found) | {"signed": True, "looked": dict(scanned.looked), "left": left, "holds": not left}
    if json:
        output.document(document)
    else:
        output.facts("Certificate", document | {"left": len(left)})
        _lines("Still there", scanned.found)
    if left:
        raise typer.Exit(FAILED)


def _offline(file: Path, key: str | None, json: bool) -> None:
    if key is None:
        raise Misconfigured(
            "A note is checked with a key that you already trust.",
            "Give it with --key; `hearthline init` printed it.",
            code="KEY_NEEDED",
        )
    try:
        note = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        what = "The note cannot be read."
        raise Misconfigured(what, "Check its path.", code="CERTIFICATE_INVALID") from None
    document = _summary(read_certificate(note, key)) | {"signed": True}
    if json:
        output.document(document)
    else:
        output.facts("Certificate", document)


def _inventory(id: AgreementId, stock: Inventory, json: bool) -> None:
    document = {"agreement": id, "frozen": stock.entry is not None, "sha256": stock.sha256, "counts": stock.counts()}
    if json:
        output.document(document | {"items": [item.body() for item in stock.items]})
        return
    output.facts("Would be destroyed", document | {"things": len(stock.items)})
    _lines("Inventory", stock.items)


def _lines(title: str, items: tuple[Item, ...]) -> None:
    rows = [(each.holding.covers, each.holding.kind, each.holding.id, each.holding.rows) for each in items[:SHOWN]]
    if rows:
        output.table(title, ["what", "kind", "id", "rows"], rows)
    if len(items) > SHOWN:
        output.say(f"… and {len(items) - SHOWN} more (--json prints all).")


def _summary(found: Certificate) -> dict[str, Any]:
    said = found.document
    return {
        "agreement": found.agreement,
        "title": said["agreement"]["title"],
        "owner": said["agreement"]["owner"],
        "issued_at": said["issued_at"],
        "due_on": said["due_on"],
        "in_time": said["in_time"],
        "things": len(said["items"]),
        "looked": said["scan"]["looked"],
        "sha256": found.sha256,
    }
