"""`hearthline consent`: what families allow, written down and shown.

A telephone number never stands on a command line: other people of the machine could read it there.
"""

from __future__ import annotations

import re
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.bootstrap import Services
from flows.cli import output
from flows.cli.exit_code import CONTRACT
from flows.cli.options import Home, Json, services
from flows.consent_desk import ConsentDesk, ConsentShown, Whom, Yes
from flows.consent_file import Imported, given_at, take_consents
from flows.consenting import TOPIC
from governance.contact import ContactFlag
from governance.ids import ContactId, HouseholdId

app = typer.Typer(help="What families allow: their yes and no, with every act.", no_args_is_help=True)

_WHOM = re.compile(r"hh-[0-9a-f]{8,64}|c-[0-9a-f]{32}")
_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_HOW = "How it was said: form, worker or phone."

Name = Annotated[str, typer.Argument(metavar="HOUSEHOLD|CONTACT", help="hh-… as the queue names it, or c-….")]
MaybeName = Annotated[str | None, typer.Argument(metavar="[HOUSEHOLD|CONTACT]", help="hh-… or c-….")]
PhoneFile = Annotated[
    Path | None,
    typer.Option("--phone-file", metavar="FILE", help="A file that holds the number; - asks for it, or reads stdin."),
]
Topic = Annotated[str | None, typer.Option(help="What about; everything where it is left out.")]
Worker = Annotated[str, typer.Option(help="Who writes this down: a staff id.")]


def register(app_: typer.Typer) -> None:
    """Add these commands to the command line."""
    app_.add_typer(app, name="consent")


@app.command()
def grant(  # noqa: PLR0913 (each is an option)
    whom: Name,
    *,
    language: Annotated[str, typer.Option(help="Language to write to the family in, as a code.")],
    proof: Annotated[str, typer.Option(help='Where it can be looked up: "signed form of 2026-05-03".')],
    topic: Annotated[str, typer.Option(help="What the family may be texted about.")] = TOPIC,
    phone_file: PhoneFile = None,
    how: Annotated[str, typer.Option(help=_HOW)] = "worker",
    wording: Annotated[str | None, typer.Option(help="Version of the text that was agreed to.")] = None,
    given_on: Annotated[str | None, typer.Option(metavar="DATE", help="When; the proof's day, or now.")] = None,
    confirmed_by: Annotated[
        str | None, typer.Option(metavar="PROOF", help="The family's second yes, where it gave one in person.")
    ] = None,
    worker: Worker = "worker-1",
    home: Home = None,
    json: Json = False,
) -> None:
    """Write down a yes. Until the family says yes a second time it is asked, and texted to confirm, nothing else."""
    house = services(home)
    said = Yes(
        topic=topic,
        language=language,
        how=how,
        proof=proof,
        wording=wording or f"worker-{topic}-{language}",
        given_at=_given_at(house, given_on, proof),
        confirmed_by=confirmed_by or "",
    )
    shown = ConsentDesk(house, worker).grant(_whom(whom), said, phone=_phone(phone_file))
    _report(shown, json)


@app.command()
def confirm(
    whom: Name,
    *,
    proof: Annotated[str, typer.Option(help="Where the second yes can be looked up.")],
    how: Annotated[str, typer.Option(help=_HOW)] = "worker",
    topic: Topic = None,
    worker: Worker = "worker-1",
    home: Home = None,
    json: Json = False,
) -> None:
    """Write down the second yes, given in person. Only what was asked is granted by it."""
    _report(ConsentDesk(services(home), worker).confirm(_whom(whom), how=how, proof=proof, topic=topic), json)


@app.command()
def revoke(
    whom: MaybeName = None,
    *,
    topic: Topic = None,
    phone_file: PhoneFile = None,
    proof: Annotated[str, typer.Option(help="Where it can be looked up.")] = "said to a worker",
    how: Annotated[str, typer.Option(help=_HOW)] = "worker",
    worker: Worker = "worker-1",
    home: Home = None,
    json: Json = False,
) -> None:
    """Write down a no: at once, to everything, and whatever the agreements say. By number for a stranger too."""
    phone = _phone(phone_file)
    if (whom is None) == (phone is None):
        raise typer.BadParameter("Name a household or a contact, or give a number with --phone-file.")
    desk = ConsentDesk(services(home), worker)
    target = _whom(whom) if whom is not None else desk.contact_of(phone or "")
    shown = desk.revoke(target, how=how, proof=proof, topic=topic)
    _report(shown, json)
    if not shown.contacts:
        output.note("No telephone is known for that household: nothing could be sent to it, and nothing was revoked.")


