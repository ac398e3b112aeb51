"""What no text may hold: whoever finds the phone on the kitchen table learns nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.sensitive import sensitive

PHONE = "(413) 555-0100"
WIDE = "".join(chr(ord(letter) + 0xFEE0) for letter in "EVICTION")
"""In letters as wide as Chinese ones."""


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Your score is high", "a word about a score"),
        ("You are at risk", "a word about a score"),
        ("Su puntuación es alta", "a word about a score"),
        ("corre riesgo", "a word about a score"),
        ("Help with your EVICTION", "a word about a court"),
        ("evictions", "a word about a court"),
        ("Sobre su desalojo", "a word about a court"),
        ("aviso de desahucio", "a word about a court"),
        ("a hearing is near", "a word about a court"),
        ("su audiencia", "a word about a court"),
        ("about your rent", "a word about a home"),
        ("su alquiler", "a word about a home"),
        ("Ayuda con la vivienda", "a word about a home"),
        ("a shelter bed", "a word about a home"),
        ("your SNAP", "a word about benefits"),
        ("sus estampillas", "a word about benefits"),
        ("shut-off notice", "a word about a bill"),
        ("corte de luz", "a word about a bill"),
        ("absences at school", "a word about a school"),
        ("la escuela", "a word about a school"),
        ("after the arrest", "a word about the police"),
        ("la policía", "a word about the police"),
        ("you lost your job and are unemployed", "a word about work"),
        ("violencia", "a word about health or safety"),
        ("your daughter", "a word about a child"),
        ("su hijo", "a word about a child"),
        ("your case no. A", "a word about a case"),
        ("Dear Maria", "a name"),
        ("Hola Luz", "a name"),
        ("Mr. Hill", "a name"),
        ("You owe $20", "an amount"),
        ("20 dollars", "an amount"),
        ("veinte €", "an amount"),
        ("call before 5/29", "a day"),
        ("by Friday", "a day"),
        ("antes del viernes", "a day"),
        ("el 5 de mayo", "a day"),
        ("on 2026-05-29", "a number"),
        ("case 26SP0001", "a number"),
        ("617-555-0123", "a number"),
        ("see https://help.example/x", "a link"),
        ("see help.gov", "a link"),
        ("see bit.ly/x", "a link"),
        ("a@b.example", "an address for mail"),
    ],
)
def test_a_text_that_says_too_much_is_found(text: str, what: str) -> None:
    assert what in sensitive(text)
    assert what in sensitive(f"Family Help Line: {text.upper()}. Call {PHONE}.", allowed=[PHONE])


@pytest.mark.parametrize(
    "text",
    [
        "There may be help for your household.",
        "Please reply YES to agree. Your benefits stay the same.",
        "Puede haber ayuda para su hogar. Decir que no, no cambia sus beneficios.",
        "Thank you, a person will read this.",
        "",
    ],
)
def test_an_ordinary_text_may_leave(text: str) -> None:
    assert sensitive(text) == ()


@pytest.mark.parametrize(
    "text", ["ev\u00adiction", "e\u200bviction", WIDE, "desal\u0301ojo", "évìction", "food  \n stamps"]
)
def test_a_word_is_found_however_it_is_written(text: str) -> None:
    assert sensitive(text)


def test_only_the_offices_own_number_may_stand_in_it() -> None:
    assert sensitive(f"Call {PHONE}") == ("a number",)
    assert sensitive(f"Call {PHONE}", allowed=[PHONE]) == ()
    assert sensitive(f"Call {PHONE} or 7", allowed=[PHONE]) == ("a number",)
    assert sensitive("Mass 211: call 211", allowed=["211", "Mass 211"]) == ()


def test_the_offices_name_is_read_too() -> None:
    assert sensitive("Eviction Desk: there may be help", allowed=["Eviction Desk"]) == ("a word about a court",)


@given(st.text(max_size=80), st.integers(0, 10**9))
def test_a_number_is_found_anywhere(text: str, number: int) -> None:
    assert "a number" in sensitive(f"{text} {number}")
