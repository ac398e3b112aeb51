"""k-anonymity and l-diversity: how many are alike in what outsiders could know, and what to leave out.

A row is alike another where all quasi-identifiers are. Where a column names units (families), a unit is alike another
where the sets of its rows' values are: who knows everything that could be known of a family still finds `k` of them.
Nothing is held but a number for each class, so that a state's frame is read through and not kept.

Source: L. Sweeney, "k-anonymity: a model for protecting privacy" (2002); A. Machanavajjhala et al., "l-diversity:
privacy beyond k-anonymity" (2007), in its plain form: different values.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from governance.attestation.terms import FrameTerms, Part
from signals.attestation.report import Anonymity

CLASS, SIZE, ROWS, LEAST = "_class", "_size", "_rows", "_least"
_CELLS, _LINES = "\x1f", "\x1e"


def anonymity(rows: pl.LazyFrame, terms: FrameTerms, k: int) -> Anonymity:
    """Count who is alike in a frame.

    Args:
        rows: the frame's rows, every cell a text; its columns are all in the terms.
        terms: say which columns are quasi-identifiers, sensitive, the unit.
        k: the smallest class that may be; at least the agreement's own.
    """
    known, unit = _known(rows, terms)
    told = _classes(rows, known, unit, _sensitive(rows, terms)).collect(engine="streaming")
    rare = told.filter(pl.col(SIZE) < k)
    total = int(told[SIZE].sum())
    smallest, least_diverse = told[SIZE].min(), told[LEAST].min()
    return Anonymity(
        counted=unit or "rows",
        quasi_identifiers=known,
        k=k,
        total=total,
        classes=told.height,
        smallest=int(smallest) if isinstance(smallest, int) else 0,
        below=int(rare[SIZE].sum()),
        share_below=round(int(rare[SIZE].sum()) / total, 6) if total else 0.0,
        rows_below=int(rare[ROWS].sum()),
        without={name: _below(rows, known, name, unit, k) for name in known} if rare.height else {},
        diversity=terms.diversity,
        least_diverse=int(least_diverse) if isinstance(least_diverse, int) else None,
        undiverse=int(told.filter(pl.col(LEAST) < terms.diversity)[SIZE].sum()),
        kept=int(told.filter(_stays(k, terms.diversity))[ROWS].sum()),
    )


def suppressed(rows: pl.LazyFrame, terms: FrameTerms, k: int) -> pl.LazyFrame:
    """A frame without the classes that are too small or too much alike, its rows in the order of their cells.

    Whole classes go, so that what stays is as it was: the others lose nobody. The order in which rows came (by name, by
    day) goes too.

    Args:
        rows: the frame's rows, every cell a text.
        terms: what is asked of it.
        k: the smallest class that may be.
    """
    columns = rows.collect_schema().names()
    known, unit = _known(rows, terms)
    classed = rows.with_columns(cells(known).alias(CLASS)) if unit is None else _of_units(rows, known, unit)
    classes = _classes(rows, known, unit, _sensitive(rows, terms)).filter(_stays(k, terms.diversity))
    kept = classed.join(classes.select(CLASS), on=CLASS, how="semi").select(columns)
    same = kept.group_by(columns).len(ROWS).sort(columns)
    return same.select(pl.exclude(ROWS).repeat_by(ROWS)).explode(columns)


def classes_by(rows: pl.LazyFrame, columns: Sequence[str]) -> pl.LazyFrame:
    """How many rows there are of each combination of some columns: the columns, and `_rows`."""
    return rows.group_by(list(columns)).len(ROWS)


def known_of_units(rows: pl.LazyFrame, known: Sequence[str], unit: str) -> pl.LazyFrame:
    """Every unit with everything that could be known of it: its rows' quasi-identifiers, each once, in order."""
    return rows.group_by(unit).agg(_everything(known).alias(CLASS))


def cells(known: Sequence[str]) -> pl.Expr:
    """A row's quasi-identifiers as one text; where there are none, every row is alike."""
    # a cell's own separators are doubled, so that no two different rows read the same
    parts = [pl.col(name).str.replace_all(_CELLS, _CELLS * 2, literal=True) for name in known]
    return pl.concat_str(*parts, separator=f"{_CELLS}|") if parts else pl.first().str.head(0)


def _stays(k: int, diversity: int) -> pl.Expr:
    return (pl.col(SIZE) >= k) & (pl.col(LEAST).is_null() | (pl.col(LEAST) >= diversity))


def _below(rows: pl.LazyFrame, known: Sequence[str], left_out: str, unit: str | None, k: int) -> int:
    """How many would be below k if one quasi-identifier were left out."""
    rest = [name for name in known if name != left_out]
    sizes = _classes(rows, rest, unit, ()).filter(pl.col(SIZE) < k).select(pl.col(SIZE).sum())
    return int(sizes.collect(engine="streaming").item() or 0)


def _classes(rows: pl.LazyFrame, known: Sequence[str], unit: str | None, sensitive: Sequence[str]) -> pl.LazyFrame:
    """Every class with its size, its rows, and the least number of different values a sensitive column has in it."""
    if unit is None:
        told = rows.with_columns(cells(known).alias(CLASS))
        return told.group_by(CLASS).agg(pl.len().alias(SIZE), pl.len().alias(ROWS), _least(sensitive))
    each = rows.group_by(unit).agg(
        _everything(known).alias(CLASS), pl.len().alias(ROWS), *(pl.col(name).unique() for name in sensitive)
    )
    return each.group_by(CLASS).agg(pl.len().alias(SIZE), pl.col(ROWS).sum(), _least(sensitive, told=True))


def _least(sensitive: Sequence[str], *, told: bool = False) -> pl.Expr:
    """How many different values the least diverse sensitive column has; `told`: the cells are lists of values."""
    columns = [pl.col(name).explode() if told else pl.col(name) for name in sensitive]
    least = pl.min_horizontal(column.n_unique() for column in columns) if columns else pl.lit(None, pl.UInt32).first()
    return least.alias(LEAST)


def _everything(known: Sequence[str]) -> pl.Expr:
    """All that a unit's rows say, each thing once, in order."""
    return cells(known).unique().sort().str.join(_LINES)


def _of_units(rows: pl.LazyFrame, known: Sequence[str], unit: str) -> pl.LazyFrame:
    """Every row with the class of its unit."""
    return rows.join(known_of_units(rows, known, unit), on=unit, how="left")


def _known(rows: pl.LazyFrame, terms: FrameTerms) -> tuple[tuple[str, ...], str | None]:
    """The frame's quasi-identifiers, and its unit; None where it has none."""
    there = set(rows.collect_schema().names())
    known = tuple(name for name in terms.named(Part.QUASI_IDENTIFIER) if name in there)
    return known, terms.unit if terms.unit in there else None


def _sensitive(rows: pl.LazyFrame, terms: FrameTerms) -> tuple[str, ...]:
    there = set(rows.collect_schema().names())
    return tuple(name for name in terms.named(Part.SENSITIVE) if name in there)
