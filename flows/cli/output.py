"""What commands print: tables for people, one JSON document for scripts."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

PIPED_WIDTH = 150
"""Columns to write where nobody looks at a terminal."""

WHOLE = frozenset({"id", "task", "household", "status", "due", "happened on", "known on", "row", "agreement"})
"""Columns whose cells are never broken: ids and days, to be read and copied whole."""

out = Console(highlight=False, width=None if sys.stdout.isatty() else PIPED_WIDTH)
err = Console(stderr=True, highlight=False)


def document(value: object) -> None:
    """Print one JSON document on standard output.

    Args:
        value: anything made of dataclasses, mappings, sequences, dates and plain values.
    """
    json.dump(value, sys.stdout, default=_plain, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table.

    Args:
        title: what it shows.
        columns: heads.
        rows: cells; None prints as a dash.
    """
    grid = Table(title=title, title_justify="left", title_style="bold", header_style="bold")
    for column in columns:
        grid.add_column(column, overflow="fold", no_wrap=column in WHOLE)
    for row in rows:
        grid.add_row(*("–" if cell is None else str(cell) for cell in row))
    out.print(grid)


def facts(title: str, pairs: Mapping[str, object]) -> None:
    """Print names and values, one a line."""
    grid = Table(title=title, title_justify="left", title_style="bold", show_header=False, box=None)
    grid.add_column(style="dim")
    grid.add_column(overflow="fold")
    for name, value in pairs.items():
        grid.add_row(name, "–" if value is None else str(value))
    out.print(grid)


def say(text: str) -> None:
    """Print a sentence."""
    out.print(text, markup=False, soft_wrap=True)


def note(text: str) -> None:
    """Print a sentence beside the result, on standard error."""
    err.print(text, markup=False, soft_wrap=True)


def _plain(value: object) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, tuple):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
