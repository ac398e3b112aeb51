"""Plain words about texts: what a family allows, what became of a text, why one was held."""

from __future__ import annotations

import re
from collections.abc import Iterable

from console.wording import code_meaning

CONSENT = {
    "none": "Not asked yet",
    "asked": "Asked, not yet agreed",
    "granted": "Agreed to texts",
    "revoked": "Said no to texts",
}

ACTS = {
    "asked": "Signed up: the first yes",
    "granted": "Said yes again: the second yes",
    "revoked": "Said no: texts stopped at once",
}
"""What an act of consent was."""

HOWS = {
    "form": "on a form",
    "worker": "to a worker",
    "phone": "on the phone",
    "keyword": "by text",
    "import": "in records kept before",
    "carrier": "through the phone company",
}
"""How an act of consent was done."""

LANGUAGES = {
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "ht": "Haitian Creole",
    "km": "Khmer",
    "pt": "Portuguese",
    "ru": "Russian",
    "vi": "Vietnamese",
    "zh": "Chinese",
}

STATUSES = {
    "sending": "on its way",
    "sent": "sent",
    "delivered": "delivered",
    "failed": "not delivered",
    "unknown": "perhaps sent",
    "held": "held back",
    "yes": "said yes",
    "stop": "said stop",
    "stop_and_more": "said stop, and more for a person to read",
    "start": "said start",
    "help": "asked for help",
    "other": "for a person to read",
}
"""What became of a text, or what one that came means."""

HELD = {
    "NO_CONTACT": "Nobody of the household signed up for texts",
    "NO_CONSENT": "Never asked for texts",
    "CONSENT_NOT_CONFIRMED": "Signed up, but has not said yes a second time",
    "CONSENT_REVOKED": "Said no",
    "DO_NOT_CONTACT": "Marked as not to be texted",
    "QUIET_HOURS": "Outside the hours for texts; tried again later",
    "WEEKLY_CAP": "Has had this week’s texts",
    "COOLDOWN": "Was offered help a short while ago",
    "NO_REVIEWED_TEXT": "Nobody has reviewed a text in the family’s language",
    "LINEAGE_INACTIVE": "An agreement behind the reasons has stopped",
    "HOUSEHOLD_MISMATCH": "The phone belongs to another household by now",
    "SENT_BEFORE": "Has had this offer already",
    "TEMPLATE_STOPPED": "Phone companies took this wording for spam; it waits for a new one",
    "CHANNEL_PAUSED": "The line out was paused; tried again later",
    "LANGUAGE_MISMATCH": "The family has chosen another language by now",
}
"""Why a text was held, in words."""

CHANNELS = {"outbox": "an outbox on this machine; nothing leaves it", "twilio": "Twilio"}
"""Ways out for a text."""

ENTRIES = {
    "consent.asked": "The family signed up",
    "consent.granted": "The family said yes again",
    "consent.revoked": "The family said no",
    "grant.issued": "Leave to look was given",
    "clearance.issued": "Leave to send was given",
    "clearance.held": "The text was held",
    "clearance.redeemed": "Leave to send was spent",
    "message.sent": "The text left",
    "message.failed": "The text did not arrive",
}
"""What an entry of the ledger says."""

TEXT_KINDS = {
    "offer": "An offer of help",
    "invite": "A text that asks for the second yes",
    "reply": "An answer to what a family texted",
}

_KEYWORDS = re.compile(r"\b(STOP|HELP|YES|ALTO|AYUDA|SI|PARE|AJUDA|SIM)\b")


def consent_words(state: str) -> str:
    """What a family has said about texts, in two or three words."""
    return CONSENT.get(state, state)


def held_words(code: str) -> str:
    """Why a text was held."""
    if code in HELD:
        return HELD[code]
    return "The phone company did not take it" if code.startswith("CARRIER_") else code_meaning(code)


def status_words(status: str) -> str:
    """What became of a text, or what one that came means."""
    return STATUSES.get(status, status)


def channel_words(name: str) -> str:
    """The way by which a text went out."""
    return CHANNELS.get(name, name)


def entry_words(kind: str) -> str:
    """What an entry of the ledger says; its kind where it has no words yet."""
    return ENTRIES.get(kind, kind)


def language_name(code: str) -> str:
    """A language's name in English; its code where it is none of those that we text in."""
    return LANGUAGES.get(code, code)


def text_kind(kind: str) -> str:
    """What kind of text it was."""
    return TEXT_KINDS.get(kind, "A text")


def keywords(body: str) -> Iterable[tuple[str, bool]]:
    """A text in pieces, and of each whether it is a word that a family may answer with."""
    return ((piece, bool(_KEYWORDS.fullmatch(piece))) for piece in _KEYWORDS.split(body) if piece)
