"""`hearthline train`, `backtest`, `promote` and `card`: the life of a model."""

from __future__ import annotations

import csv
from dataclasses import asdict
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli import output
from flows.cli.data import parse_day
from flows.cli.options import AsOf, Home, Json, services
from rules.outcome import USUAL

if TYPE_CHECKING:
    from flows.training import TrainReport, Tried

Wanted = Annotated[str, typer.Option("--outcome", help="What is to be foreseen: an id of outcomes.yaml.")]
Length = Annotated[
    int | None, typer.Option("--k", min=1, help="How long the list is. Default: what the staff can take.")
]
Which = Annotated[str | None, typer.Argument(help="The model (model-…). Default: the newest.")]


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command("train")(train)
    app.command("backtest")(backtest)
    app.command("promote")(promote)
    app.command("card")(card)


def train(
    as_of: AsOf = None,
    outcome: Wanted = USUAL,
    by: Annotated[str, typer.Option(help="Who trains it: a staff id.")] = "hearthline",
    k: Length = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Train a model on what agreements give for it, and try it on past days. Nobody uses it until it is promoted."""
    from flows.progress import watching
    from flows.training import train_model

    house = services(home)
    with watching("Train") as observer:
        day = parse_day(as_of) or house.clock.today()
        report = train_model(house, as_of=day, outcome=outcome, by=by, k=k, observer=observer)
    if json:
        output.document(report)
        return
    _show_training(report)


def backtest(  # noqa: PLR0917 (options, which typer passes by name)
    as_of: AsOf = None,
    outcome: Wanted = USUAL,
    k: Length = None,
    tests: Annotated[int, typer.Option(min=1, help="Past days to test on, at most.")] = 4,
    out: Annotated[Path | None, typer.Option(help="A folder to write the figures to.")] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """What the model's list would have been worth on past days, beside every simpler way to make one."""
    from flows.progress import watching
    from flows.training import backtest_model

    house = services(home)
    with watching("Backtest") as observer:
        day = parse_day(as_of) or house.clock.today()
        tried = backtest_model(house, as_of=day, outcome=outcome, k=k, tests=tests, observer=observer)
    document = {**asdict(tried.backtest), "refusals": tried.refusals, "seconds": tried.seconds}
    if out is not None:
        _write(out, tried)
    if json:
        output.document(document)
    else:
        _show_backtest(tried)


def promote(
    model: Which = None,
    by: Annotated[str, typer.Option(help="Who decides it: a staff id.")] = "hearthline",
    home: Home = None,
    json: Json = False,
) -> None:
    """Put a model to use: nights go by it, as long as every agreement that it was made from is in force."""
    from flows.training import promote_model

    found = promote_model(services(home), model, by=by)
    document = {"id": found.id, "outcome": found.outcome, "purpose": found.purpose, "promoted_at": found.promoted_at}
    if json:
        output.document(document)
    else:
        output.facts("In use from now on", document)


def card(
    model: Which = None,
    out: Annotated[Path | None, typer.Option(help="A file to write the card to, as Markdown.")] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """The model card in plain words: what it is for, what it was made of, how good it is, how to refuse it."""
    from flows.training import card_of
    from rules.scorer.render import render_card

    found = card_of(services(home), model)
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(render_card(found), encoding="utf-8")
    if json:
        output.document(found)
    elif out is None:
        output.say(render_card(found))


def _show_training(report: TrainReport) -> None:
    facts = {
        "model": report.model,
        "foresees": report.outcome,
        "learnt from": f"{len(report.cutoffs)} days, {report.rows:,} households and days, {report.outcomes:,} outcomes",
        "looks at": f"{len(report.indicators)} of {report.considered} numbers",
        "rests on": ", ".join(report.agreements),
        "usual share of outcomes": _percent(report.base_rate),
        f"share among the first {report.k}": _percent(report.precision_at_k),
        "times the usual share": _times(report.lift_at_k),
    }
    output.facts("Trained", facts)
    for refusal in report.refusals:
        output.say(f"  refused: {refusal.what}: {refusal.code}: {refusal.detail}")
    output.say("Nobody uses it yet. `hearthline card` says what it is; `hearthline promote` puts it to use.")


def _show_backtest(tried: Tried) -> None:
    found = tried.backtest
    rows = [
        (
            each.test_as_of,
            each.train_end,
            _percent(each.base_rate),
            _number(each.auc),
            _percent(each.precision_at_k),
            f"{_times(each.lift_at_k)} ({_times(each.lift_interval[0])}–{_times(each.lift_interval[1])})",
            _times(each.list.lift_at_k),
            _percent(each.recall_at_k),
            _number(each.brier),
            _number(each.ece),
            _times(each.median_lead_days),
        )
        for each in found.cutoffs
    ]
    columns = ["looked from", "learnt up to", "usual share", "AUC", "came true", "lift (95 %)", "lift as handed out"]
    output.table(f"The first {found.k}", [*columns, "found", "Brier", "ECE", "days ahead"], rows)
    ways = {"the model": found.model, "as handed out: deadlines first": found.handed_out, **found.baselines}
    compared = [
        (name, _percent(way.precision_at_k), _times(way.lift_at_k), _percent(way.recall_at_k))
        for name, way in sorted(ways.items(), key=lambda each: -each[1].precision_at_k)
    ]
    output.table("Beside simpler lists", ["list", "came true", "lift", "found"], compared)
    for refusal in tried.refusals:
        output.say(f"  refused: {refusal.what}: {refusal.code}: {refusal.detail}")


def _write(folder: Path, tried: Tried) -> None:
    """The figures as files: everything as JSON, test days and lists as tables."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "backtest.json").write_text(dumps(asdict(tried.backtest), default=str, indent=2), encoding="utf-8")
    cutoffs = [
        {name: value for name, value in asdict(each).items() if name != "list"} for each in tried.backtest.cutoffs
    ]
    lists = [{"list": name, **asdict(way)} for name, way in tried.backtest.baselines.items()]
    own = [
        {"list": "model", **asdict(tried.backtest.model)},
        {"list": "as handed out", **asdict(tried.backtest.handed_out)},
    ]
    for name, rows in {"cutoffs.csv": cutoffs, "lists.csv": [*own, *lists]}.items():
        with (folder / name).open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def _times(number: float | None) -> str:
    return "–" if number is None else f"{number:.1f}"


def _number(number: float | None) -> str:
    return "–" if number is None else f"{number:.3f}"
