"""`hearthline subject`: what is held about a household, who used it, and how it says no."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer

from flows.cli import output
from flows.cli.options import Home, Json, services
from flows.correcting import close, follow_up
from flows.subject import SubjectDesk, SubjectView
from flows.subject_rights import correct, forget, opt_out
from governance.accounting import Looked, Ran
from governance.correction import Answer, Correction, Ground
from governance.errors import Misconfigured
from governance.ids import DatasetId, HouseholdId

app = typer.Typer(help="The subject's side: what is held, who used it, corrections, opting out.", no_args_is_help=True)

_HOUSEHOLD = re.compile(r"hh-[0-9a-f]{8,64}")
EFFECTIVE = "texts at once; tasks and scores from the next night on; the model from its next training on"
_MOVES = {
    "opened": "a task was opened",
    "refreshed": "the task was looked at anew",
    "lapsed": "the task lapsed",
    "merged": "the household turned out to be one with another, whose task stays",
    "destroyed": "the task was closed and emptied, as its agreement ended",
}
By = Annotated[str, typer.Option("--by", help="Who asks or writes it down: a staff id.")]
Id = Annotated[str, typer.Argument(metavar="HOUSEHOLD", help="hh-… as the queue names it, or once named it.")]
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
        output.document(asdict(found))
    else:
        _print(found)


@app.command("correct")
def correct_(
    id: Id,
    *,
    dataset: Annotated[str, typer.Option(help="The dataset whose row is wrong.")],
    field: Annotated[str, typer.Option(help="The field that is wrong.")],
    why: Annotated[Ground, typer.Option(help="What is wrong with it; the right value is told to the steward.")],
    by: By = "worker-1",
    home: Home = None,
    json: Json = False,
) -> None:
    """Send a correction to the agency whose fact it is, with the day by which it must answer."""
    _corrections(correct(services(home), _household(id), DatasetId(dataset), field, ground=why, by=by), json)


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
    _corrections([close(services(home), number, answer, by=by)], json)


@app.command()
def corrections(home: Home = None, json: Json = False) -> None:
    """Every correction and where it stands."""
    house = services(home)
    _corrections(list(house.corrections.all()), json)
    late = [each.number for each in house.corrections.all() if each.overdue(house.clock.today())]
    if late and not json:
        output.say(f"Overdue: {', '.join(late)}.")


@app.command("follow-up")
def follow_up_(home: Home = None, json: Json = False) -> None:
    """Close the corrections that a delivery since has answered."""
    _corrections(follow_up(services(home)), json)


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
    document = asdict(made.receipt) | {"telephones": made.telephones, "effective": EFFECTIVE}
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


@app.command("forget")
def forget_(id: Id, by: By = "worker-1", home: Home = None, json: Json = False) -> None:
    """Forget whom past uses were about. The ledger stays as it is; the accounting before today is gone for good."""
    gone = forget(services(home), _household(id), by=by)
    if json:
        output.document({"uses": gone})
    else:
        output.say(f"{gone} uses stand in the ledger and say of nobody that they were about them.")


def _household(id: str) -> HouseholdId:
    if not _HOUSEHOLD.fullmatch(id):
        what = "That is no household's id."
        raise Misconfigured(what, "It begins with hh-, as the queue names it.", code="HOUSEHOLD_UNKNOWN")
    return HouseholdId(id)


def _corrections(found: Sequence[Correction], json: bool) -> None:
    rows = [asdict(each) for each in found]
    if json:
        output.document({"corrections": rows})
        return
    columns = ["number", "dataset", "field", "ground", "owner", "steward", "due_on", "place", "answer"]
    output.table("Corrections", columns, [[row[name] for name in columns] for row in rows])


def _print(found: SubjectView) -> None:
    output.say(f"What is held about {found.household}, who used it, and what for.\n")
    _print_held(found)
    _lines("Who looked at this household", (_looked(use) for use in found.uses))
    _lines("What was done with everybody's rows, this household's among them", (_ran(run) for run in found.runs))
    moves = (f"{move.as_of}: {_MOVES.get(move.kind, move.kind)}, with {move.owner}." for move in found.alerts)
    _lines("Tasks", moves)
    _lines("Texts", (f"{text.at:%Y-%m-%d}: {text.kind} about {text.topic}: {text.status}." for text in found.messages))
    _lines("What it has said to texts", (f"{said.topic} by {said.channel}: {said.state}." for said in found.consents))
    _lines("Corrections", (_correction(each) for each in found.corrections))
    _lines("Opted out, by receipt", found.opted_out)


def _print_held(found: SubjectView) -> None:
    heads = ["what", "from", "under", "rows", "of them counting", "first known", "last known"]
    rows = [(h.title, h.agency, h.agreement, h.rows, h.counting, h.known_from, h.known_to) for h in found.signals]
    if not rows:
        output.say("Nothing is held.\n")
        return
    output.table("Held", heads, rows)
    for held in found.signals:
        names = list(held.facts[0]) if held.facts else []
        if names:
            output.table(held.title, names, [[fact[name] for name in names] for fact in held.facts])
        if held.unshown:
            output.say(f"{held.title}: held too, and not to be shown here: {', '.join(held.unshown)}.\n")
    for line in found.withheld:
        output.say(f"Not looked up: {line}")


def _lines(title: str, lines: Iterable[str]) -> None:
    """A heading, and under it a sentence for each thing."""
    output.say(f"{title}:")
    for line in list(lines) or ["none."]:
        output.say(f"  {line}")
    output.say("")


def _looked(use: Looked) -> str:
    did = use.did if use.permitted else f"was refused ({use.did})"
    who = f"{use.at:%Y-%m-%d %H:%M}: {use.actor} ({use.role}) {did}: {use.dataset}."
    return f"{who} For: {use.for_what} Ledger entry {use.entry}."


def _ran(run: Ran) -> str:
    often = "once" if run.times == 1 else f"{run.times} times"
    what = f"{run.day}: {run.actor} {run.did}, {often}: {run.dataset}."
    return f"{what} For: {run.for_what} Ledger entry {run.entry}{'' if run.times == 1 else ' and later ones'}."


def _correction(asked: Correction) -> str:
    answer = f"the owner says: {asked.answer}" if asked.answer else f"{asked.owner} answers by {asked.due_on}"
    return f"{asked.number}: {asked.dataset}, {asked.field} is {asked.ground.replace('_', ' ')}; {answer}."
