from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signals.linkage.record import records
from signals.linkage.standard import standardise


def standard(role: str, value: Any, column: str = "", **others: Any) -> Any:
    frame = pl.DataFrame({"person": ["hmis:1"], role: [value], **{name: [other] for name, other in others.items()}})
    return standardise(records(frame))[column or role][0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Núñez", "NUNEZ"),
        ("O’Brien", "o'brien"),
        ("O’Brien", "O Brien"),
        ("Garcia-Lopez", "García López"),
        ("Łukasz", "lukasz"),
        ("Strauß", "STRAUSS"),
        ("  De  la Cruz ", "DelaCruz"),
        ("Dyer Jr.", "Dyer"),
        ("Dyer, III", "DYER"),
    ],
)
def test_a_name_written_two_ways_is_one_name(one: str, other: str) -> None:
    assert standard("last_name", one) == standard("last_name", other) is not None


@pytest.mark.parametrize("name", ["", " ", "Unknown", "ANONYMOUS", "--", None, "Baby Boy"])
def test_a_placeholder_is_no_name(name: str | None) -> None:
    assert standard("first_name", name) is None


def test_a_name_in_another_script_stays_a_name() -> None:
    assert standard("last_name", "Иванова") == "иванова"


def test_a_hyphenated_name_has_its_parts_as_variants() -> None:
    assert standard("last_name", "Garcia-Lopez", "last_names").to_list() == ["garcialopez", "garcia", "lopez"]
    assert standard("last_name", "van der Berg", "last_names").to_list() == ["vanderberg", "berg"]
    assert standard("last_name", "Smith", "last_names").to_list() == ["smith"]
    assert standard("last_name", None, "last_names") is None


@pytest.mark.parametrize(
    ("last", "own", "expected"),
    [("Dyer Jr.", None, "jr"), ("Dyer", "Senior", "sr"), ("Dyer III", None, "iii"), ("Dyer", None, None)],
)
def test_a_suffix_is_found_wherever_it_was_written(last: str, own: str | None, expected: str | None) -> None:
    assert standard("last_name", last, "suffix", name_suffix=own) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("219-55-1234", "219551234"),
        ("219551234", "219551234"),
        ("000551234", None),
        ("666551234", None),
        ("912551234", None),
        ("219001234", None),
        ("219550000", None),
        ("111111111", None),
        ("123456789", None),
        ("078-05-1120", None),
        ("21955123", None),
        ("xxx-xx-1234", None),
        (None, None),
    ],
)
def test_only_a_number_that_may_have_been_issued_counts(written: str | None, expected: str | None) -> None:
    assert standard("ssn", written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("(617) 555-0142", "6175550142"),
        ("+1 617 555 0142", "6175550142"),
        ("617.555.0142", "6175550142"),
        ("555-0142", None),
        ("9999999999", None),
        ("0175550142", None),
        (None, None),
    ],
)
def test_a_phone_is_ten_digits(written: str | None, expected: str | None) -> None:
    assert standard("phone", written) == expected


@pytest.mark.parametrize(
    ("street", "unit", "expected"),
    [
        ("12 North Main Street", None, "12 n main st"),
        ("12 N. Main St.", None, "12 n main st"),
        ("12 Main Street, Apt. 4-B", None, "12 main st#4b"),
        ("12 Main St", "4B", "12 main st#4b"),
        ("12 Main St #4B", None, "12 main st#4b"),
        ("12 Main St Unit # 4 B", None, "12 main st#4b"),
        ("12 Main St", "Apt 4B", "12 main st#4b"),
        ("12 Main St", "", "12 main st"),
        ("12 Saint James Avenue", None, "12 st james ave"),
        ("12-14 Elm Rd", None, "12 14 elm rd"),
        ("PO Box 12", None, None),
        ("Main Street", None, None),
        ("General Delivery", None, None),
        ("Unknown", None, None),
        (None, "4B", None),
    ],
)
def test_an_address_written_two_ways_is_one_address(street: str | None, unit: str | None, expected: str | None) -> None:
    assert standard("street", street, unit=unit) == expected


@pytest.mark.parametrize(
    ("written", "expected"), [("02139", "02139"), ("02139-1234", "02139"), ("2139", "02139"), ("MA", None), ("", None)]
)
def test_a_postcode_is_five_digits(written: str, expected: str | None) -> None:
    assert standard("postcode", written) == expected


def test_a_placeholder_is_no_day_of_birth() -> None:
    assert standard("born_on", date(1900, 1, 1)) is None
    assert standard("born_on", date(1901, 1, 1)) is None
    assert standard("born_on", date(1931, 1, 1)) == date(1931, 1, 1)


@given(st.text(max_size=30), st.text(max_size=12))
def test_any_text_at_all_can_be_standardised_and_is_stable(text: str, other: str) -> None:
    frame = pl.DataFrame(
        {
            "person": ["a:1"],
            "first_name": [text],
            "last_name": [other],
            "street": [text],
            "unit": [other],
            "ssn": [text],
        }
    )
    once = standardise(records(frame))
    again = standardise(records(once.select("person", "first_name", "last_name")))
    assert again["first_name"].to_list() == once["first_name"].to_list()
