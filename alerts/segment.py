"""How many parts a text is sent in. One letter outside the basic alphabet makes every part less than half as long.

Source: 3GPP TS 23.038 (GSM 7-bit default alphabet and its extension table; UCS-2): 160 or 70 characters in one part;
3GPP TS 23.040, 9.2.3.24.1 (concatenated short messages): 153 or 67 in each of several.
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
    encoding = Encoding.GSM7 if set(text) <= _BASIC | _EXTENDED else Encoding.UCS2
    widths = [_width(letter, encoding) for letter in text]
    whole, part = _LENGTHS[encoding]
    units = sum(widths)
    return Size(encoding=encoding, units=units, segments=1 if units <= whole else _parts(widths, part))


def _width(letter: str, encoding: Encoding) -> int:
    """Letters of the extension table take two places, and so do those beyond the first 65,536 of Unicode."""
    if encoding is Encoding.GSM7:
        return 2 if letter in _EXTENDED else 1
    return len(letter.encode("utf-16-be")) // 2


def _parts(widths: list[int], length: int) -> int:
    """How many parts of a length hold letters of these widths: no letter is broken in two."""
    parts, used = 1, 0
    for width in widths:
        if used + width > length:
            parts, used = parts + 1, 0
        used += width
    return parts
