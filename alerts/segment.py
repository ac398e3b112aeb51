"""How many parts a text is sent in. One letter outside the basic alphabet makes every part less than half as long.

Source: 3GPP TS 23.038 (GSM 7-bit default alphabet and its extension table; UCS-2): 160 or 70 characters in one part,
153 or 67 in each of several.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")


class Encoding(StrEnum):
    """The alphabet that a text needs."""

    GSM7 = "GSM-7"
    UCS2 = "UCS-2"


_LENGTHS = {Encoding.GSM7: (160, 153), Encoding.UCS2: (70, 67)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """A text's alphabet, its length in units of it, and the number of parts."""

    encoding: Encoding
    units: int
    segments: int


def size(text: str) -> Size:
    """How a text is sent.

    Args:
        text: its words.
    """
    plain = set(text) <= _BASIC | _EXTENDED
    encoding = Encoding.GSM7 if plain else Encoding.UCS2
    units = _septets(text) if plain else len(text.encode("utf-16-be")) // 2
    whole, part = _LENGTHS[encoding]
    return Size(encoding=encoding, units=units, segments=1 if units <= whole else -(-units // part))


def _septets(text: str) -> int:
    """Letters of the extension table take two places."""
    return sum(2 if letter in _EXTENDED else 1 for letter in text)
