"""`hearthline subject`: what is held about a household, who used it, and how it says no."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import Annotated, Any

import typer

from flows.cli import output
from flows.cli.options import Home, Json, services
from flows.subject import SubjectDesk, SubjectView
from flows.subject_rights import correct, opt_out
from governance.correction import Answer, Correction
from governance.errors import Misconfigured
from governance.ids import DatasetId, HouseholdId

app = typer.Typer(help="The subject's side: what is held, who used it, corrections, opting out.", no_args_is_help=True)

_HOUSEHOLD = re.compile(r"hh-[0-9a-f]{8,64}")
By = Annotated[str, typer.Option("--by", help="Who asks or writes it down: a staff id.")]
Id = Annotated[str, typer.Argument(metavar="HOUSEHOLD", help="hh-… as the queue names it.")]
Number = Annotated[str, typer.Argument(metavar="NUMBER", help="q-… of a correction.")]


class _Group(typer.core.TyperGroup):
    """`hearthline subject hh-…` is `hearthline subject show hh-…`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the command's name in where a household comes first."""
        if args and _HOUSEHOLD.fullmatch(args[0]):
            args = ["show", *args]
        return super().parse_args(ctx, args)


app.info.cls = _Group


def register(app_: typer.Typer) -> None:
    """Add these commands to the command line."""
    app_.add_typer(app, name="subject", cls=_Group)


@app.command()
def show(id: Id, by: By = "worker-1", home: Home = None, json: Json = False) -> None:
    """Everything that is held about a household and everybody who used it. The look itself is in the ledger."""
    found = SubjectDesk(services(home), by).view(_household(id))
    if json:
        output.document(asdict(found) | {"household": found.household})
    else:
        _print(found)


@app.command("correct")
def correct_(
    id: Id,
    dataset: Annotated[str, typer.Option(help="The dataset whose row is wrong.")],
    field: Annotated[str, typer.Option(help="The field that is wrong.")],
    by: By = "worker-1",
    home: Home = None,
    json: Json = False,
) -> None:
    """Send a correction to the agency whose fact it is, with the day by which it must answer."""
    _corrections(correct(services(home), _household(id), DatasetId(dataset), field, by=by), json)


@app.command()
def sent(number: Number, by: By = "worker-1", home: Home = None, json: Json = False) -> None:
    """The owner's steward was told of a correction."""
    _corrections([services(home).corrections.sent(number, by=by)], json)


@app.command()
def answered(
    number: Number,
    answer: Annotated[Answer, typer.Option(help="What the owner did.")],
    by: By = "worker-1",
    home: Home = None,
    json: Json = False,
) -> None:
    """The owner answered a correction. A corrected row comes with its next delivery."""
    _corrections([services(home).corrections.answered(number, answer, by=by)], json)


@app.command()
def corrections(home: Home = None, json: Json = False) -> None:
    """Every correction and where it stands."""
    house = services(home)
    _corrections(list(house.corrections.all()), json)
    late = [each.number for each in house.corrections.all() if each.overdue(house.clock.today())]
    if late and not json:
        output.say(f"Overdue: {', '.join(late)}.")


@app.command("opt-out")
def opt_out_(
    id: Id,
    by: By = "worker-1",
    how: Annotated[str, typer.Option(help="How it was said: in person, by letter, by telephone.")] = "in person",
    home: Home = None,
    json: Json = False,
) -> None:
    """A household says no to all of it: texts stop now, everything else from the next night on."""
    made = opt_out(services(home), _household(id), by=by, how=how)
    document = asdict(made.receipt) | {"telephones": made.telephones, "effective": "the next night; texts at once"}
    if json:
        output.document(document)
    else:
        output.facts("Opted out", document)


@app.command("opt-in")
def opt_in(
    receipt: Annotated[str, typer.Argument(metavar="RECEIPT", help="x-…, as the receipt says.")],
    by: By = "worker-1",
    home: Home = None,
    json: Json = False,
) -> None:
    """Take an opt-out back, at the family's wish. Texts need a new yes."""
    services(home).opt_outs.withdraw(receipt, by=by)
    if json:
        output.document({"receipt": receipt, "effective": "the next night"})
    else:
        output.say(f"{receipt} is taken back from the next night on. Texts need a new yes.")


@app.command()
def forget(id: Id, home: Home = None, json: Json = False) -> None:
    """Forget whom past uses were about. The ledger stays as it is; the accounting before today is gone for good."""
    house = services(home)
    gone = house.subjects.erase(_household(id))
    house.ledger.append("subject.index_erased", "-", {"uses": gone})
    if json:
        output.document({"uses": gone})
    else:
        output.say(f"{gone} uses stand in the ledger and say of nobody that they were about them.")


def _household(id: str) -> HouseholdId:
    if not _HOUSEHOLD.fullmatch(id):
        what = "That is no household's id."
        raise Misconfigured(what, "It begins with hh-, as the queue names it.", code="HOUSEHOLD_UNKNOWN")
    return HouseholdId(id)


def _corrections(found: list[Correction], json: bool) -> None:
    rows = [asdict(each) for each in found]
    if json:
        output.document({"corrections": rows})
        return
    columns = ["number", "dataset", "field", "owner", "steward", "due_on", "place", "answer"]
    output.table("Corrections", columns, [[row[name] for name in columns] for row in rows])


def _print(found: SubjectView) -> None:
    output.say(f"What is held about {found.household}, and who used it.")
    rows = [(h.title, h.agency, h.agreement, h.rows, h.known_from, h.known_to) for h in found.signals]
    output.table("Held", ["what", "from", "under", "rows", "first known", "last known"], rows)
    for held in found.signals:
        names = list(held.facts[0]) if held.facts else []
        if names:
            output.table(held.title, names, [[fact[name] for name in names] for fact in held.facts])
    looked = [(u.at, u.actor, u.role, u.action, u.purpose, u.dataset, u.permitted, u.entry) for u in found.uses]
    columns = ["at", "who", "role", "did", "what for", "dataset", "permitted", "ledger entry"]
    output.table("Looks at this household", columns, looked)
    ran = [(r.day, r.actor, r.action, r.purpose, r.dataset, r.times, r.entry) for r in found.runs]
    heads = ["day", "who", "did", "what for", "dataset", "times", "first ledger entry"]
    output.table("Runs over everybody's rows, this household's among them", heads, ran)
    output.table("Tasks", ["what", "whose", "of"], [(m.kind, m.owner, m.as_of) for m in found.alerts])
    output.table(
        "Texts", ["at", "kind", "about", "became"], [(m.at, m.kind, m.topic, m.status) for m in found.messages]
    )
    for line in found.withheld:
        output.say(f"Not looked up: {line}")
