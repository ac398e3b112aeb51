"""Witnesses, from both ends: what the log's keeper asks and keeps, and what another office signs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from flows.cli import output
from flows.cli.options import Home, Json, services
from flows.services import Services
from governance.clock import SystemClock
from governance.errors import Misconfigured
from governance.keystore import FileKeyStore
from governance.ledger.cosign import read_witness_key, witness_key
from governance.ledger.witness import Witness, read_request
from governance.ledger.witnessing import Witnessing
from governance.vault import Vault

app = typer.Typer(help="Be a witness of another office's log: no home, no database, a folder of one's own.")

Folder = Annotated[Path, typer.Option("--folder", help="The witness's own folder: its key, and what it remembers.")]
Name = Annotated[str, typer.Option("--name", help="The witness's name in its signatures, like audit.example/one.")]


def register(ledger: typer.Typer, root: typer.Typer) -> None:
    """Add these commands to the command line."""
    for name, command in (("ask-witness", ask_witness), ("cosign", cosign), ("witnesses", witnesses)):
        ledger.command(name)(command)
    root.add_typer(app, name="witness")


def ask_witness(
    old: Annotated[int, typer.Option(help="The size that the witness signed last; 0 for its first.")] = 0,
    out: Annotated[Path | None, typer.Option(help="The file to write; else it is printed.")] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """What to send to a witness: the newest kept head, and the proof that it grows out of the last one it signed."""
    text = witnessing_of(services(home)).request(old).text()
    if out is not None:
        out.write_text(text, encoding="utf-8")
    if json:
        output.document({"old": old, "file": out, "request": None if out else text})
    elif out is None:
        typer.echo(text, nl=False)
    else:
        output.say(f"Written to {out}: send it to the witness, who runs `hearthline witness sign`.")


def cosign(
    file: Annotated[Path, typer.Argument(help="The signature line that the witness sent back.")],
    size: Annotated[int, typer.Option(help="The size of the head that it signed.")],
    witness: Annotated[str, typer.Option(help="The witness's public key; one of HEARTHLINE_WITNESSES.")],
    home: Home = None,
    json: Json = False,
) -> None:
    """Keep a witness's signature below the head that it signed."""
    house = services(home)
    if witness not in house.settings.witnesses:
        what = "That is the key of no witness that this installation trusts."
        raise Misconfigured(what, "Name it in HEARTHLINE_WITNESSES.", code="WITNESS_UNKNOWN")
    kept = witnessing_of(house).keep(size, _text(file), witness)
    if json:
        output.document({"witness": kept.witness, "at": kept.at, "size": size})
    else:
        output.say(f"{kept.witness} signed the head at {size} entries on {kept.at}.")


def witnesses(home: Home = None, json: Json = False) -> None:
    """Who is trusted as a witness, up to where they signed, and whether there are as many as are asked for."""
    house = services(home)
    size, found = witnessing_of(house).witnessed(house.settings.witnesses)
    document = {
        "size": size,
        "behind": house.ledger.size() - size,
        "signed": [{"witness": each.witness, "at": each.at} for each in found],
        "trusted": [read_witness_key(key)[0] for key in house.settings.witnesses],
        "quorum": house.settings.witness_quorum,
        "reached": len(found) >= house.settings.witness_quorum,
    }
    if json:
        output.document(document)
        return
    output.table("Signed by", ["witness", "at"], [(each.witness, each.at) for each in found])
    shown = ("size", "behind", "quorum", "reached")
    trusted = ", ".join(read_witness_key(key)[0] for key in house.settings.witnesses)
    output.facts("Witnesses", {"trusted": trusted or None} | {name: document[name] for name in shown})


@app.command()
def init(folder: Folder, name: Name, json: Json = False) -> None:
    """Make a witness's key. Give the public one, that is printed, to whoever keeps the log, and to auditors."""
    public = witness_key(name, _key(folder).public_key())
    if json:
        output.document({"witness_key": public})
    else:
        typer.echo(public)


@app.command()
def sign(
    request: Annotated[Path, typer.Argument(help="What `hearthline ledger ask-witness` wrote.")],
    folder: Folder,
    name: Name,
    log: Annotated[str, typer.Option("--log", help="The log's public key, which this witness trusts.")],
    out: Annotated[Path | None, typer.Option(help="The file to write; else it is printed.")] = None,
    json: Json = False,
) -> None:
    """Sign a head, if it grows out of the one that was signed last. Send the line back to the log's keeper."""
    witness = Witness(name, _key(folder), log, folder / "memory.json")
    asked = read_request(_text(request))
    line = witness.sign(asked, SystemClock().now())
    if out is not None:
        out.write_text(line, encoding="utf-8")
    if json:
        output.document({"size": witness.remembers()[0], "file": out, "line": None if out else line})
    elif out is None:
        typer.echo(line, nl=False)
    else:
        output.say(f"Signed {witness.remembers()[0]} entries; written to {out}.")


def witnessing_of(house: Services) -> Witnessing:
    """The log's side of witnessing, for an installation."""
    return Witnessing(house.ledger_engine, house.ledger)


def _key(folder: Path) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(Vault(FileKeyStore(folder)).secret("witness"))


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise Misconfigured(f"{file.name} cannot be read.", "Check its path.", code="WITNESS_REQUEST") from None
