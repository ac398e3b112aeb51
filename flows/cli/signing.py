"""Commands about the names under a paper: to sign, to make and end keys, and what stands behind each signature."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows import signing
from flows.bootstrap import Services
from flows.cli import output
from flows.cli.agreement import By, Id, Why, report
from flows.cli.options import Home, Json, services
from governance.ids import AgreementId
from governance.mou import Mou

Ask = Annotated[bool, typer.Option("--password", help="Ask for the password of the key file.")]


def register(app: typer.Typer) -> None:
    """Add these commands to those about agreements."""
    for name, command in (("sign", sign), ("key", key), ("keys", keys), ("signatures", signatures)):
        app.command(name)(command)


def sign(
    id: Id,
    *,
    party: Annotated[str, typer.Option(help="owner, recipient or processor; for the memorandum, the agency.")],
    name: Annotated[str, typer.Option(help="Who signs.")],
    key: Annotated[
        Path | None, typer.Option("--key", metavar="FILE", help="Their own key. Default: the one that is kept here.")
    ] = None,
    agency: Annotated[str, typer.Option("--agency", help="For which agency, where the party is several.")] = "",
    password: Ask = False,
    by: By = "data-steward",
    why: Why = "",
    home: Home = None,
    json: Json = False,
) -> None:
    """Sign the document as it stands, with the signatory's key."""
    house = services(home)
    own = signing.read_key(key, _password(password)) if key else None
    signing.sign_with_key(house, AgreementId(id), party=party, name=name, agency=agency, key=own, by=by, why=why)
    if isinstance(house.register.newest(AgreementId(id)).paper, Mou):
        _names(house, id, json)
    else:
        report(house, id, json)


def key(
    *,
    agency: Annotated[str, typer.Option(help="The agency.")],
    name: Annotated[str, typer.Option(help="Who signs for it.")],
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Make a key, and write it there.")] = None,
    public: Annotated[str, typer.Option(metavar="KEY", help="Register this public key instead of making one.")] = "",
    retire: Annotated[bool, typer.Option("--retire", help="End the key: it signs nothing from now on.")] = False,
    password: Ask = False,
    by: By = "data-steward",
    why: Why = "",
    home: Home = None,
    json: Json = False,
) -> None:
    """Make a signatory's key, register one that they made themselves, or end it."""
    if (out is not None) + bool(public) + retire != 1:
        raise typer.BadParameter("Choose one of --out FILE, --public KEY and --retire.")
    house = services(home)
    if retire:
        house.register.signatories.retire(agency, name, by=by, why=why)
    elif out is not None:
        signing.make_key(house, agency=agency, name=name, file=out, by=by, password=_password(password), why=why)
    else:
        house.register.signatories.register(agency, name, public, by=by, why=why)
    _keys(house, agency, json)


def keys(
    *,
    agency: Annotated[str, typer.Option(help="The agency.")],
    require: Annotated[bool, typer.Option("--require", help="Only keys sign for the agency from now on.")] = False,
    by: By = "data-steward",
    why: Why = "",
    home: Home = None,
    json: Json = False,
) -> None:
    """The keys that were ever registered for an agency, and whether anything else signs for it."""
    house = services(home)
    if require:
        house.register.signatories.require(agency, by=by, why=why)
    _keys(house, agency, json)


def signatures(id: Id, home: Home = None, json: Json = False) -> None:
    """Who signed a paper, and what stands behind each signature: a key, an envelope, or somebody's word."""
    _names(services(home), id, json)


def _names(house: Services, id: str, json: bool) -> None:
    newest = house.register.newest(AgreementId(id))
    found = signing.signatures(house, AgreementId(id), newest.version)
    document = {
        "id": id,
        "version": newest.version,
        "sha256": newest.sha256,
        "status": newest.status,
        "signatures": found,
    }
    if json:
        output.document(document)
        return
    output.say(f"{id} version {newest.version}: document {newest.sha256}")
    columns = ["party", "agency", "name", "kind", "custody", "signed_at", "entry"]
    output.table("Signatures", columns, [[getattr(each, name) for name in columns] for each in found])


def _keys(house: Services, agency: str, json: bool) -> None:
    found = [each for each in house.register.signatories.all() if each.agency == agency]
    only = house.register.signatories.keyed_only(agency)
    if json:
        output.document({"agency": agency, "only_keys": only, "signatories": found})
        return
    columns = ["name", "key", "custody", "since", "retired"]
    rows = [[getattr(each, name) for name in columns] for each in found]
    output.table(f"Signatories of {agency}" + (" (only keys sign)" if only else ""), columns, rows)


def _password(ask: bool) -> str | None:
    return typer.prompt("Password", hide_input=True) if ask else None
