"""`hearthline attest`: frames for analysts. Drawn, looked through, vouched for, and only then let into the zone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from flows import attesting, zone
from flows.cli import output
from flows.cli.exit_code import CONTRACT, REFUSED
from flows.cli.options import Home, Json, services
from flows.frame_source import Asked, asked_of, canaries_of
from flows.services import Services
from flows.signing import read_key
from governance.attestation.attestation import Attestation
from governance.ids import AgreementId, DatasetId
from signals.attestation.frame import digest
from signals.attestation.report import Report

app = typer.Typer(
    help="Frames for the analytic zone: draw one, look it through, vouch for it, let it in.", no_args_is_help=True
)

File = Annotated[Path, typer.Argument(metavar="FILE", help="The frame: CSV in UTF-8, with a head.")]
Of = Annotated[str, typer.Option("--agreement", help="Under which agreement it would be used.")]
Dataset = Annotated[str, typer.Option("--dataset", help="Of which dataset it is made.")]
By = Annotated[str, typer.Option("--by", help="Who: a staff id.")]
Beside = Annotated[
    list[Path] | None, typer.Option("--beside", help="A frame of the agreement that is in the zone already; each one.")
]
Id = Annotated[str, typer.Argument(metavar="ID", help="The attestation's number, a-…")]


@app.command()
def draw(
    agreement: Of, dataset: Dataset, out: Annotated[Path, typer.Option(help="The CSV to write.")], by: By,
    home: Home = None, json: Json = False,
) -> None:  # fmt: skip
    """Draw a frame from the store, as the agreement lists its columns, without whom it would give away."""
    house = services(home)
    report = attesting.draw_frame(house, _asked(house, agreement, dataset), out, by=by)
    _tell(report, json=json)


@app.command()
def check(  # noqa: PLR0917 (typer passes them by name)
    file: File, agreement: Of, dataset: Dataset, by: By, beside: Beside = None, home: Home = None, json: Json = False
) -> None:
    """Look a frame through: columns, identifiers, canaries, who is alike. Exit 4 where anything stands against it."""
    house = services(home)
    asked = _asked(house, agreement, dataset)
    _tell(attesting.look_through(house, asked, file, by=by, beside=beside or ()), json=json)


@app.command()
def sign(  # noqa: PLR0917 (typer passes them by name)
    file: File,
    agreement: Of,
    dataset: Dataset,
    by: By,
    beside: Beside = None,
    days: Annotated[int | None, typer.Option(help="How long it counts; never longer than the agreement says.")] = None,
    key: Annotated[Path | None, typer.Option(help="Your own key; else the one that the vault keeps for you.")] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Look a frame through once more, and vouch for it. Exit 4 where anything stands against it."""
    house = services(home)
    own = read_key(key) if key is not None else None
    asked = _asked(house, agreement, dataset)
    report, made = attesting.attest(house, asked, file, by=by, beside=beside or (), key=own, days=days)
    if made is None:
        _tell(report, json=json)
        return
    _show(house, made, json=json)


@app.command()
def admit(  # noqa: PLR0917 (typer passes them by name)
    file: File, agreement: Of, dataset: Dataset, by: By, home: Home = None, json: Json = False,
    role: Annotated[str, typer.Option(help="As what.")] = "analyst",
) -> None:  # fmt: skip
    """Let a frame into the analytic zone. Exit 3 where these very bytes are not attested."""
    house = services(home)
    kept = zone.admit(house, _asked(house, agreement, dataset), file, by=by, role=role)
    document = {"file": str(kept), "frame": kept.stem, "agreement": agreement, "dataset": dataset}
    output.document(document) if json else output.facts("In the analytic zone", document)


@app.command()
def verify(file: File, home: Home = None, json: Json = False) -> None:
    """Say whether a file is an attested frame, byte for byte. Exit 3 where it is not, or not any more."""
    house = services(home)
    now = house.clock.now()
    found = [_row(each, now) for each in attesting.attestations_of(house).of_frame(digest(file))]
    held = any(row["status"] == "in force" for row in found)
    if json:
        output.document({"frame": digest(file), "attested": held, "attestations": found})
    else:
        output.say("The file is attested as it is." if held else "Nobody vouches for this file as it is.")
        _table(found)
    if not held:
        raise typer.Exit(REFUSED)


