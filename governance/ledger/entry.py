"""An entry of the log, and the one way in which it is written down."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from governance.ledger.merkle import leaf_hash

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that happened. `kind` is dotted (`grant.issued`); `topic` what it is about, never a person.

    `leaf` is the hash under which it stands in the tree.
    """

    index: int
    at: datetime
    kind: str
    topic: str
    body: Mapping[str, Json]
    leaf: bytes


def write(*, index: int, at: datetime, kind: str, topic: str, body: Mapping[str, Json]) -> str:
    """An entry's canonical text: sorted keys, no spaces, UTF-8; the same entry always gives the same bytes.

    Raises:
        ValueError: a number that JSON does not have.
    """
    head: dict[str, Json] = {"v": VERSION, "index": index, "at": at.isoformat(), "kind": kind, "topic": topic}
    return canonical({**head, "body": body})


def canonical(document: Json) -> str:
    """Canonical JSON of any document."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def read(text: str) -> Entry:
    """The entry that a canonical text describes.

    Raises:
        ValueError: it is not one, or not written canonically.
    """
    document = json.loads(text)
    if not isinstance(document, dict) or canonical(document) != text or document.get("v") != VERSION:
        raise ValueError("not a canonical entry")
    try:
        return Entry(
            index=document["index"],
            at=datetime.fromisoformat(document["at"]),
            kind=document["kind"],
            topic=document["topic"],
            body=document["body"],
            leaf=leaf_hash(text.encode()),
        )
    except (KeyError, TypeError) as missing:
        raise ValueError("not an entry") from missing
