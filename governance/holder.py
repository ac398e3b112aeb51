"""Holders: whoever keeps something that rests on an agreement, and can say what, let go of it, and look again.

Each floor has its own (the sealed store, what rules computed, what alerts became); destruction asks them all, and
knows of none what it keeps or where. None of the three questions needs a key: what rests on what is lineage, and
lineage lies open.

Source: docs/governance.md, "Destruction and withdrawal"; NIST SP 800-88 Rev. 1, section 4.7 (verification).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from governance.ids import AgreementId


class Covers(StrEnum):
    """What a thing is, in the words of an agreement's `destruction: {covers: [...]}`."""

    RAW = "raw"
    SEALED = "sealed"
    CROSSWALK = "crosswalk"
    INDICATORS = "indicators"
    MODELS = "models"
    ALERTS = "alerts"
    EXPORTS = "exports"
    BACKUPS = "backups"
    KEYS = "keys"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One thing that rests on an agreement. Says what it is and how much; never whom it is about.

    `covers` is one of `Covers`; `kind` the keeper's own word (`signal`, `decision`, `model`, `task`); `id` names it
    there; `rows` how many rows it has (0 where it has none, or that cannot be known without a key); `detail` what a
    reader should know in addition.
    """

    covers: Covers
    kind: str
    id: str
    rows: int = 0
    detail: str = ""

    def body(self) -> dict[str, Any]:
        """The holding as part of a JSON document."""
        return {"covers": self.covers.value, "kind": self.kind, "id": self.id, "rows": self.rows, "detail": self.detail}


def holding(body: Mapping[str, Any]) -> Holding:
    """The holding that a JSON document describes.

    Raises:
        KeyError: a part of it is missing.
        ValueError: it covers nothing that is known.
    """
    return Holding(
        covers=Covers(body["covers"]),
        kind=str(body["kind"]),
        id=str(body["id"]),
        rows=int(body["rows"]),
        detail=str(body["detail"]),
    )


class Holder(Protocol):
    """Keeps something that rests on agreements."""

    @property
    def name(self) -> str:
        """What the holder is called in an inventory and on a certificate: `signals`, `rules`, `alerts`."""
        ...

    def inventory(self, agreement: AgreementId) -> Iterator[Holding]:
        """What it keeps that rests on an agreement, from lineage. Needs no key, and changes nothing."""
        ...

    def erase(self, agreement: AgreementId) -> Iterator[Holding]:
        """Let go of all of it. What was gone already is passed over, so that it can be run again after a crash.

        Yields:
            What went, each once it is gone.
        """
        ...

    def remains(self, agreement: AgreementId) -> Iterator[Holding]:
        """What is still there, found by looking where things lie instead of in the records of what was kept."""
        ...
