"""The checks of a frame, all of them, one reading of the file after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from governance.attestation.terms import Form, FrameColumn, FrameTerms, Part
from governance.wording import shown
from signals.attestation.anonymity import anonymity
from signals.attestation.canary import Canary, sightings
from signals.attestation.detector import SPOKEN, found, shaped_like_names
from signals.attestation.frame import Frame
from signals.attestation.pattern import WORDS
from signals.attestation.report import Anonymity, Finding, Report
from signals.attestation.together import exposed

FEW_ROWS = 20
"""In fewer rows, that values differ says nothing."""

MOSTLY = 0.5
"""From this share of different values on, a column tells rows apart."""

_MOST_VALUES = 1_000_000
"""Different values of a column that are counted; one with more is told by how many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What is known of where a frame's rows come from: names of people there, and the canaries that are planted there.

    `names` are in small letters. `planted` is how many of the canaries were found in the source.
    """

    names: Collection[str] = frozenset()
    canaries: Sequence[Canary] = ()
    planted: int = 0


NOTHING_KNOWN = Source()
"""Nothing is known of the source: no names are looked for, and no canaries."""


def check(
    frame: Frame,
    terms: FrameTerms,
    *,
    k: int,
    source: Source = NOTHING_KNOWN,
    beside: Sequence[Frame] = (),
    missing: Sequence[str] = (),
) -> Report:
    """Look a frame through.

    Args:
        frame: the frame.
        terms: what the agreement asks of it.
        k: the smallest class that may be: the strictest of the papers.
        source: what is known of where its rows come from.
        beside: other frames of the agreement that are in the analytic zone.
        missing: attestations in force whose frames were not given, so that nobody could put them beside this one.

    Raises:
        ContractBroken: `FRAME_UNREADABLE`, or `FRAME_CHANGED` where it was changed meanwhile.
    """
    outside = [name for name in frame.columns if name not in {column.name for column in terms.columns}]
    findings = [_finding("column", name, 0, "is not among the columns that the agreement lists") for name in outside]
    if terms.unit is not None and terms.unit not in frame.columns:
        what = "is missing: without it, one family of many rows would pass for many"
        findings.append(_finding("unit", terms.unit, 0, what))
    rows, told = _values(frame, terms, k, source)
    findings += [*told, *_canaries(frame, terms, source)]
    alike = None if outside else anonymity(frame.lazy(), terms, k)
    if alike is not None:
        findings += [*_too_few(alike), *_together(frame, terms, k, beside)]
    findings += [_finding("together", "", 0, f"{id} is in force, and its frame was not put beside") for id in missing]
    frame.unchanged()
    return Report(
        frame=frame.sha256,
        rows=rows,
        columns=frame.columns,
        findings=tuple(findings),
        anonymity=alike,
        canaries=len(source.canaries),
        planted=source.planted,
        names=len(source.names),
        beside=tuple(each.sha256 for each in beside),
    )


def _values(frame: Frame, terms: FrameTerms, k: int, source: Source) -> tuple[int, list[Finding]]:
    """The number of rows, and what the columns' values are."""
    listed = {column.name: column for column in terms.columns}
    columns = [listed.get(name, FrameColumn(name="unlisted", form=Form.TEXT)) for name in frame.columns]
    hits: dict[str, Counter[str]] = {name: Counter() for name in frame.columns}
    seen: dict[str, Counter[str] | None] = {name: Counter() for name in frame.columns}
    rows = 0
    for batch in frame.batches():
        rows += batch.height
        for name, column in zip(frame.columns, columns, strict=True):
            counted = batch[name].value_counts(name="_rows").filter(pl.col(name) != "")
            hits[name] += found(column, counted[name], counted["_rows"], source.names)
            if column.part is not Part.UNIT:
                _count(seen, name, counted)
    findings = [
        _finding(sort, name, number, WORDS[sort]) for name in hits for sort, number in sorted(hits[name].items())
    ]
    for name, column in zip(frame.columns, columns, strict=True):
        findings += _telling_apart(name, column, seen[name], rows, k)
    return rows, findings


def _count(seen: dict[str, Counter[str] | None], name: str, counted: pl.DataFrame) -> None:
    """Add up how many rows have each value of a column; stop where there are too many to hold."""
    so_far = seen[name]
    if so_far is None:
        return
    for value, number in counted.iter_rows():
        so_far[value] += number
    if len(so_far) > _MOST_VALUES:
        seen[name] = None


def _telling_apart(name: str, column: FrameColumn, seen: Counter[str] | None, rows: int, k: int) -> Iterator[Finding]:
    """What a column's values are like as a whole: nearly all different, or people's names that few share."""
    if column.part is Part.UNIT:
        return
    if seen is None or (rows >= FEW_ROWS and len(seen) > MOSTLY * rows):
        yield _finding("nearly_unique", name, rows if seen is None else len(seen), WORDS["nearly_unique"])
    if seen and column.form in SPOKEN:
        few = pl.Series([value for value, number in seen.items() if number < k], dtype=pl.String)
        named = few.filter(shaped_like_names(few))
        if named.len():
            yield _finding("name_shape", name, sum(seen[value] for value in named), WORDS["name_shape"])


def _canaries(frame: Frame, terms: FrameTerms, source: Source) -> Iterator[Finding]:
    if source.planted < terms.canaries:
        what = f"{source.planted} of the {terms.canaries} canaries that the agreement asks for stand in the source"
        yield _finding("canary", "", 0, what)
    for what, times in sorted(sightings(frame.path, source.canaries).items()):
        yield _finding("canary", "", times, f"a planted record came out: its {what}")


def _too_few(alike: Anonymity) -> Iterator[Finding]:
    if alike.below:
        counted = "rows" if alike.counted == "rows" else "units"
        what = f"{alike.below} of {alike.total} {counted} are alike fewer than {alike.k} in "
        yield _finding("k_anonymity", "", alike.rows_below, what + (", ".join(alike.quasi_identifiers) or "nothing"))
    if alike.undiverse:
        what = f"{alike.undiverse} are in classes with fewer than {alike.diversity} different sensitive values"
        yield _finding("diversity", "", alike.undiverse, what)


def _together(frame: Frame, terms: FrameTerms, k: int, beside: Sequence[Frame]) -> Iterator[Finding]:
    for other in beside:
        few = exposed(frame, other, terms, k)
        if few:
            what = f"together with frame {other.sha256[:12]}, which is in the zone, they are fewer than {k} alike"
            yield _finding("together", "", few, what)


def _finding(check: str, column: str, rows: int, detail: str) -> Finding:
    return Finding(check=check, column=shown([column]) if column else "", rows=rows, detail=detail)
