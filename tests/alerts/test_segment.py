"""How many parts a text is sent in: one letter too many, or of the wrong alphabet, and it is two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.segment import Encoding, size

GSM = "abcXYZ 0189éèùìòÇñÑÄöåÆß¿¡@£$¥_ΔΩ\n\"#¤%&'()*+,-./:;<=>?"
EXTENDED = "^{}\\[~]|€\f"


@pytest.mark.parametrize(
    ("text", "encoding", "units", "segments"),
    [
        ("", Encoding.GSM7, 0, 1),
        ("a" * 160, Encoding.GSM7, 160, 1),
        ("a" * 161, Encoding.GSM7, 161, 2),
        ("a" * 306, Encoding.GSM7, 306, 2),
        ("a" * 307, Encoding.GSM7, 307, 3),
        ("€" * 80, Encoding.GSM7, 160, 1),
        ("€" * 81, Encoding.GSM7, 162, 2),
        ("a" * 159 + "€", Encoding.GSM7, 161, 2),
        ("í" * 70, Encoding.UCS2, 70, 1),
        ("í" * 71, Encoding.UCS2, 71, 2),
        ("a" * 133 + "í", Encoding.UCS2, 134, 2),
        ("a" * 134 + "í", Encoding.UCS2, 135, 3),
        ("😀" * 35, Encoding.UCS2, 70, 1),
        ("😀" * 36, Encoding.UCS2, 72, 2),
        ("停止", Encoding.UCS2, 2, 1),
        ("ç", Encoding.UCS2, 1, 1),
        ("Ç", Encoding.GSM7, 1, 1),
    ],
)
def test_a_text_has_so_many_parts(text: str, encoding: Encoding, units: int, segments: int) -> None:
    found = size(text)
    assert (found.encoding, found.units, found.segments) == (encoding, units, segments)


def test_one_accent_makes_three_parts_of_one() -> None:
    plain = "Puede haber ayuda para su hogar. " * 4 + "Le escribimos pronto. "
    assert (size(plain).segments, size(plain + "Sí").segments) == (1, 3)


def test_a_letter_of_two_places_is_not_broken_between_two_parts() -> None:
    assert size("a" * 152 + "€" + "a" * 152).segments == 3  # 306 places, which would fill two parts exactly
    assert size("a" * 152 + "a€" + "a" * 151).segments == 2
    assert size("a" * 66 + "😀" + "a" * 66).segments == 3


@given(st.text(st.sampled_from(GSM), max_size=500))
def test_letters_of_one_place_fill_every_part(text: str) -> None:
    found = size(text)
    assert found.encoding is Encoding.GSM7
    assert found.segments == (1 if len(text) <= 160 else -(-len(text) // 153))


@given(st.text(max_size=400))
def test_a_part_more_is_never_for_nothing_and_a_part_less_never_enough(text: str) -> None:
    found = size(text)
    whole, part = (160, 153) if found.encoding is Encoding.GSM7 else (70, 67)
    assert found.units >= len(text)
    assert (found.segments == 1) == (found.units <= whole)
    if found.segments > 1:
        assert found.units <= found.segments * part
        assert found.units > (found.segments - 1) * (part - 1)


@given(st.text(st.sampled_from(GSM + EXTENDED), max_size=300), st.sampled_from("íúáçа你😀"))
def test_one_foreign_letter_decides_the_alphabet_of_all(text: str, letter: str) -> None:
    assert size(text).encoding is Encoding.GSM7
    assert size(text + letter).encoding is Encoding.UCS2
