"""What a carrier says of a text, and what that asks for: some of it must act, or families are texted who said no.

Source: Twilio, "Error and warning dictionary".
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from alerts.message_table import Status


class Act(StrEnum):
    """What is to be done."""

    NOTHING = "nothing"
    REVOKE = "revoke"
    DO_NOT_TEXT = "do_not_text"
    STOP_TEMPLATE = "stop_template"
    PAUSE = "pause"


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What became of a text that the carrier knows by `provider_id`; `code` is its reason where it failed."""

    provider_id: str
    status: Status
    code: str | None


NO_LINE = "NO_LINE"
"""Our own code: no line to the carrier could be opened, so that nothing left."""

_ACTS = {
    "21610": Act.REVOKE,  # the phone said STOP to the carrier: never again
    "21211": Act.DO_NOT_TEXT,  # no such number
    "21614": Act.DO_NOT_TEXT,  # not a mobile phone
    "30004": Act.DO_NOT_TEXT,  # blocked by the phone's owner
    "30005": Act.DO_NOT_TEXT,  # unknown, or no longer in service
    "30006": Act.DO_NOT_TEXT,  # a landline, or a carrier that cannot be reached
    "30007": Act.STOP_TEMPLATE,  # filtered: carriers take the text for spam
    NO_LINE: Act.PAUSE,
    "401": Act.PAUSE,
    "429": Act.PAUSE,
    "20003": Act.PAUSE,  # the account's credentials are not accepted
    "20005": Act.PAUSE,  # the account is not active
    "20429": Act.PAUSE,  # too many requests
    "21611": Act.PAUSE,  # the sender's own line is full
    "30001": Act.PAUSE,  # the same, found out later
    "30002": Act.PAUSE,  # the account was suspended
    "30034": Act.PAUSE,  # the sender's number is not registered with the carriers
}
_UNREACHABLE = "30003"
"""Switched off, or out of range: may pass. Twice, and the number is not worth texting."""
_ONCE_MORE = frozenset({_UNREACHABLE, "30008"})
"""Unreachable, and unknown: the same text may be tried once more, on a later day."""


def act_on(code: str | None, *, times: int = 1) -> Act:
    """What a carrier's code asks for.

    Args:
        code: as the carrier gives it; None where all went well.
        times: how often this text has failed, this time included.
    """
    if code == _UNREACHABLE and times > 1:
        return Act.DO_NOT_TEXT
    return _ACTS.get(code or "", Act.NOTHING)


def may_repeat(code: str | None, *, times: int) -> bool:
    """Whether a text that failed may be tried again by a later run.

    What was not even accepted, for a reason that concerns every text, may be; so may, once, what may pass by itself.

    Args:
        code: why it failed.
        times: how often it has.
    """
    return act_on(code) is Act.PAUSE or (code in _ONCE_MORE and times < 2)  # noqa: PLR2004 (once more)
