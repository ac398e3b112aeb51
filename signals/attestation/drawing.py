"""Drawing a frame: the rows that count of a dataset, in the columns and the forms that an agreement lists for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

import polars as pl

from governance.attestation.terms import Form, FrameColumn, FrameTerms
from governance.ids import DatasetId
from governance.opened import Opened
from signals.attestation.detector import tokens
from signals.attestation.pattern import SMALL_AREAS
from signals.signal import current
from signals.store import Store

NO_AREA = "000"
"""What stands for a ZIP area that is too small."""

_INITIALS = 2

_DAY: dict[Form, Callable[[pl.Expr], pl.Expr]] = {
    Form.YEAR: lambda day: day.dt.to_string("%Y"),
    Form.QUARTER: lambda day: pl.format("{}-Q{}", day.dt.year(), day.dt.quarter()),
    Form.MONTH: lambda day: day.dt.to_string("%Y-%m"),
}


def draw(
    store: Store, opened: Opened, dataset: DatasetId, terms: FrameTerms, *, as_of: date, link: str, salt: str
) -> pl.DataFrame:
    """The rows of a frame, before anything is left out of it. They stay in the enclave.

    Rows without a household are left out: nobody can be counted by them, and people who opted out have none.

    Args:
        store: where the rows are.
        opened: a door for the fields that the frame is made of.
        dataset: the dataset.
        terms: which columns the frame has, and in which form.
        as_of: the day looked from.
        link: the link run that says whose a row is.
        salt: of this frame alone, so that no two frames call a household the same.

    Returns:
        The columns of the terms, every cell a text, an empty one as an empty text.

    Raises:
        Refused: the gate's answer now, or a field outside the grant.
    """
    fields = sorted(terms.sources)
    frames = list(store.read(opened, dataset, fields, as_of, link=link))
    if not frames:
        return pl.DataFrame(schema={column.name: pl.String for column in terms.columns})
    rows = current(pl.concat(frames, how="vertical_relaxed"), as_of).filter(pl.col("_household").is_not_null())
    if terms.unit is not None:
        named = opened.pseudonyms(f"{salt}|{household}" for household in rows["_household"])
        rows = rows.with_columns(pl.Series("_family", named, dtype=pl.String))
    told = rows.select(written(column).alias(column.name) for column in terms.columns)
    opened.count(told.height)
    return told


def written(column: FrameColumn) -> pl.Expr:
    """A field as the column's form has it; what has no value is an empty text.

    Args:
        column: says of which field, in which form. A pseudonym is taken from `_family`.
    """
    source = pl.col(column.source or "_family")
    if column.form in _DAY:
        text = _DAY[column.form](source.cast(pl.Date))
    elif column.form is Form.BAND:
        width = int(column.width or 1)
        text = ((source.cast(pl.Float64) / width).floor().cast(pl.Int64) * width).cast(pl.String)
    elif column.form is Form.ZIP3:
        area = source.cast(pl.String).str.head(3)
        text = pl.when(area.is_in(list(SMALL_AREAS))).then(pl.lit(NO_AREA)).otherwise(area)
    else:
        text = source.cast(pl.String)
    return text.fill_null("")


def known_in(
    store: Store, opened: Opened, dataset: DatasetId, fields: Sequence[str], as_of: date
) -> Iterator[pl.DataFrame]:
    """What people in the source are called, file by file: for looking whether it came out. It stays in the enclave.

    Args:
        store: where the rows are.
        opened: a door for these fields that may match.
        dataset: the dataset.
        fields: those that hold names, or the agency's number of the person.
        as_of: the day looked from.
    """
    for frame in store.read(opened, dataset, fields, as_of):
        yield frame.select(pl.col(fields).cast(pl.String))


def words(texts: Iterable[str]) -> set[str]:
    """The names in some cells, in small letters; initials are left out."""
    return {word for text in texts for word in tokens(text) if len(word) > _INITIALS}
