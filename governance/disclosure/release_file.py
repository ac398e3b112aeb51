"""A release as somebody writes it down: a YAML file that says what is counted, and a CSV file with the counts.

release:
  cube: reasons-by-town
  title: Households with a new reason for help, by town
  as_of: 2026-06-30
  series: separate
  purpose: prevention.outreach
  datasets: [{dataset: utility.notices, fields: [kind, issued_on]}]
  dimensions:
    - {name: town, groups: {Hampden: [Holyoke, Springfield], Franklin: [Greenfield]}, total: Both counties}
    - {name: reason, codes: [shut-off notice, bill in arrears]}
  counts: counts.csv        # columns town, reason, count; what is left out counts nobody
"""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from pydantic import Field

from governance.disclosure.cube import Cell, Cube, Series
from governance.disclosure.dimension import Dimension, wrong
from governance.use import Action, Actor, Ask, Use
from governance.written import Agency, Dataset, FieldName, PaperId, Purpose, Text, Written, invalid, read, read_yaml

COUNT = "count"
"""The last column of the file of counts."""


class SumDocument(Written):
    """A code, and the codes that add up to it."""

    whole: Text
    parts: tuple[Text, ...] = Field(min_length=1)


class DimensionDocument(Written):
    """A dimension: codes side by side, or in groups; a total over them; further sums; and what is not shown."""

    name: Text
    codes: tuple[Text, ...] = ()
    groups: dict[Text, tuple[Text, ...]] = Field(default_factory=dict)
    total: str = ""
    sums: tuple[SumDocument, ...] = ()
    withheld: tuple[Text, ...] = ()

    def dimension(self) -> Dimension:
        """The dimension that this describes.

        Raises:
            Misconfigured: `CUBE_INVALID`.
        """
        if bool(self.codes) is bool(self.groups):
            raise wrong(self.name, "it takes either codes or groups")
        plain = (
            Dimension.grouped(self.name, self.groups, self.total)
            if self.groups
            else Dimension.flat(self.name, self.codes, self.total)
        )
        more = tuple((each.whole, each.parts) for each in self.sums)
        new = tuple(dict.fromkeys(whole for whole, _ in more if whole not in plain.codes))
        return Dimension(
            name=self.name, codes=plain.codes + new, sums=plain.sums + more, withheld=frozenset(self.withheld)
        )


class AskDocument(Written):
    """A dataset that the counts rest on. `basis` is the legal basis that is claimed for it."""

    dataset: Dataset
    fields: tuple[FieldName, ...] = Field(min_length=1)
    basis: str = ""


class ReleaseDocument(Written):
    """A table to publish. `recipient` is the agency it goes to; empty means everybody."""

    cube: Text
    title: Text
    unit: Text = "households"
    as_of: date
    series: Series
    purpose: Purpose
    recipient: Agency | None = None
    datasets: tuple[AskDocument, ...] = Field(min_length=1)
    lineage: tuple[PaperId, ...] = ()
    dimensions: tuple[DimensionDocument, ...] = Field(min_length=1)
    counts: Text

    def use(self, actor: Actor) -> Use:
        """The use that publishing it is."""
        return Use(
            actor=actor,
            action=Action.RELEASE,
            purpose=self.purpose,
            asks=tuple(
                Ask(dataset=each.dataset, fields=frozenset(each.fields), basis=each.basis) for each in self.datasets
            ),
            recipient=self.recipient or "",
            lineage=frozenset(self.lineage),
        )


class _File(Written):
    release: ReleaseDocument


def read_release(file: Path) -> tuple[ReleaseDocument, Cube]:
    """A release from its file, with the counts that lie beside it.

    Raises:
        Misconfigured: `POLICY_INVALID`, `CUBE_INVALID`, naming what is wrong. Counts are not repeated.
    """
    document = read(_File, read_yaml(file), where=file.name).release
    dimensions = tuple(each.dimension() for each in document.dimensions)
    cube = Cube(
        id=document.cube,
        title=document.title,
        unit=document.unit,
        as_of=document.as_of,
        series=document.series,
        dimensions=dimensions,
        counts=_counts(file.parent / document.counts, tuple(each.name for each in dimensions)),
    )
    return document, cube


def _counts(file: Path, names: Cell) -> dict[Cell, int]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            head, *rows = csv.reader(lines, strict=True)
    except (OSError, ValueError, csv.Error):
        raise invalid(file.name, "", "cannot be read as a table") from None
    if tuple(head) != (*names, COUNT):
        raise invalid(file.name, "line 1", f"its columns must be {', '.join((*names, COUNT))}")
    counts: dict[Cell, int] = {}
    for number, row in enumerate(rows, start=2):
        *codes, count = row or [""]
        if len(codes) != len(names) or not (count.isascii() and count.isdigit()) or tuple(codes) in counts:
            raise invalid(file.name, f"line {number}", "one code for each column, then a count; no cell twice")
        counts[tuple(codes)] = int(count)
    return counts
