"""Frames for tests: a file of cells, and columns as an agreement would list them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from hypothesis import strategies as st

from governance.attestation.terms import Form, FrameColumn, FrameTerms, Part
from signals.attestation.frame import Frame, open_frame

QUASI, SENSITIVE, OTHER = Part.QUASI_IDENTIFIER, Part.SENSITIVE, Part.OTHER


def column(name: str, form: Form = Form.TEXT, part: Part = QUASI, width: int | None = None) -> FrameColumn:
    return FrameColumn(name=name, form=form, part=part, width=width)


def unit(name: str = "family") -> FrameColumn:
    return FrameColumn(name=name, form=Form.PSEUDONYM, part=Part.UNIT)


def terms(*columns: FrameColumn, k: int = 2, diversity: int = 1) -> FrameTerms:
    return FrameTerms(columns=columns, k=k, diversity=diversity)


def written(folder: Path, head: Sequence[str], rows: Iterable[Sequence[str]], name: str = "frame.csv") -> Frame:
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([head, *rows])
    return open_frame(folder / name)


def read(file: Path) -> list[tuple[str, ...]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return [tuple(row) for row in csv.reader(lines)][1:]


CELL = st.sampled_from(["", "a", "b", "ab", "\x1f", "\x1f|", "a\x1f", "|a", "é"])
"""Cells that are alike, empty, or hold what separates cells."""
