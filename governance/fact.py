"""Facts: what is known about the rows of a use, and about why it is asked for. What is not known is never assumed.

Who asks states them, except three: the notices that go before a legal process, an emergency, and that a frame is
anonymous are taken from the ledger by their reference whenever anything is granted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

NOTICES = frozenset({"owner", "subject"})
"""Who hears of a legal process before anything is handed over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Emergency:
    """Emergency access ("break-glass"): who asked for it, which second person confirmed it, and until when it lasts.

    `confirmed_by` is empty until somebody has. `until` is an aware instant: at it, the emergency is over. `reference`
    is the number it has in the ledger.
    """

    asked_by: str
    confirmed_by: str
    until: datetime
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known. None, an empty text and an empty set mean: not known.

    About the rows: `frame` is the SHA-256 of the frame that would enter the analytic zone, in hex; `attested` says
    whether the ledger has an attestation that it is anonymous (only a "no" is believed of the one who asks);
    `sealed_present` whether sealed or expunged rows are still among them; `victim_services` whether they come from a
    victim-service provider; `part2_consent` whether everybody in them consented under 42 CFR part 2; `conditions` are
    the conditions of a legal basis that are met for all of them; `oldest_known_on` is the day on which the oldest of
    them became known.

    About why: `legal_process` is the number of the order that the use answers, and `notices` who heard of it (`owner`,
    `subject`); `break_glass` is the emergency it is asked in; `review_of` the staff id whose own use is reviewed.

    About a table that would be published: `smallest_cell` is the smallest count shown (zeros left out where they are
    allowed, unless nothing else is shown); `recoverable_cells` how many hidden cells an attacker could work out. None
    means that nobody audited the table.
    """

    attested: bool | None = None
    frame: str = ""
    sealed_present: bool | None = None
    victim_services: bool | None = None
    part2_consent: bool | None = None
    conditions: frozenset[str] = frozenset()
    oldest_known_on: date | None = None
    legal_process: str = ""
    notices: frozenset[str] = frozenset()
    break_glass: Emergency | None = None
    review_of: str = ""
    smallest_cell: int | None = None
    recoverable_cells: int | None = None

    def body(self) -> dict[str, Any]:
        """What is known, as part of a ledger entry's body. What is not known is left out."""
        plain: dict[str, Any] = {
            "attested": self.attested,
            "frame": self.frame or None,
            "sealed_present": self.sealed_present,
            "victim_services": self.victim_services,
            "part2_consent": self.part2_consent,
            "conditions": sorted(self.conditions) or None,
            "oldest_known_on": self.oldest_known_on.isoformat() if self.oldest_known_on else None,
            "legal_process": self.legal_process or None,
            "notices": sorted(self.notices) or None,
            "break_glass": self.break_glass.reference if self.break_glass else None,
            "review_of": self.review_of or None,
            "smallest_cell": self.smallest_cell,
            "recoverable_cells": self.recoverable_cells,
        }
        return {name: value for name, value in plain.items() if value is not None}


NOTHING_KNOWN = Facts()
"""No facts: what a use carries whose asker knows nothing about the rows."""
