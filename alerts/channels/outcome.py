"""What a carrier's code asks for. Most ask for nothing; some must act, or families are texted who said no.

Source: Twilio, "Error and warning dictionary" (21610, 21211, 21614, 30003 to 30008, 20003, 20429).
"""

from __future__ import annotations

from enum import StrEnum


class Act(StrEnum):
    """What is to be done."""

    NOTHING = "nothing"
    REVOKE = "revoke"
    DO_NOT_TEXT = "do_not_text"
    STOP_TEMPLATE = "stop_template"
    PAUSE = "pause"


_ACTS = {
    "21610": Act.REVOKE,  # the phone said STOP to the carrier: never again
    "21211": Act.DO_NOT_TEXT,  # no such number
    "21614": Act.DO_NOT_TEXT,  # not a mobile phone
    "30006": Act.DO_NOT_TEXT,  # a landline, or a carrier that cannot be reached
    "30005": Act.DO_NOT_TEXT,  # unknown, or no longer in service
    "30004": Act.DO_NOT_TEXT,  # blocked by the phone's owner
    "30007": Act.STOP_TEMPLATE,  # filtered: carriers take the text for spam
    "20003": Act.PAUSE,  # the account is not accepted
    "20429": Act.PAUSE,  # too many at once
}
_ONCE_MORE = frozenset({"30003", "30008"})
"""Unreachable, unknown: may pass by itself. A later night may offer anew; this text is not sent again."""


def act_on(code: str | None) -> Act:
    """What a carrier's code asks for.

    Args:
        code: as the carrier gives it; None where all went well.
    """
    return Act.NOTHING if code is None or code in _ONCE_MORE else _ACTS.get(code, Act.NOTHING)
