"""`hearthline agreement envelope`: a paper sent to those who sign it, asked after, called back, filed."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

import typer

from flows import enveloping
from flows.bootstrap import Services
from flows.cli import output
from flows.cli.agreement import By, Id, Why
from flows.cli.options import Home, Json, services
from flows.enveloping import Told
from governance.ids import AgreementId

app = typer.Typer(help="Envelopes: an agreement out for signature, here or through a service.", no_args_is_help=True)

Which = Annotated[str, typer.Option("--envelope", metavar="E", help="Which one. Default: the newest.")]


def register(agreements: typer.Typer) -> None:
    """Add these commands to those about agreements."""
    agreements.add_typer(app, name="envelope")


@app.command()
def send(
    id: Id,
    *,
    signers: Annotated[Path, typer.Option("--signers", metavar="FILE", help="Who signs, as YAML.")],
    by: By = "data-steward",
    home: Home = None,
    json: Json = False,
) -> None:
    """Send an approved agreement to those who sign it. Sent already, it is not sent twice."""
    house = services(home)
    _report(house, id, enveloping.send(house, AgreementId(id), signers, by=by), json)


@app.command()
def status(id: Id, envelope: Which = "", home: Home = None, json: Json = False) -> None:
    """Ask where an agreement's envelope is, and write down what was signed since."""
    house = services(home)
    _report(house, id, enveloping.refresh(house, AgreementId(id), envelope), json)


@app.command()
def void(
    id: Id, envelope: Which = "", by: By = "data-steward", why: Why = "", home: Home = None, json: Json = False
) -> None:
    """Call an agreement's envelope back. The version that it holds is voided."""
    house = services(home)
    _report(house, id, enveloping.void(house, AgreementId(id), envelope, by=by, why=why), json)


@app.command()
def document(
    id: Id,
    *,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where the document goes.")],
    envelope: Which = "",
    home: Home = None,
    json: Json = False,
) -> None:
    """Fetch the completed document, and hold it against the hash that is on record."""
    house = services(home)
    found, recorded = enveloping.document(house, AgreementId(id), envelope)
    out.write_bytes(found)
    sha256 = hashlib.sha256(found).hexdigest()
    facts = {"id": id, "file": str(out), "sha256": sha256, "recorded": recorded, "same": sha256 == recorded}
    if json:
        output.document(facts)
    else:
        output.facts("Document", facts)


def _report(house: Services, id: str, told: Told, json: bool) -> None:
    newest = house.register.newest(AgreementId(id))
    facts = {
        "id": id,
        "version": newest.version,
        "status": newest.status,
        "envelope": told.envelope,
        "service": told.service,
        "envelope_status": told.status,
        "moves": told.moves,
    }
    if json:
        output.document(facts | {"signers": told.signers})
        return
    output.facts("Envelope", facts | {"moves": ", ".join(told.moves)})
    columns = ["party", "agency", "name", "status", "at"]
    output.table("Signers", columns, [[getattr(each, name) for name in columns] for each in told.signers])
