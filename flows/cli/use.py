"""`hearthline use`: what the agreements say to a use of data, without performing it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from flows.cli import output
from flows.cli.exit_code import REFUSED
from flows.cli.options import Home, Json, services
from governance.catalogue import catalogue
from governance.decision import Decision
from governance.use_document import read_use
from governance.use_entry import plain

app = typer.Typer(help="Decide a use of data without performing it.", no_args_is_help=True)

_UNASKED = frozenset({"MALFORMED"})
"""Where one of these fails, no other clause was asked."""


@app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The use as JSON.")],
    home: Home = None,
    json: Json = False,
) -> None:
    """Decide one use, write the decision down, perform nothing. Exit 3 where it is refused."""
    house = services(home)
    use, at = read_use(file, now=house.clock.now())
    before = house.ledger.size()
    decision = house.gate.attempt(use, at=at, hypothetical=True)
    owing = decision.obligations
    document = {
        "decision": "permit" if decision.permitted else "refuse",
        "reasons": [plain(each) for each in decision.reasons],
        "agreements": [{"id": id, "version": version} for id, version in decision.agreements],
        "obligations": None if owing is None else owing.body(),
        "clauses": _clauses(decision),
        "entry": before,
    }
    if json:
        output.document(document)
    else:
        _print(document)
    if not decision.permitted:
        raise typer.Exit(REFUSED)


@app.command()
def clauses(json: Json = False) -> None:
    """Every clause that a use is held to, in words, with the law or the part of the agreement that it comes from."""
    known = [{"code": each.code, "refuses": each.says, "source": each.source} for each in catalogue()]
    if json:
        output.document({"clauses": known})
    else:
        output.table("Clauses", ["code", "refuses", "source"], [list(each.values()) for each in known])


def _clauses(decision: Decision) -> list[dict[str, Any]]:
    """Every clause with what became of it: `holds`, `fails`, or `not asked`."""
    failing = {reason.code for reason in decision.reasons}
    rest = "not asked" if failing and failing <= _UNASKED else "holds"
    return [
        {
            "code": each.code,
            "refuses": each.says,
            "source": each.source,
            "answer": "fails" if each.code in failing else rest,
        }
        for each in catalogue()
    ]


def _print(document: dict[str, Any]) -> None:
    output.say(f"{document['decision']} (ledger entry {document['entry']})")
    output.table(
        "Clauses", ["code", "refuses", "source", "answer"], [list(each.values()) for each in document["clauses"]]
    )
    output.table("Reasons", ["code", "clause", "detail"], [list(each.values()) for each in document["reasons"]])
    if document["obligations"] is not None:
        output.facts("What this use owes", {name: _shown(value) for name, value in document["obligations"].items()})


def _shown(value: object) -> object:
    return ", ".join(value) if isinstance(value, list) else value
