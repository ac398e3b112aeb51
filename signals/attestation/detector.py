"""Detectors: how many rows of a column hold something that names somebody. They are given values, and give counts."""

from __future__ import annotations

import base64
import binascii
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise
from urllib.parse import unquote

import polars as pl

from governance.attestation.terms import Form, FrameColumn
from governance.telephone import holds_telephone
from signals.attestation.pattern import PATTERNS, SMALL_AREAS, TELEPHONE

FORMS: Mapping[Form, str] = {
    Form.CODE: r"^[A-Za-z0-9][A-Za-z0-9._+-]{0,31}$",
    Form.YEAR: r"^(?:18|19|20)\d{2}$",
    Form.QUARTER: r"^(?:18|19|20)\d{2}-Q[1-4]$",
    Form.MONTH: r"^(?:18|19|20)\d{2}-(?:0[1-9]|1[0-2])$",
    Form.ZIP3: r"^\d{3}$",
    Form.BAND: r"^-?\d{1,6}$",
    Form.NUMBER: r"^-?\d{1,6}(?:\.\d{1,2})?$",
    Form.PSEUDONYM: r"^[0-9a-f]{32}$",
}
"""What a value of each form looks like; an empty cell fits all. Text has no form. No number is as long as one of those
that people are known by: larger amounts are told in thousands."""

READABLE = r"^(?:20|2[c-f]|3\d|4[1-9a-f]|5[0-9a]|6[1-9a-f]|7[0-9a]|00)+$"
"""A pseudonym whose bytes are letters, digits and the like: a text in hexadecimal. By chance, one in a billion is."""

SPOKEN = frozenset({Form.CODE, Form.TEXT})
"""Forms whose values are words, so that anything can be in them."""

OLDEST = 89
_WORD = re.compile(r"[^\W\d_]+")
_WRAPPED = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
_NAME_SHAPE = (
    r"^\p{Lu}[\p{Ll}'’]+(?:[ -]\p{Lu}[\p{L}'’.]*){1,3}$|^\p{L}[\p{L}'’-]+,\s*\p{L}[\p{L}'’.-]+(?:\s\p{L}\.?)?$"
)
_FEWEST_DIGITS = 7
_LIST = 2
"""Names by themselves that make a column one of names: a single surname may be a code as well."""


def found(column: FrameColumn, values: pl.Series, rows: pl.Series, names: Collection[str]) -> Counter[str]:
    """How many rows hold what, by the sort of identifier.

    Args:
        column: what the agreement says of the column.
        values: its different values, as text; empty ones left out.
        rows: how many rows have each of them.
        names: first and last names of people in the source, in small letters.
    """
    hits: dict[str, pl.Series] = {"form": ~_fits(column, values)}
    if column.form is Form.PSEUDONYM:
        hits["encoded"] = values.str.contains(READABLE)
    if column.form is Form.ZIP3:
        hits["small_area"] = values.is_in(list(SMALL_AREAS))
    if column.form in {Form.NUMBER, Form.BAND} and "age" in column.name.split("_"):
        hits["great_age"] = values.cast(pl.Float64, strict=False) > OLDEST
    hits["formula"] = values.str.contains(r"^[=@\t\r]|^[+-]\D")
    if column.form in SPOKEN:
        hits |= _spoken(values)
        hits["person_name"] = _named(values, names)
        hits["encoded"] = _encoded(values, names)
    return Counter({sort: int(rows.filter(hit.fill_null(value=False)).sum()) for sort, hit in hits.items()})


def shaped_like_names(values: pl.Series) -> pl.Series:
    """Which values are written as people's names are: `Ana Torres`, `Torres, Ana`."""
    return values.str.contains(_NAME_SHAPE)


def tokens(text: str) -> list[str]:
    """The words of a text in small letters, as names are compared."""
    return [word.lower() for word in _WORD.findall(text)]


def _fits(column: FrameColumn, values: pl.Series) -> pl.Series:
    form = FORMS.get(column.form)
    if form is None:
        return pl.Series([True], dtype=pl.Boolean).new_from_index(0, len(values))
    fits = values.str.contains(form)
    if column.width is not None:
        fits &= (values.cast(pl.Int64, strict=False) % column.width == 0).fill_null(value=False)
    return fits


def _spoken(values: pl.Series) -> dict[str, pl.Series]:
    hits = {sort: values.str.contains(pattern) for sort, pattern in PATTERNS.items()}
    maybe = values.str.contains(TELEPHONE)
    said = {value for value in values.filter(maybe) if holds_telephone(value)}
    hits["telephone"] = values.is_in(list(said)) if said else maybe & False
    return hits


def _named(values: pl.Series, names: Collection[str]) -> pl.Series:
    """Values in which two words, one beside the other, are names; or one, where most values of the column are names."""
    if not names:
        return pl.Series([False], dtype=pl.Boolean).new_from_index(0, len(values))
    known = [[word in names for word in tokens(value)] for value in values]
    pairs = [any(one and two for one, two in pairwise(each)) for each in known]
    single = [each == [True] for each in known]
    if sum(single) * 2 < len(values) or sum(single) < _LIST:
        single = [False] * len(values)
    return pl.Series([one or two for one, two in zip(pairs, single, strict=True)], dtype=pl.Boolean)


def _encoded(values: pl.Series, names: Collection[str]) -> pl.Series:
    """Values that hold an identifier once a usual encoding is taken off: base64, hexadecimal, URL, letters turned."""
    return pl.Series([any(_telling(text, names) for text in unwrapped(value)) for value in values], dtype=pl.Boolean)


def unwrapped(value: str) -> Iterator[str]:
    """What a value says behind the usual encodings; nothing where it says nothing readable."""
    if "%" in value and (plain := unquote(value)) != value:
        yield plain
    for piece in _WRAPPED.findall(value):
        bare = piece.rstrip("=").replace("-", "+").replace("_", "/")
        for raw in (_of_base64(bare), _of_hex(piece)):
            if raw and raw.isascii() and (text := raw.decode("ascii")).isprintable():
                yield text


def _telling(text: str, names: Collection[str]) -> bool:
    one = pl.Series([text])
    sorts = ("social_security_number", "email", "street_address", "full_date", "record_number")
    if any(one.str.contains(PATTERNS[sort])[0] for sort in sorts):
        return True
    digits = sum(letter.isdigit() for letter in text)
    said = tokens(text)
    named = any(a in names and b in names for a, b in pairwise(said))
    return named or (digits >= _FEWEST_DIGITS and holds_telephone(text))


def _of_base64(text: str) -> bytes | None:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def _of_hex(text: str) -> bytes | None:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return None
