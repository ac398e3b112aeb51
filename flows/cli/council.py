"""Commands about an agreement on its way: the council's votes, mediation, and saying no."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from flows.cli import output
from flows.cli.agreement import By, Id, Why, report
from flows.cli.options import Home, Json, services
from flows.services import Services
from governance.council import Vote
from governance.ids import AgreementId
from governance.mediation import Mediations

Words = Annotated[str, typer.Option("--why", help="What about, in words that name nobody.")]


def register(app: typer.Typer) -> None:
    """Add these commands to those about agreements."""
    for name, command in (
        ("vote", vote),
        ("votes", votes),
        ("mediate", mediate),
        ("decline", decline),
        ("void", void),
    ):
        app.command(name)(command)


def vote(
    id: Id,
    vote: Annotated[Vote, typer.Argument(metavar="VOTE", help="for, against or abstain.")],
    by: Annotated[str, typer.Option("--by", help="Which member: a staff id.")],
    why: Why = "",
    home: Home = None,
    json: Json = False,
) -> None:
    """Vote on what is under review. The vote for it that makes the quorum approves it."""
    house = services(home)
    house.register.vote(AgreementId(id), vote, by=by, why=why)
    _votes(house, id, json)


def votes(id: Id, home: Home = None, json: Json = False) -> None:
    """How the council's voting on an agreement's newest text stands."""
    _votes(services(home), id, json)


def mediate(
    id: Id,
    step: Annotated[str, typer.Argument(metavar="STEP", help="raise, hear, settle or show.")] = "show",
    why: Words = "",
    by: By = "council",
    home: Home = None,
    json: Json = False,
) -> None:
    """Raise, hear or settle a disagreement. While one is open nobody approves or activates the agreement."""
    house = services(home)
    mediations, agreement = Mediations(house.register), AgreementId(id)
    if step == "raise":
        mediations.raise_(agreement, by=by, about=why)
    elif step == "hear":
        mediations.hear(agreement, by=by, why=why)
    elif step == "settle":
        mediations.settle(agreement, by=by, outcome=why)
    elif step != "show":
        raise typer.BadParameter("A step is one of raise, hear, settle and show.")
    found = [asdict(each) for each in mediations.of(agreement)]
    if json:
        output.document({"id": id, "open": house.register.get(agreement).mediation, "disagreements": found})
    else:
        columns = ["raised_at", "raised_by", "about", "state", "heard_at", "settled_at", "settled_with"]
        output.table(f"Disagreements about {id}", columns, [[row[name] for name in columns] for row in found])


def decline(id: Id, by: By = "data-steward", why: Why = "", home: Home = None, json: Json = False) -> None:
    """Say no, for one side, to a version that is on its way."""
    house = services(home)
    house.register.decline(AgreementId(id), by=by, why=why)
    report(house, id, json)


def void(id: Id, by: By = "data-steward", why: Why = "", home: Home = None, json: Json = False) -> None:
    """Withdraw a version that is not yet in force."""
    house = services(home)
    house.register.void(AgreementId(id), by=by, why=why)
    report(house, id, json)


def _votes(house: Services, id: str, json: bool) -> None:
    newest, tally = house.register.newest(AgreementId(id)), house.register.tally(AgreementId(id))
    document: dict[str, Any] = {
        "id": id,
        "version": newest.version,
        "status": newest.status,
        "needed": tally.needed,
        "in_favour": tally.in_favour,
        "carried": tally.carried,
        "may_vote": tally.may_vote,
        "votes": {member: str(said) for member, said in tally.votes.items()},
    }
    if json:
        output.document(document)
        return
    output.facts(f"{id} version {newest.version}", document | {"may_vote": ", ".join(tally.may_vote) or None})
    if tally.lost:
        output.say("It cannot be carried any more, unless a member changes their vote.")
