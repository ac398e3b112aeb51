"""`hearthline agreement`: the papers, and their standing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from flows.bootstrap import Services
from flows.cli import output
from flows.cli.options import Home, Json, services
from flows.signing import signatures
from governance.document import signed
from governance.draft import complete, placeholders
from governance.expiry_warning import warning
from governance.ids import AgreementId
from governance.officer import is_program
from governance.policy import read_agreement
from governance.register import Standing
from governance.signing.signature import missing

app = typer.Typer(help="Agreements: what stands, and the moves between draft and closed.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(metavar="ID", help="The agreement, for example DULA-2026-001.")]
File = Annotated[Path, typer.Argument(metavar="FILE", help="The agreement as YAML.")]


def a_person(by: str) -> str:
    """A staff id as it was given; Hearthline's own ids are nobody's to give."""
    if is_program(by):
        raise typer.BadParameter("That is Hearthline's own id: say who you are.")
    return by


By = Annotated[str, typer.Option("--by", callback=a_person, help="Who makes this move: a staff id.")]
Why = Annotated[str, typer.Option("--why", help="Why, for the log.")]
SignedBy = Annotated[
    list[str] | None, typer.Option("--signed-by", metavar="PARTY=NAME", help="owner=NAME and recipient=NAME.")
]


@app.command("list")
def list_all(home: Home = None, json: Json = False) -> None:
    """All agreements and their standing."""
    house = services(home)
    rows = [_summary(house, standing) for standing in house.register.all()]
    if json:
        output.document({"agreements": rows})
    else:
        columns = ["id", "version", "status", "stopped", "owner", "datasets", "expires", "expires_within", "title"]
        output.table("Agreements", columns, [[row[name] for name in columns] for row in rows])


@app.command()
def show(id: Id, home: Home = None, json: Json = False) -> None:
    """One agreement: its standing, its history, and its terms."""
    house = services(home)
    standing = house.register.get(AgreementId(id))
    names = signatures(house, AgreementId(id), standing.version)
    document = _standing(house, standing) | {
        "signatures": names,
        "agreement": standing.agreement.model_dump(mode="json"),
    }
    if json:
        output.document(document)
        return
    _print(house, standing)
    output.table(
        "Signatures",
        ["party", "agency", "name", "kind", "custody"],
        [(each.party, each.agency, each.name, each.kind, each.custody) for each in names],
    )
    for dataset in standing.agreement.datasets:
        rows = [(each.name, each.class_, ", ".join(each.zones), ", ".join(each.actions)) for each in dataset.fields]
        output.table(dataset.id, ["field", "class", "zones", "actions"], rows)


@app.command()
def check(file: File, home: Home = None, json: Json = False) -> None:
    """Read an agreement file and say whether it is complete and what it still needs. Changes nothing."""
    agreement = read_agreement(file)
    house = services(home)
    unknown = sorted({each.id for each in agreement.datasets} - set(house.feeds))
    document = {
        "id": agreement.id,
        "version": agreement.version,
        "status": "readable",
        "history": [],
        "unknown_datasets": unknown,
        "unsigned": sorted(missing("agreement", signed(agreement))),
        "missing": placeholders(agreement),
    }
    if json:
        output.document(document)
    else:
        output.facts("Readable", document)


@app.command()
def submit(file: File, by: By = "data-steward", why: Why = "", home: Home = None, json: Json = False) -> None:
    """Put a new agreement on file, as a draft under review."""
    house = services(home)
    agreement = complete(read_agreement(file))
    house.register.submit(agreement, by=by, why=why)
    report(house, agreement.id, json)


@app.command()
def approve(id: Id, by: By = "council", why: Why = "", home: Home = None, json: Json = False) -> None:
    """Approve what is under review; it can then be signed. Of a council with members, this is one member's vote."""
    house = services(home)
    house.register.approve(AgreementId(id), by=by, why=why)
    report(house, id, json)


@app.command()
def activate(id: Id, by: By = "data-steward", why: Why = "", home: Home = None, json: Json = False) -> None:
    """Put a signed agreement into force."""
    house = services(home)
    house.register.activate(AgreementId(id), by=by, why=why)
    report(house, id, json)


@app.command()
def suspend(id: Id, by: By = "privacy-officer", why: Why = "", home: Home = None, json: Json = False) -> None:
    """Stop every use under an agreement, from the next read on."""
    house = services(home)
    house.register.suspend(AgreementId(id), by=by, why=why)
    report(house, id, json)


@app.command()
def resume(id: Id, by: By = "privacy-officer", why: Why = "", home: Home = None, json: Json = False) -> None:
    """Lift a suspension."""
    house = services(home)
    house.register.resume(AgreementId(id), by=by, why=why)
    report(house, id, json)


@app.command()
def amend(
    file: File, signed_by: SignedBy = None, by: By = "data-steward", home: Home = None, json: Json = False
) -> None:
    """Put a new version on file. It is in force once both parties have signed it; until then the old one is."""
    house = services(home)
    agreement = complete(read_agreement(file))
    house.register.amend(agreement, signed_by=_parties(signed_by or []), by=by)
    report(house, agreement.id, json)


@app.command()
def terminate(id: Id, by: By = "data-steward", why: Why = "", home: Home = None, json: Json = False) -> None:
    """End an agreement for good. What it brought in may no longer be used, and awaits destruction."""
    house = services(home)
    house.register.terminate(AgreementId(id), by=by, why=why)
    report(house, id, json)


def report(house: Services, id: str, json: bool) -> None:
    """Print where an agreement stands, and what it still needs."""
    standing = house.register.get(AgreementId(id))
    if json:
        output.document(_standing(house, standing))
    else:
        _print(house, standing)
        for step in house.register.next_steps(AgreementId(id)):
            output.say(f"Next: {step}")


def _print(house: Services, standing: Standing) -> None:
    output.facts(standing.agreement.title, _summary(house, standing))
    output.table(
        "History",
        ["at", "move", "said", "version", "by", "why"],
        [[move[name] for name in ("at", "move", "said", "version", "by", "why")] for move in _history(standing)],
    )


def _summary(house: Services, standing: Standing) -> dict[str, Any]:
    stopped = house.register.objection(standing.agreement.id, house.clock.now())
    return {
        "id": standing.agreement.id,
        "version": standing.version,
        "status": str(standing.status),
        "stopped": stopped.code if stopped else None,
        "title": standing.agreement.title,
        "owner": standing.agreement.parties.owner.agency,
        "datasets": len(standing.agreement.datasets),
        "expires": standing.agreement.term.expires,
        "expires_within": warning(standing.agreement.term.expires, house.clock.today()),
        "mediation": standing.mediation,
        "breaches": sorted(standing.breaches),
    }


def _standing(house: Services, standing: Standing) -> dict[str, Any]:
    next_steps = list(house.register.next_steps(standing.agreement.id))
    return _summary(house, standing) | {"history": _history(standing), "next": next_steps}


def _history(standing: Standing) -> list[dict[str, Any]]:
    return [
        {
            "at": each.at,
            "move": each.move,
            "said": each.said or None,
            "version": each.version,
            "by": each.by,
            "why": each.why,
        }
        for each in standing.history
    ]


def _parties(pairs: list[str]) -> dict[str, str]:
    split = [pair.partition("=") for pair in pairs]
    if any(not name for _, _, name in split):
        raise typer.BadParameter("--signed-by takes PARTY=NAME, for example --signed-by owner=steward-7.")
    return {party: name for party, _, name in split}
