"""`hearthline ledger`: the purpose-limitation log, for those who do not want to take our word for it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.attesting import attestations_of
from flows.cli import output
from flows.cli.options import Home, Json, services
from governance.errors import LedgerBroken, Misconfigured
from governance.ledger import verify_export

app = typer.Typer(help="The log of every use of data: check it, prove it, take it away.", no_args_is_help=True)

SHOWN_PROBLEMS = 20


@app.command()
def checkpoint(home: Home = None, json: Json = False) -> None:
    """Sign the log's head and keep the signature."""
    head = services(home).ledger.checkpoint()
    document = {"size": head.size, "root": head.root.hex(), "signed": True, "note": head.note}
    if json:
        output.document(document)
    else:
        output.say(head.note)


@app.command()
def verify(
    export: Annotated[Path | None, typer.Option(help="Check an exported log instead of this home's.")] = None,
    key: Annotated[str | None, typer.Option(help="The public key (verifier key) to check an export with.")] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Recompute the whole log and check it against every signature. Exit 5 where anything does not fit."""
    attested: list[str] = []
    if export is not None:
        if key is None:
            raise Misconfigured(
                "An export is checked with a key that you already trust.",
                "Give it with --key; `hearthline init` printed it.",
                code="KEY_NEEDED",
            )
        found = verify_export(export, key)
    else:
        house = services(home)
        found, attested = house.ledger.verify(), attestations_of(house).problems()
    document = {
        "size": found.size,
        "root": found.root.hex(),
        "signed": found.signed,
        "verified": found.verified and not attested,
        "problems": [*found.problems, *attested],
    }
    if json:
        output.document(document)
    else:
        output.facts("Ledger", {k: v for k, v in document.items() if k != "problems"})
        for problem in [*found.problems, *attested][:SHOWN_PROBLEMS]:
            output.say(f"  {problem}")
    if not document["verified"]:
        first = next(iter([*found.problems, *attested]), "it is not signed")
        what = f"The ledger does not verify: {first}"
        raise LedgerBroken(what, "Keep this home as it is and call the privacy officer.")


@app.command()
def prove(
    entry: Annotated[int, typer.Argument(help="The entry's number, from 0.")],
    size: Annotated[int | None, typer.Option(help="Prove it in the log as it was at this size.")] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Prove that an entry is in the log (RFC 6962, section 2.1.1)."""
    ledger = services(home).ledger
    found, head = ledger.get(entry), ledger.head()
    at = head.size if size is None else size
    proof = [step.hex() for step in ledger.prove(entry, at)]
    document = {"index": entry, "size": at, "leaf": found.leaf.hex(), "proof": proof}
    document["note"] = head.note if at == head.size else None  # a signature over another size would prove nothing
    if json:
        output.document(document)
    else:
        output.facts(f"Entry {entry}", {"kind": found.kind, "at": found.at, "leaf": found.leaf.hex()})
        output.table("Proof", ["step", "hash"], enumerate(proof))


@app.command()
def consistency(
    old: Annotated[int, typer.Argument(help="The smaller size.")],
    new: Annotated[int | None, typer.Argument(help="The larger size; now where it is left out.")] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Prove that the log at one size is the beginning of the log at another (RFC 6962, section 2.1.2)."""
    ledger = services(home).ledger
    to = new if new is not None else ledger.size()
    proof = [step.hex() for step in ledger.consistency(old, to)]
    if json:
        output.document({"old": old, "new": to, "proof": proof})
    else:
        output.table(f"From {old} to {to}", ["step", "hash"], enumerate(proof))


@app.command()
def export(
    out: Annotated[Path, typer.Option(help="The folder to write.")],
    tiles: Annotated[bool, typer.Option("--tiles", help="As C2SP tlog-tiles too, for foreign verifiers.")] = False,
    home: Home = None,
    json: Json = False,
) -> None:
    """Write the log to a folder that anyone can check with Python and the public key alone (`verify.py` in it)."""
    ledger = services(home).ledger
    ledger.export(out, tiles=tiles)
    document = {"folder": str(out), "size": ledger.size(), "ledger_key": ledger.verifier_key}
    if json:
        output.document(document)
    else:
        output.facts("Exported", document)
        output.say(f"Anybody checks it with: python {out}/verify.py {out} {ledger.verifier_key}")
