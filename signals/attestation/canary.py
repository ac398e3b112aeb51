"""Canaries: invented records that are planted in the source. Where a value of theirs comes out, more does.

They are made of a secret, so that nobody has to keep a list of them, and whoever does not hold the secret cannot leave
them out. The names mean nothing, social security numbers begin with 9 and were never issued, telephones are 555.
"""

from __future__ import annotations

import base64
import codecs
import hashlib
import hmac
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import polars as pl

_SYLLABLES = (
    "zor",
    "val",
    "qui",
    "dre",
    "mib",
    "tho",
    "jux",
    "pel",
    "wex",
    "nyr",
    "kro",
    "fau",
    "gli",
    "sye",
    "bov",
    "ruz",
)
_HASHES = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b", "sha3_256")
_BETWEEN = re.compile(r"[ \-./()_]+")
_PIECE_BYTES = 8 << 20
_LONGEST = 256
"""The longest needle in bytes: so much of one chunk is looked at again with the next."""
_SHORTEST = 6
"""Shorter encodings of a value stand everywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """One invented record. `number` stands where the agency writes its number of the person."""

    first_name: str
    last_name: str
    born_on: str
    ssn: str
    phone: str
    email: str
    street: str
    number: str

    def values(self) -> dict[str, str]:
        """What must never come out, by what it is. The birth date is somebody else's too, and is left out."""
        return {
            "name": f"{self.first_name} {self.last_name}",
            "last_name": self.last_name,
            "ssn": self.ssn,
            "phone": self.phone,
            "email": self.email,
            "street": self.street,
            "number": self.number,
        }


def canaries(secret: bytes, count: int) -> tuple[Canary, ...]:
    """The canaries of a secret: the same ones every time.

    Args:
        secret: of the agreement's own.
        count: how many.
    """
    return tuple(
        _made(hmac.digest(secret, f"hearthline canary {number}".encode(), "sha512")) for number in range(count)
    )


def sightings(path: Path, planted: Collection[Canary]) -> dict[str, int]:
    """How often a value of a canary stands in a file, by what it is: plain, turned, encoded or hashed.

    The file is read as bytes, whatever its cells are, a piece at a time.

    Args:
        path: the frame.
        planted: the canaries.
    """
    needles = dict(
        pair for canary in planted for what, value in canary.values().items() for pair in _needles(what, value)
    )
    seen: dict[str, int] = {}
    if not needles:
        return seen
    wanted = sorted(needles)
    for text in _pieces(path):
        for found in pl.Series([text, _BETWEEN.sub("", text)]).str.extract_many(wanted, overlapping=True):
            for needle in set(found.to_list()):
                seen[needles[needle]] = seen.get(needles[needle], 0) + 1
    return seen


def planted_in(planted: Collection[Canary], numbers: Collection[str], names: Collection[str]) -> int:
    """How many canaries stand in the source: by their number, or by their last name.

    Args:
        planted: the canaries.
        numbers: which of the source's person numbers could be theirs.
        names: the source's names in small letters.
    """
    return sum(each.number in numbers or each.last_name.lower() in names for each in planted)


def _made(raw: bytes) -> Canary:
    def name(begin: int, syllables: int) -> str:
        return "".join(_SYLLABLES[byte % 16] for byte in raw[begin : begin + syllables]).capitalize()

    first, last = name(0, 3), name(8, 4)
    digits = "".join(str(byte % 10) for byte in raw[16:48])
    return Canary(
        first_name=first,
        last_name=last,
        born_on=f"19{50 + raw[48] % 49}-{1 + raw[49] % 12:02}-{1 + raw[50] % 28:02}",
        ssn=f"9{digits[0:2]}-{70 + raw[51] % 20}-{digits[2:6]}",
        phone=f"({2 + raw[52] % 8}{digits[6:8]}) 555-01{digits[8:10]}",
        email=f"{first}.{last}@canary.example".lower(),
        street=f"{1 + raw[53] * 37} {name(54, 3)} {name(58, 2)} Street",
        number=f"CN{digits[10:20]}",
    )


def _needles(what: str, value: str) -> Iterator[tuple[str, str]]:
    """Every way in which a value may stand in a file, in small letters, with what it is."""
    bare = _BETWEEN.sub("", value)
    yield value.lower(), f"{what}, plain"
    yield bare.lower(), f"{what}, plain"
    yield value.lower()[::-1], f"{what}, turned"
    yield bare.lower()[::-1], f"{what}, turned"
    yield codecs.encode(value, "rot13").lower(), f"{what}, encoded"
    yield quote(value, safe="").lower(), f"{what}, encoded"
    for spelled in {value, value.lower(), value.upper(), bare, bare.lower(), bare.upper()}:
        yield from ((each, f"{what}, encoded") for each in _encodings(spelled.encode()) if len(each) >= _SHORTEST)
        for name in _HASHES:
            raw = hashlib.new(name, spelled.encode()).digest()
            yield raw.hex(), f"{what}, hashed"
            yield base64.b64encode(raw).decode().rstrip("=").lower(), f"{what}, hashed"
            yield base64.urlsafe_b64encode(raw).decode().rstrip("=").lower(), f"{what}, hashed"


def _encodings(raw: bytes) -> Iterator[str]:
    yield raw.hex()
    yield base64.b32encode(raw).decode().rstrip("=").lower()
    for shift in range(3):  # a value inside something longer begins at any of three places of a group
        whole = base64.b64encode(b"\0" * shift + raw).decode().rstrip("=")
        begin, end = (0, 2, 3)[shift], (-1 if (shift + len(raw)) % 3 else None)
        yield whole[begin:end].lower()


def _pieces(path: Path) -> Iterator[str]:
    """The file as text in small letters, in pieces that overlap."""
    kept = b""
    with path.open("rb") as file:
        while chunk := file.read(_PIECE_BYTES):
            yield (kept + chunk).decode("utf-8", "replace").lower()
            kept = chunk[-_LONGEST:]