@app.command("list")
def list_all(home: Home = None, json: Json = False) -> None:
    """Every attestation, oldest first."""
    house = services(home)
    now = house.clock.now()
    rows = [_row(each, now) for each in attesting.attestations_of(house).all()]
    output.document({"attestations": rows}) if json else _table(rows)


@app.command()
def show(id: Id, home: Home = None, json: Json = False) -> None:
    """One attestation, with the report that it was signed on."""
    house = services(home)
    _show(house, attesting.attestations_of(house).get(id), json=json)


@app.command()
def withdraw(
    id: Id,
    by: By,
    why: Annotated[str, typer.Option("--why", help="Why, for the log; nothing about a person.")],
    home: Home = None,
    json: Json = False,
) -> None:
    """Take an attestation back: what it let in may not be used from now on, and is taken out of the zone."""
    house = services(home)
    made = attesting.withdraw(house, id, by=by, why=why)
    zone.sweep(house)
    _show(house, made, json=json)


@app.command("zone")
def in_zone(
    sweep: Annotated[bool, typer.Option("--sweep", help="Take out what may not be there any more.")] = False,
    home: Home = None,
    json: Json = False,
) -> None:
    """What is in the analytic zone, and whether it may be. Exit 3 where something may not."""
    house = services(home)
    gone = zone.sweep(house) if sweep else []
    found = list(zone.in_zone(house))
    columns = ["agreement", "dataset", "frame", "status"]
    rows = [{name: getattr(each, name) for name in columns} for each in found]
    if json:
        output.document({"frames": rows, "swept": len(gone)})
    else:
        output.table("In the analytic zone", columns, [list(row.values()) for row in rows])
        if gone:
            output.say(f"{len(gone)} frames were taken out.")
    if any(each.status != "in force" for each in found):
        raise typer.Exit(REFUSED)


@app.command()
def canaries(agreement: Of, dataset: Dataset, by: By, home: Home = None, json: Json = False) -> None:
    """The invented people whom the agency plants in its files, so that it shows where more comes out than should."""
    house = services(home)
    made = canaries_of(house, _asked(house, agreement, dataset), by=by)
    columns = ["first_name", "last_name", "born_on", "ssn", "phone", "email", "street", "number"]
    rows = [{name: getattr(each, name) for name in columns} for each in made]
    if json:
        output.document({"canaries": rows})
    else:
        output.table("Canaries", columns, [list(row.values()) for row in rows])


def _asked(house: Services, agreement: str, dataset: str) -> Asked:
    return asked_of(house, AgreementId(agreement), DatasetId(dataset))


def _tell(report: Report, *, json: bool) -> None:
    output.document(report.body()) if json else _print(report.body())
    if not report.passed:
        raise typer.Exit(CONTRACT)


def _show(house: Services, made: Attestation, *, json: bool) -> None:
    row = _row(made, house.clock.now())
    if json:
        output.document({**row, "report": made.statement.report, "columns": made.statement.columns})
    else:
        output.facts(made.id, {name: value for name, value in row.items() if name != "id"})
        _print(dict(made.statement.report))


def _print(report: dict[str, Any]) -> None:
    alike = dict(report["anonymity"] or {})
    without = alike.pop("without", {})
    facts = {name: report[name] for name in ("frame", "rows", "canaries", "planted", "names", "passed")}
    output.facts("Frame", {**facts, "columns": ", ".join(report["columns"])})
    if alike:
        output.facts("Who is alike", {**alike, "quasi_identifiers": ", ".join(alike["quasi_identifiers"])})
    if without:
        output.table("If one column less were there", ["column left out", "left below k"], list(without.items()))
    findings = [list(each.values()) for each in report["findings"]]
    if findings:
        output.table("What stands against it", ["check", "column", "rows", "detail"], findings)
    else:
        output.say("Nothing stands against it.")


def _row(each: Attestation, now: Any) -> dict[str, Any]:
    said = each.statement
    return {
        "id": each.id,
        "status": each.status(now),
        "agreement": said.agreement,
        "version": said.version,
        "dataset": said.dataset,
        "frame": said.frame,
        "rows": said.rows,
        "by": each.by,
        "signed_at": said.signed_at.isoformat(),
        "expires_at": said.expires_at.isoformat(),
        "entry": each.entry,
    }


def _table(rows: list[dict[str, Any]]) -> None:
    columns = ["id", "status", "agreement", "dataset", "rows", "by", "expires_at", "entry"]
    output.table("Attestations", columns, [[row[name] for name in columns] for row in rows])
