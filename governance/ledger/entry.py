"""An entry of the log, and the one way in which it is written down."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from governance.ledger.merkle import leaf_hash

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]

VERSION = 1
_DECODER = json.JSONDecoder()
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that happened. `kind` is dotted (`grant.issued`); `topic` what it is about, never a person.

    `leaf` is the hash under which it stands in the tree (RFC 6962, section 2.1). `once` says that no second entry of
    this kind about this topic may be written by `append_once`.
    """

    index: int
    at: datetime
    kind: str
    topic: str
    body: Mapping[str, Json]
    leaf: bytes
    once: bool = False


def write(*, index: int, at: datetime, kind: str, topic: str, body: Mapping[str, Json], once: bool = False) -> str:
    """An entry's canonical text: sorted keys, no spaces, UTF-8; the same entry always gives the same bytes.

    `once` stands in the text only where it holds, so that whoever clears it in the database changes the leaf.

    Raises:
        ValueError: a number that JSON does not have, or half a character.
    """
    document: dict[str, Json] = {
        "v": VERSION,
        "index": index,
        "at": at.isoformat(),
        "kind": kind,
        "topic": topic,
        "body": body,
    }
    return canonical({**document, "once": True} if once else document)


def once_key(kind: str, topic: str) -> str:
    """What is unique among the entries that may be written only once. A kind holds no space."""
    return f"{kind} {topic}"


def canonical(document: Json) -> str:
    """Canonical JSON of any document.

    Raises:
        ValueError: a number that JSON does not have.
    """
    return _ENCODER.encode(document)


def read(text: str, *, check: bool = True) -> Entry:
    """The entry that a canonical text describes.

    Args:
        text: as `write` gives it.
        check: hold it against its canonical form. Needless for a text just written, and where a signed root fixes
            every byte: then the text costs twice as much to read, and says no more.

    Raises:
        ValueError: it is not an entry, or not written canonically.
    """
    try:
        document = _DECODER.decode(text)
        if document["v"] != VERSION or (check and canonical(document) != text):
            raise _strange()
        return Entry(
            index=document["index"],
            at=datetime.fromisoformat(document["at"]),
            kind=document["kind"],
            topic=document["topic"],
            body=document["body"],
            leaf=leaf_hash(text.encode()),
            once="once" in document,
        )
    except (KeyError, TypeError, RecursionError) as strange:
        raise _strange() from strange


def _strange() -> ValueError:
    return ValueError("not a canonical entry")
