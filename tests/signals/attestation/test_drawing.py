"""A drawn field has its column's form, whatever was in it."""

from __future__ import annotations

import re
from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from governance.attestation.terms import Form
from signals.attestation.detector import FORMS
from signals.attestation.drawing import words, written
from signals.attestation.pattern import SMALL_AREAS
from tests.signals.attestation.frames import column


def drawn(form: Form, value: object, dtype: pl.DataType | type[pl.DataType], width: int | None = None) -> str:
    frame = pl.DataFrame({"x": pl.Series([value], dtype=dtype)})
    return str(frame.select(written(column("x", form, width=width)).alias("x"))["x"][0])


@given(day=st.dates(date(1900, 1, 1), date(2099, 12, 31)), form=st.sampled_from([Form.YEAR, Form.QUARTER, Form.MONTH]))
def test_a_day_is_drawn_as_coarse_as_its_form(day: date, form: Form) -> None:
    text = drawn(form, day, pl.Date)
    assert re.fullmatch(FORMS[form], text)
    assert text.startswith(str(day.year))


@given(value=st.floats(-1e5, 9e5), width=st.integers(2, 10_000))
def test_a_number_is_drawn_as_the_lower_end_of_its_band(value: float, width: int) -> None:
    low = int(drawn(Form.BAND, value, pl.Float64, width))
    assert low % width == 0
    assert low - 1e-3 <= value < low + width + 1e-3


@given(st.from_regex(r"\A[0-9]{5}\Z"))
def test_of_a_zip_code_the_area_is_drawn_and_none_of_a_small_one(code: str) -> None:
    area = drawn(Form.ZIP3, code, pl.String)
    assert area == ("000" if code[:3] in SMALL_AREAS else code[:3])


def test_what_has_no_value_is_empty() -> None:
    assert [drawn(form, None, pl.Date) for form in (Form.YEAR, Form.QUARTER, Form.MONTH)] == [""] * 3
    assert drawn(Form.BAND, None, pl.Float64, 10) == drawn(Form.CODE, None, pl.String) == ""


def test_initials_are_no_names() -> None:
    assert words(["J. Al Ashgrove", "O'Dunhollow-Fenn"]) == {"ashgrove", "dunhollow", "fenn"}
