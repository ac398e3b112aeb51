"""What the ledger is told of an act of consent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from governance.consent.said import ALL, ConsentMove
from governance.errors import Misconfigured
from governance.ids import ContactId
from governance.ledger.log import Draft
from governance.proof import presentable, reference

SMS = "sms"
"""The channel of text messages."""

HOW = ("form", "worker", "phone", "keyword", "import", "carrier")
"""Ways in which something is said."""


_NAME = re.compile(r"[a-z][a-z0-9_]{0,15}"), re.compile(r"[a-z][a-z0-9_]{0,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A first yes: somebody signed up. `given_at` is when; `proof` where that stands; `wording` what was agreed to."""

    contact: ContactId
    topic: str
    language: str
    how: str
    proof: str
    wording: str
    channel: str = SMS
    given_at: datetime | None = None


def asked(each: Asking, *, by: str) -> Draft:
    """The first act.

    Raises:
        Misconfigured: `PROOF_INVALID`, `CONSENT_HOW`, `CONSENT_TOPIC`.
    """
    if not _is_named(each.channel, each.topic):
        raise Misconfigured(
            "A yes is to one channel and one topic, each a lower-case word.",
            "The example messages have the topic family_support.",
            code="CONSENT_TOPIC",
        )
    about = {"channel": each.channel, "about": each.topic, "language": each.language}
    body = {"how": _way(each.how), "proof": reference(each.proof), "wording": reference(each.wording), "by": by}
    return "consent.asked", each.contact, about | body


def granted(contact: ContactId, pair: tuple[str, str], first: ConsentMove, *, how: str, proof: str, by: str) -> Draft:
    """The second act, after a first one.

    Raises:
        Misconfigured: `PROOF_INVALID`, `PROOF_REPEATED`, `CONSENT_HOW`.
    """
    if reference(proof) == first.proof:
        raise Misconfigured(
            "The second yes rests on the same proof as the first.",
            "A family says yes twice: give the reference of the second time.",
            code="PROOF_REPEATED",
        )
    about = {"channel": pair[0], "about": pair[1], "language": ""}
    body = {"how": _way(how), "proof": reference(proof), "wording": first.wording, "by": by}
    return "consent.granted", contact, about | body


def revoked(contact: ContactId, *, channel: str, topic: str, how: str, proof: str, by: str) -> Draft:
    """A no. It never fails: what of it cannot be written down is left out."""
    about = {"channel": channel, "about": topic, "language": ""}
    body = {"how": how if how in HOW else "worker", "proof": presentable(proof), "wording": "", "by": presentable(by)}
    return "consent.revoked", contact, about | body


def extent(channel: str | None, topic: str | None) -> tuple[str, str]:
    """What a no is about. One that does not say so, or not so that it can be understood, is about everything."""
    channel, topic = channel or ALL, topic or ALL
    return (channel if _NAME[0].fullmatch(channel) else ALL), (topic if _NAME[1].fullmatch(topic) else ALL)


def _way(how: str) -> str:
    if how not in HOW:
        raise Misconfigured("That is no way of saying yes.", f"One of: {', '.join(HOW)}.", code="CONSENT_HOW")
    return how


def _is_named(channel: str, topic: str) -> bool:
    return extent(channel, topic) == (channel, topic) and ALL not in {channel, topic}