@app.command()
def show(
    whom: Name,
    topic: Annotated[str, typer.Option(help="What about.")] = TOPIC,
    worker: Worker = "worker-1",
    home: Home = None,
    json: Json = False,
) -> None:
    """What a household or a contact allows, and how that came about."""
    _report(ConsentDesk(services(home), worker).show(_whom(whom), topic=topic), json)


@app.command()
def flag(
    whom: Name,
    name: Annotated[ContactFlag, typer.Argument(metavar="FLAG", help=", ".join(ContactFlag))],
    on: Annotated[bool, typer.Option("--on/--off", help="Put it on, or take it away.")] = True,
    worker: Worker = "worker-1",
    home: Home = None,
    json: Json = False,
) -> None:
    """Put a flag on a telephone. All but shared_phone forbid every text, from now on."""
    _report(ConsentDesk(services(home), worker).flag(_whom(whom), name, on=on), json)


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="Consents that were kept elsewhere until now.")],
    worker: Worker = "worker-1",
    home: Home = None,
    json: Json = False,
) -> None:
    """Take consents in from a file. Good rows are kept; exit 4 where others were not."""
    done = take_consents(services(home), file, worker=worker)
    if json:
        output.document(_imported(done))
    else:
        counts = {"rows": done.rows, "taken": len(done.taken), "not taken": len(done.not_taken)}
        output.facts("Consents taken in", counts)
        rows = [(each.row, each.code, each.detail) for each in done.not_taken]
        output.table("Not taken", ["row", "code", "what is wrong"], rows)
    if done.not_taken:
        raise typer.Exit(CONTRACT)


def _imported(done: Imported) -> dict[str, Any]:
    """What came of a file; at the top what is true of every row that was taken, if anything is."""
    first = done.taken[0] if done.taken else None
    same = {
        name: getattr(first, name) if len({getattr(each, name) for each in done.taken}) == 1 else None
        for name in ("state", "channel", "topic")
    }
    history = [move for each in done.taken for move in each.history]
    return {**same, "history": history, "rows": done.rows, "taken": done.taken, "not_taken": done.not_taken}


def _report(shown: ConsentShown, json: bool) -> None:
    if json:
        output.document(shown)
        return
    output.facts(f"Texts about {shown.topic}", {"state": shown.state})
    for each in shown.contacts:
        flags = ", ".join(each.flags) or "none"
        output.say(f"\n{each.contact}  household {each.household or 'not known'}, {each.language}, flags: {flags}")
        rows = [
            (move.at.date(), consent.topic, move.state, move.how, move.proof, move.by, move.entry)
            for consent in each.consents
            for move in consent.history
        ]
        output.table("", ["on", "topic", "made it", "how", "proof", "by", "ledger entry"], rows)


def _whom(name: str) -> Whom:
    """Whom a word names; what it is otherwise is not repeated: it may be a number."""
    if not _WHOM.fullmatch(name):
        raise typer.BadParameter("Name a household (hh-…) or a contact (c-…); give a number with --phone-file.")
    return HouseholdId(name) if name.startswith("hh-") else ContactId(name)


def _phone(file: Path | None) -> str | None:
    """A number from a file's first line, from standard input, or typed where nobody can read it."""
    if file is None:
        return None
    if str(file) != "-":
        try:
            return file.read_text(encoding="utf-8").strip().split("\n")[0]
        except (OSError, UnicodeDecodeError):
            raise typer.BadParameter("The file with the number cannot be read.") from None
    if sys.stdin.isatty():
        return str(typer.prompt("Telephone number", hide_input=True, err=True))
    return sys.stdin.readline().strip()


def _given_at(house: Services, given_on: str | None, proof: str) -> datetime:
    """When a yes was given: as was said, else the day that its proof names, else now."""
    named = _DAY.search(proof)
    text = given_on or (named.group() if named else None)
    found = given_at(house, text) if text else house.clock.now()
    if found is None:
        raise typer.BadParameter("A yes was given on a day until today, written as YYYY-MM-DD.")
    return found
