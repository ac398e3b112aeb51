"""`hearthline link evaluate`: how good linkage is where the truth is known, in which parts, and why it errs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli import output
from flows.cli.options import Home, Json, services

if TYPE_CHECKING:
    from signals.linkage.evaluation import Error, Evaluation, Part

PAGE = "link-evaluation.html"
"""The page that is written for a steward."""


def evaluate(
    truth: Annotated[Path, typer.Option(help="CSV: person_key, true_person, and group where it is known.")],
    out: Annotated[Path | None, typer.Option(file_okay=False, help="A folder to write charts to.")] = None,
    home: Home = None,
    json: Json = False,
) -> None:
    """Measure linkage against a truth that is known, as for simulated files: whole, by agencies, by group, by error."""
    from flows.intaking import linker_of
    from signals.linkage.chart import page
    from signals.linkage.evaluation import evaluate_parts

    house = services(home)
    found = linker_of(house).examine(lambda records, linked: evaluate_parts(records, linked, truth))
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        (out / PAGE).write_text(page(found), encoding="utf-8")
    if json:
        parts = {name: value for name, value in asdict(found).items() if name != "figures"}
        output.document(asdict(found.figures) | parts | {"page": str(out / PAGE) if out is not None else None})
        return
    _print(found)
    if out is not None:
        output.say(f"Charts: {out / PAGE}")


def _print(found: Evaluation) -> None:
    output.facts("Linkage against the truth", asdict(found.figures))
    columns = ["", "person keys", "said", "true", "both", "precision", "recall", "F1"]
    output.table("By agencies", columns, _parts(found.by_agencies))
    output.table("By group", columns, _parts(found.by_group))
    output.table("Links that are none", ["drawn by", "what agreed", "pairs"], _errors(found.false_links))
    output.table("Links that were missed", ["because", "what was in the way", "pairs"], _errors(found.missed_links))


def _parts(parts: Iterable[Part]) -> list[tuple[object, ...]]:
    return [
        (
            each.name,
            each.keys,
            each.pairs,
            each.true_pairs,
            each.hits,
            *map(_share, (each.precision, each.recall, each.f1)),
        )
        for each in parts
    ]


def _errors(errors: Iterable[Error]) -> list[tuple[object, ...]]:
    return [(each.why, each.what, each.count) for each in errors]


def _share(value: float) -> str:
    return f"{value:.4f}"
