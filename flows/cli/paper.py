"""Commands about the paper itself: written down for others, held against another text, drafted, and its excess."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from flows.bootstrap import Services
from flows.cli import output
from flows.cli.agreement import Id
from flows.cli.options import Home, Json, services
from flows.drafting import Drafted
from flows.drafting import draft as drafted
from flows.excess import excess
from governance.comparison import Change, compare
from governance.document import Paper
from governance.document_yaml import to_yaml
from governance.draft import placeholders
from governance.errors import Misconfigured
from governance.ids import AgreementId, DatasetId
from governance.policy import read_agreement

Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write it there instead of printing it.")]


def register(app: typer.Typer) -> None:
    """Add these commands to those about agreements."""
    for name, command in (("export", export), ("diff", diff), ("draft", draft), ("unused", unused)):
        app.command(name)(command)


def export(
    id: Annotated[str | None, typer.Argument(metavar="[ID]", help="The paper; with --cedar, all of them.")] = None,
    *,
    yaml: Annotated[bool, typer.Option("--yaml", help="The paper as YAML (the default).")] = False,
    odrl: Annotated[bool, typer.Option("--odrl", help="ODRL 2.2 with DPV terms, as JSON-LD.")] = False,
    cedar: Annotated[bool, typer.Option("--cedar", help="The policies that the second opinion decides by.")] = False,
    out: Out = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Write an agreement down for others: as the paper, for a catalogue, or as policies."""
    if yaml + odrl + cedar > 1:
        raise typer.BadParameter("Choose one of --yaml, --odrl and --cedar.")
    house = services(home)
    form = "odrl" if odrl else "cedar" if cedar else "yaml"
    if id is None and not cedar:
        raise typer.BadParameter("Name the paper; only --cedar exports all of them at once.")
    newest = house.register.newest(AgreementId(id) if id else _memorandum(house))
    text = _text(house, newest.paper, form)
    if out is not None:
        out.write_text(text, encoding="utf-8")
    document: dict[str, Any] = {
        "id": newest.paper.id,
        "version": newest.version,
        "status": newest.status,
        "form": form,
        "sha256": newest.sha256,
        "file": out,
        "text": None if out else text,
    }
    if json:
        output.document(document)
    elif out is None:
        typer.echo(text, nl=False)
    else:
        output.say(f"Written to {out}.")


def diff(
    id: Id,
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="Compare with this text.")] = None,
    from_: Annotated[int | None, typer.Option("--from", metavar="V", help="The older version.")] = None,
    to: Annotated[int | None, typer.Option("--to", metavar="V", help="The newer version. Default: the newest.")] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """What differs between two texts, key by key, and which way each difference goes."""
    house = services(home)
    newest = house.register.newest(AgreementId(id))
    last = newest.version if to is None else to
    after = read_agreement(file) if file else house.register.text(AgreementId(id), last)
    before = _before(house, AgreementId(id), from_, last, with_file=file is not None)
    changes = compare(before, after)
    document = {
        "id": id,
        "from": before.version,
        "to": str(file) if file else after.version,
        "version": newest.version,
        "status": newest.status,
        "looser": sum(change.effect == "looser" for change in changes),
        "stricter": sum(change.effect == "stricter" for change in changes),
        "changes": changes,
    }
    if json:
        output.document(document)
        return
    output.say(f"{len(changes)} differences: {document['looser']} looser, {document['stricter']} stricter.")
    output.table("Differences", ["effect", "key", "before", "after", "what it is"], map(_row, changes))


def draft(
    *,
    purpose: Annotated[str, typer.Option(help="What the data is to be used for.")],
    dataset: Annotated[
        list[str] | None, typer.Option("--dataset", metavar="D", help="A dataset; again for more.")
    ] = None,
    owner: Annotated[str, typer.Option("--owner", metavar="AGENCY", help="The agency that owns them.")] = "",
    id: Annotated[str, typer.Option("--id", help="The agreement's id. Default: the next free one.")] = "",
    out: Out = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Draft an agreement: exactly the fields and actions that the purpose needs here, with what each is needed for."""
    if not dataset and not owner:
        raise typer.BadParameter("Name the datasets (--dataset) or their owner (--owner).")
    house = services(home)
    made = drafted(
        house,
        purpose=purpose,
        datasets=[DatasetId(name) for name in dataset or []],
        owner=owner,
        id=AgreementId(id) if id else None,
    )
    if out is not None:
        out.write_text(made.text, encoding="utf-8")
    if json:
        output.document(_drafted(made, out))
    elif out is None:
        typer.echo(made.text, nl=False)
    else:
        fields = sum(len(each.fields) for each in made.paper.datasets)
        output.say(f"{made.paper.id}: {fields} fields of {len(made.paper.datasets)} datasets, written to {out}.")
        output.say(f"Still missing: {', '.join(placeholders(made.paper))}.")


def unused(id: Id, home: Home = None, json: Json = False) -> None:
    """What an agreement lists and nothing here needs: fields, and actions on fields."""
    house = services(home)
    newest = house.register.newest(AgreementId(id))
    standing = house.register.get(AgreementId(id))
    found = excess(house, standing.agreement)
    if json:
        output.document({"id": id, "version": standing.version, "status": newest.status, "unused": found})
        return
    rows = [(each.dataset, each.field, ", ".join(each.actions), each.why) for each in found]
    output.table(f"{id} lists and nothing needs", ["dataset", "field", "actions", "why"], rows)


def _drafted(made: Drafted, out: Path | None) -> dict[str, Any]:
    return {
        "id": made.paper.id,
        "version": made.paper.version,
        "status": "not handed in",
        "datasets": {each.id: [field.name for field in each.fields] for each in made.paper.datasets},
        "missing": placeholders(made.paper),
        "also_needed": made.also_needed,
        "to_name_it": made.to_name_it,
        "file": out,
        "text": None if out else made.text,
    }


def _memorandum(house: Services) -> AgreementId:
    """The memorandum in force: what stands for all agreements together."""
    standing = house.register.mou()
    if standing is None:
        raise Misconfigured("There is no memorandum.", "Run `hearthline init`.", code="MOU_MISSING")
    return standing.mou.id


def _text(house: Services, paper: Paper, form: str) -> str:
    if form == "odrl":
        from flows.exporting import odrl_text

        return odrl_text(house, paper)
    if form == "cedar":
        from flows.exporting import cedar_text

        return cedar_text(house, paper.id)
    return to_yaml(paper)[0]


def _before(house: Services, id: AgreementId, from_: int | None, last: int, *, with_file: bool) -> Paper:
    """The older text: the version named, else the one in force beside a file, else the one before the newer."""
    if from_ is not None:
        return house.register.text(id, from_)
    if with_file:
        return house.register.get(id).agreement
    if last < 2:  # noqa: PLR2004 the first version has none before it
        what = f"{id} has one version, and nothing to compare it with."
        raise Misconfigured(what, "Name a file to compare it with.", code="AGREEMENT_VERSION")
    return house.register.text(id, last - 1)


def _row(change: Change) -> list[object]:
    return [change.effect, change.path, _short(change.before), _short(change.after), change.meaning]


def _short(value: object) -> object:
    """A value for a table: a whole dataset is named by what it holds, not written out."""
    if isinstance(value, dict):
        return ", ".join(sorted(value))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value
