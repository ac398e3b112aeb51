"""`hearthline trace`: from a text back to the signatures that it rests on."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from flows.cli import output
from flows.cli.exit_code import FAILED
from flows.cli.options import Home, Json, services
from flows.tracing import Trace, Tracer
from governance.errors import Misconfigured
from governance.ids import MessageId


def register(app: typer.Typer) -> None:
    """Add this command to the command line."""
    app.command("trace")(trace)


def trace(
    message: Annotated[str | None, typer.Argument(help="The text (m-…).")] = None,
    every: Annotated[bool, typer.Option("--all", help="Every offer that went out.")] = False,
    worker: Annotated[str, typer.Option(help="Who asks: a staff id.")] = "worker-1",
    home: Home = None,
    json: Json = False,
) -> None:
    """From a text back to a signature: consent, clearance, task, reasons, facts, grants, agreements, ledger entries.

    Exit 1 where any step of any text is missing.
    """
    if (message is None) != every:
        what = "Name one text, or ask for all of them."
        raise Misconfigured(what, "`hearthline trace m-…` or `hearthline trace --all`.", code="TRACE_WHAT")
    tracer = Tracer(services(home), worker)
    found = tracer.every() if message is None else [tracer.one(MessageId(message))]
    if json:
        texts = [{**_plain(each), "complete": each.complete} for each in found]
        output.document({"texts": texts, "complete": all(each.complete for each in found)})
    else:
        for each in found:
            _show(each)
        whole = sum(each.complete for each in found)
        output.say(f"\n{whole} of {len(found)} texts trace back to a signature without a gap.")
    if not all(each.complete for each in found):
        raise typer.Exit(FAILED)


SEALED = frozenset({"reasons_sealed", "score_sealed"})
"""What rests sealed in a task, and is no part of its trace."""


def _plain(trace: Trace) -> dict[str, object]:
    whole = {name: getattr(trace, name) for name in Trace.__slots__}
    task = {name: getattr(trace.task, name) for name in trace.task.__slots__ if name not in SEALED}
    signed = [
        {**asdict(each), "signatures": [one.model_dump() for one in each.signatures]} for each in trace.agreements
    ]
    return {**whole, "task": task, "agreements": signed}


def _show(trace: Trace) -> None:
    said = trace.message
    facts = {
        "said": said.body,
        "sent": said.at,
        "task": f"{trace.task.id} of {trace.task.household}, due {trace.task.due_on}",
        "clearance": said.clearance,
        "consent": "; ".join(
            f"{move.state} on {move.at.date()} by {move.how} ({move.proof})"
            for move in (trace.consent.history if trace.consent else ())
        ),
        "agreements": "; ".join(
            f"{each.id} v{each.version}, {each.status}, signed by " + " and ".join(one.name for one in each.signatures)
            for each in trace.agreements
        ),
        "ledger entries": ", ".join(str(each.index) for each in trace.entries),
        "missing": "; ".join(trace.missing) or "nothing",
    }
    output.say("")
    output.facts(said.id, facts)
    for reason in trace.reasons:
        output.say(f"  - {reason.text}")
        for fact in reason.facts:
            output.say(
                f"      {fact.dataset} of {fact.occurred_on}, known {fact.known_on}: "
                f"delivery {fact.delivery} row {fact.row}, {fact.agreement}, grant {fact.grant}"
            )
