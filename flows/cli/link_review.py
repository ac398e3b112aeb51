"""`hearthline link review`: pairs that linkage is not sure of, side by side, for a data steward to decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Annotated, Any

import typer

from flows.cli import output
from flows.cli.options import Home, Json, services
from flows.link_desk import LinkDesk, ShownReview, described, doubt_household
from governance.ids import HouseholdId
from signals.linkage.review import LinkReview
from signals.linkage.review_table import State

app = typer.Typer(help="Links that linkage is not sure of: a data steward looks, and decides.", no_args_is_help=True)

By = Annotated[str, typer.Option("--by", help="Who looks or decides: a data steward's staff id.")]
Id = Annotated[str, typer.Argument(metavar="REVIEW", help="r-…, as `link review list` names it.")]
Reason = Annotated[str, typer.Option("--reason", help="Why. It is sealed under both agreements.")]


@app.command("list")
def list_reviews(
    state: Annotated[list[State] | None, typer.Option(help="Only these; else what is not decided yet.")] = None,
    by: By = "data-steward",
    home: Home = None,
    json: Json = False,
) -> None:
    """The queue: a caseworker's doubts first, then the likeliest. It says nothing of who is meant."""
    found = LinkDesk(services(home), by).waiting(*(state or ()))
    if json:
        output.document({"reviews": [described(each) for each in found]})
        return
    columns = ["id", "status", "asked by", "probability", "weight", "between", "what speaks for and against"]
    output.table("Links to review", columns, [_row(each) for each in found])


@app.command()
def show(id: Id, by: By = "data-steward", home: Home = None, json: Json = False) -> None:
    """A pair side by side: what both agencies wrote, what speaks for and against, what was decided before.

    The look is a use: both agreements are asked, and it is in the ledger.
    """
    shown = LinkDesk(services(home), by).show(id)
    if json:
        left, right = asdict(shown.left), asdict(shown.right)
        history = [asdict(step) for step in shown.history]
        output.document(
            described(shown.review) | {"left": left, "right": right, "alike": shown.alike, "history": history}
        )
    else:
        _print(shown)


@app.command()
def accept(
    id: Id,
    reason: Reason,
    despite_numbers: Annotated[
        bool, typer.Option(help="One person, although their social security numbers differ.")
    ] = False,
    by: By = "data-steward",
    home: Home = None,
    json: Json = False,
) -> None:
    """It is one person: every run from the next one on links the two, as long as both agreements stand."""
    _decided(
        LinkDesk(services(home), by).decide(id, State.ACCEPTED, reason=reason, despite_numbers=despite_numbers), json
    )


@app.command()
def reject(id: Id, reason: Reason, by: By = "data-steward", home: Home = None, json: Json = False) -> None:
    """They are two: no run links them from the next one on, not through a third record either."""
    _decided(LinkDesk(services(home), by).decide(id, State.REJECTED, reason=reason), json)


@app.command()
def unsure(id: Id, reason: Reason, by: By = "data-steward", home: Home = None, json: Json = False) -> None:
    """Nobody can say: the pair stays as it is, and in the queue."""
    _decided(LinkDesk(services(home), by).decide(id, State.UNSURE, reason=reason), json)


@app.command()
def doubt(
    household: Annotated[str, typer.Argument(metavar="HOUSEHOLD", help="hh-…, as the queue names it.")],
    by: Annotated[str, typer.Option("--by", help="Who met another family: a staff id.")] = "worker-1",
    home: Home = None,
    json: Json = False,
) -> None:
    """The wrong family: what holds this household together goes to a steward. Until then, no alert and no offer."""
    reviews = doubt_household(services(home), HouseholdId(household), by=by)
    if json:
        output.document({"reviews": reviews})
    else:
        output.facts("To be reviewed", {"links": len(reviews), "reviews": ", ".join(reviews)})


def _decided(review: LinkReview, json: bool) -> None:
    if json:
        output.document(described(review))
    else:
        output.facts("Decided", {"review": review.id, "state": review.state, "counts": "from the next link run on"})


def _row(review: LinkReview) -> tuple[object, ...]:
    probability = None if review.probability is None else f"{review.probability:.2f}"
    weight = None if review.weight is None else f"{review.weight:+.1f}"
    between = f"{review.left_space} ({review.left_agreement}) and {review.right_space} ({review.right_agreement})"
    return (review.id, review.state, review.source, probability, weight, between, _said(review.reasons) or review.why)


def _said(reasons: Iterable[tuple[str, float]]) -> str:
    return "; ".join(f"{what} {weight:+.1f}" for what, weight in reasons)


def _print(shown: ShownReview) -> None:
    review, left, right = shown.review, shown.left, shown.right
    output.table(
        f"Review {review.id}: {review.state}",
        ["", f"{left.person}, {left.agreement}", f"{right.person}, {right.agreement}", ""],
        [
            (name, _values(left.records, name), _values(right.records, name), shown.alike.get(name, ""))
            for name in _names(shown)
        ],
    )
    if review.reasons:
        output.table(
            "What speaks for and against", ["what", "weight"], [(what, f"{n:+.1f}") for what, n in review.reasons]
        )
    rows = [(step.at, step.state, step.source, step.by, step.reason) for step in shown.history]
    output.table("What became of it", ["at", "status", "asked by", "by", "why"], rows)


def _names(shown: ShownReview) -> list[str]:
    every = (record for side in (shown.left, shown.right) for record in side.records)
    return list(dict.fromkeys(name for record in every for name in record))


def _values(records: Iterable[Mapping[str, Any]], name: str) -> str:
    """Every way in which one side was written down."""
    return ", ".join(dict.fromkeys(str(record[name]) for record in records if record.get(name) is not None))
