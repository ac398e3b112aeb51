"""Detectors find what is planted, wherever in a column it stands, and leave ordinary codes alone."""

from __future__ import annotations

import base64

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.attestation.terms import Form
from signals.attestation.detector import found, unwrapped
from tests.signals.attestation.frames import column, unit

NAMES = frozenset({"ottoline", "ashgrove", "peregrina", "brackwater", "young"})
AROUND = st.sampled_from(["", "x ", "(", "see: ", "no-"])
AFTER = st.sampled_from(["", " x", ")", ".", ", ok"])

DIGIT = st.sampled_from("0123456789")


def digits(count: int) -> st.SearchStrategy[str]:
    return st.text(DIGIT, min_size=count, max_size=count)


SSNS = st.tuples(digits(3), digits(2), digits(4), st.sampled_from(["-", " ", "", "."])).map(
    lambda p: f"{p[0]}{p[3]}{p[1]}{p[3]}{p[2]}"
)
PHONES = st.tuples(st.sampled_from(["413", "508", "617", "978"]), digits(4), st.sampled_from("-. ")).map(
    lambda p: f"{p[0]}{p[2]}555{p[2]}{p[1]}"
)
WORDS = st.text(st.sampled_from("abcdefgh"), min_size=2, max_size=8)
EMAILS = st.tuples(WORDS, WORDS).map(lambda p: f"{p[0]}@{p[1]}.example")
DATES = st.dates().filter(lambda day: 1900 <= day.year < 2100)
WRITTEN_DATES = st.tuples(
    DATES, st.sampled_from(["%Y-%m-%d", "%m/%d/%Y", "%d.%m.%y", "%Y%m%d", "%B %d, %Y", "%d %b %Y"])
).map(lambda p: p[0].strftime(p[1]))
STREETS = st.tuples(
    st.integers(1, 9999), WORDS, st.sampled_from(["St", "street", "Ave", "Rd", "LANE", "Boulevard", "Pl"])
).map(lambda p: f"{p[0]} {p[1]} {p[2]}")
PEOPLE = st.sampled_from(["Ottoline Ashgrove", "ASHGROVE, OTTOLINE", "peregrina  brackwater", "Ottoline-Ashgrove"])

PLANTED = {
    "social_security_number": SSNS,
    "telephone": PHONES,
    "email": EMAILS,
    "full_date": WRITTEN_DATES,
    "street_address": STREETS,
    "person_name": PEOPLE,
    "zip_code": digits(5),
    "record_number": digits(8),
}


def sorts(form: Form, *values: str, name: str = "kind") -> set[str]:
    counted = pl.Series(values, dtype=pl.String)
    hits = found(
        column(name, form, width=500 if form is Form.BAND else None),
        counted,
        pl.repeat(3, len(values), eager=True),
        NAMES,
    )
    assert all(number % 3 == 0 for number in hits.values()), "rows are counted, not values"
    return {sort for sort, number in hits.items() if number}


@pytest.mark.parametrize("sort", sorted(PLANTED))
@given(data=st.data())
def test_what_is_planted_is_found_inside_other_words(sort: str, data: st.DataObject) -> None:
    value = data.draw(PLANTED[sort])
    assert sort in sorts(Form.TEXT, "held", value, "missed"), value
    assert sorts(Form.TEXT, "held", data.draw(AROUND) + value + data.draw(AFTER)), value


@pytest.mark.parametrize("sort", ["social_security_number", "email", "full_date", "street_address", "person_name"])
@given(data=st.data())
def test_what_is_planted_is_found_behind_an_encoding(sort: str, data: st.DataObject) -> None:
    value = data.draw(PLANTED[sort])
    wrap = data.draw(
        st.sampled_from(
            [
                lambda text: base64.b64encode(text.encode()).decode(),
                lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
                lambda text: text.encode().hex(),
                lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
            ]
        )
    )
    assert "encoded" in sorts(Form.TEXT, wrap(value)) or sorts(Form.TEXT, wrap(value)) & {"record_number", "digest"}


@pytest.mark.parametrize(
    "value",
    [
        "held",
        "no_recertification",
        "initial",
        "A12",
        "tier-2",
        "layoff",
        "M",
        "white",
        "young",
        "2025",
        "not.known",
        "B+",
    ],
)
def test_an_ordinary_code_is_left_alone(value: str) -> None:
    assert sorts(Form.CODE, value, "held", "missed") == set()


@pytest.mark.parametrize(
    ("form", "good", "bad"),
    [
        (Form.YEAR, "2025", "2025-04"),
        (Form.QUARTER, "2025-Q2", "2025-Q5"),
        (Form.MONTH, "2025-04", "2025-04-02"),
        (Form.ZIP3, "010", "01013"),
        (Form.BAND, "1500", "1501"),
        (Form.NUMBER, "-12.5", "twelve"),
        (Form.NUMBER, "999999.99", "937234167"),
        (Form.BAND, "999500", "937234000"),
        (Form.CODE, "held", "was held"),
    ],
)
def test_a_value_of_another_form_is_found(form: Form, good: str, bad: str) -> None:
    assert "form" not in sorts(form, good)
    assert "form" in sorts(form, bad)


def test_a_unit_that_is_no_pseudonym_is_found() -> None:
    values = pl.Series(["0f" * 16, "0" * 31, "Ottoline"])
    assert +found(unit(), values, pl.Series([2, 3, 4]), NAMES) == {"form": 7}


def test_a_pseudonym_that_is_a_text_in_hexadecimal_is_found() -> None:
    values = pl.Series([b"Ottoline Ashgrov".hex(), b"937-23-4167".ljust(16, b"\0").hex(), "0f" * 16])
    assert +found(unit(), values, pl.Series([2, 3, 4]), NAMES) == {"encoded": 5}


@given(st.binary(min_size=16, max_size=16).filter(lambda raw: any(byte >= 128 for byte in raw)))
def test_a_pseudonym_as_it_is_drawn_is_left_alone(raw: bytes) -> None:
    assert not +found(unit(), pl.Series([raw.hex()]), pl.Series([1]), NAMES)


def test_small_areas_and_great_ages_are_found() -> None:
    assert sorts(Form.ZIP3, "010", "000") == set()
    assert sorts(Form.ZIP3, "036") == {"small_area"}
    assert sorts(Form.NUMBER, "89", name="age_of_head") == set()
    assert sorts(Form.NUMBER, "90", name="age_of_head") == {"great_age"}
    assert sorts(Form.NUMBER, "90", name="wage") == set()


def test_one_surname_that_is_a_code_is_no_list_of_names() -> None:
    assert sorts(Form.CODE, "young", "old", "middle") == set()
    assert sorts(Form.CODE, "Ottoline", "Peregrina", "other") == {"person_name"}


@given(st.text(max_size=60))
def test_no_text_breaks_a_detector(text: str) -> None:
    sorts(Form.TEXT, text or "x")
    list(unwrapped(text))
