"""`hearthline mou`: the statewide memorandum, who takes part in it, and who answers for what at each agency."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from flows import signing
from flows.cli import output
from flows.cli.agreement import By, Why
from flows.cli.options import Home, Json, services
from flows.services import Services
from governance.directory import directory, participants
from governance.errors import Misconfigured
from governance.standing import MouStanding

app = typer.Typer(help="The memorandum: its floor, its agencies, joining and leaving.", no_args_is_help=True)

Agency = Annotated[str, typer.Option("--agency", help="The agency, for example DPH.")]


@app.command()
def show(home: Home = None, json: Json = False) -> None:
    """The memorandum as it stands, its agencies with their coordinators, and who answers for which agreement."""
    house = services(home)
    document = _document(house)
    if json:
        output.document(document)
        return
    plain = {name: value for name, value in document.items() if not isinstance(value, list | dict | tuple)}
    output.facts(document["id"], plain | document["floor"])
    columns = ["agency", "coordinator", "takes_part", "since", "left"]
    output.table("Agencies", columns, [[getattr(row, name) for name in columns] for row in document["participants"]])
    columns = ["agency", "agreement", "party", "office", "who"]
    output.table("Directory", columns, [[getattr(row, name) for name in columns] for row in document["directory"]])


@app.command()
def join(
    *,
    agency: Agency,
    name: Annotated[str, typer.Option(help="The coordinator who signs for it.")],
    key: Annotated[
        Path | None, typer.Option("--key", metavar="FILE", help="Their own key. Default: the one that is kept here.")
    ] = None,
    by: By = "coordinator",
    why: Why = "",
    home: Home = None,
    json: Json = False,
) -> None:
    """An agency joins: its coordinator signs the memorandum that is in force, as it stands."""
    house = services(home)
    own = signing.read_key(key) if key else None
    id = _standing(house).mou.id
    signing.sign_with_key(house, id, party=agency, agency=agency, name=name, key=own, by=by, why=why)
    _participants(house, json)


@app.command()
def leave(agency: Agency, by: By = "coordinator", why: Why = "", home: Home = None, json: Json = False) -> None:
    """An agency leaves: from the next read on, no agreement that it is a party to permits anything."""
    house = services(home)
    house.register.leave(_standing(house).mou.id, agency, by=by, why=why)
    _participants(house, json)


def _participants(house: Services, json: bool) -> None:
    document = _document(house)
    if json:
        output.document(document)
        return
    columns = ["agency", "coordinator", "takes_part", "since", "left"]
    output.table("Agencies", columns, [[getattr(row, name) for name in columns] for row in document["participants"]])


def _document(house: Services) -> dict[str, Any]:
    standing = _standing(house)
    made = signing.signatures(house, standing.mou.id, standing.version)
    signed = {each.party: (each.name, each.signed_at) for each in made}
    mou = standing.mou
    return {
        "id": mou.id,
        "version": standing.version,
        "status": standing.status,
        "flaw": standing.flaw or None,
        "effective": mou.effective,
        "expires": mou.expires,
        "sha256": standing.sha256,
        "floor": mou.floor.model_dump(mode="json"),
        "participants": participants(standing, signed),
        "directory": directory(house.register.papers()),
        "history": [
            {"at": each.at, "move": each.move, "said": each.said or None, "by": each.by, "why": each.why}
            for each in standing.history
        ],
    }


def _standing(house: Services) -> MouStanding:
    standing = house.register.mou()
    if standing is None:
        what = "No memorandum is on file."
        raise Misconfigured(what, "Run `hearthline init` with a policy that holds one.", code="MOU_MISSING")
    return standing
