"""Where invented people live: real towns of Massachusetts, streets that none of them has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

TOWNS = (
    ("Boston", "02124"), ("Worcester", "01605"), ("Springfield", "01109"), ("Lowell", "01852"), ("Lawrence", "01841"),
    ("Brockton", "02301"), ("Lynn", "01902"), ("Fall River", "02721"), ("New Bedford", "02740"), ("Holyoke", "01040"),
    ("Chelsea", "02150"), ("Revere", "02151"), ("Everett", "02149"), ("Malden", "02148"), ("Quincy", "02169"),
    ("Randolph", "02368"), ("Framingham", "01702"), ("Fitchburg", "01420"), ("Pittsfield", "01201"),
    ("Haverhill", "01832"), ("Chicopee", "01013"), ("Taunton", "02780"), ("Leominster", "01453"),
    ("Hyannis", "02601"),
)  # fmt: skip
_ROOTS = (
    "Lanternwick", "Tallowmere", "Cinderpath", "Mossbarrow", "Quayfeather", "Bellweather", "Nightjar", "Thimbleberry",
    "Gullhaven", "Loomkeeper", "Saltwhistle", "Ropewalker", "Millwheel", "Foxglovely", "Harborlight", "Candlewright",
    "Brackenshaw", "Driftanchor", "Applecartway", "Sparrowgate", "Netmender", "Coppersong", "Hearthstead", "Bobbinreel",
)  # fmt: skip
_KINDS = ("Street", "Avenue", "Road", "Lane", "Terrace", "Court", "Place")
_SHORT = {"Street": "St", "Avenue": "Ave", "Road": "Rd", "Lane": "Ln", "Terrace": "Ter", "Court": "Ct", "Place": "Pl"}
_UNITS = ("1", "2", "3", "1R", "2L", "2R", "3F", "4B", "A", "B")

_IN_FLATS, _NEXT_DOOR = 0.67, 0.25
"""Shares of households that live in a flat, and of those that live in the house of the one before. Invented."""

AREA_CODES = ("339", "351", "413", "508", "617", "774", "781", "857", "978")
"""The area codes of Massachusetts (North American Numbering Plan)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where somebody lives. `unit` is empty in a house of one's own."""

    street: str
    unit: str
    city: str
    postcode: str

    @property
    def shortened(self) -> str:
        """The street as the post writes it."""
        head, _, kind = self.street.rpartition(" ")
        return f"{head} {_SHORT.get(kind, kind)}"


class Places:
    """Hands out addresses and telephone numbers, hardly one of them twice.

    Args:
        rng: where chance comes from.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._last: Address | None = None
        self._lines = rng.permutation(10_000)
        self._phones = 0

    def address(self) -> Address:
        """An address; one in four is in the house of the one before, behind another door."""
        a, b, c, d, e, same = (float(x) for x in self._rng.random(6))
        unit = _UNITS[int(a / _IN_FLATS * len(_UNITS)) % len(_UNITS)] if a < _IN_FLATS or same < _NEXT_DOOR else ""
        last = self._last
        if last is not None and same < _NEXT_DOOR and last.unit and last.unit != unit:
            found = Address(street=last.street, unit=unit, city=last.city, postcode=last.postcode)
        else:
            city, postcode = TOWNS[int(b * len(TOWNS))]
            street = f"{int(c * 980) + 3} {_ROOTS[int(d * len(_ROOTS))]} {_KINDS[int(e * len(_KINDS))]}"
            found = Address(street=street, unit=unit, city=city, postcode=postcode)
        self._last = found
        return found

    def phone(self) -> str:
        """Ten digits with the exchange 555, which no family has; they repeat after 90,000."""
        area = AREA_CODES[self._phones % len(AREA_CODES)]
        line = self._lines[self._phones // len(AREA_CODES) % len(self._lines)]
        self._phones += 1
        return f"{area}555{line:04d}"
