"""A telephone's number, written one way (ITU-T E.164), whatever way somebody wrote it down."""

from __future__ import annotations

import phonenumbers

from governance.errors import Misconfigured

REGION = "US"
"""The country of a number that is written without one."""


def is_telephone(text: str) -> bool:
    """Whether a text is a telephone's whole number."""
    return _parsed(text) is not None


def telephone(text: str) -> str:
    """A number as E.164: `+16175550123`.

    Args:
        text: as somebody wrote it; without a country code it is of the United States.

    Raises:
        Misconfigured: `PHONE_INVALID`; what was written is not repeated.
    """
    found = _parsed(text)
    if found is None:
        raise Misconfigured(
            "That is not a telephone number that can be reached.",
            "Write all ten digits, for a number abroad with + and its country code.",
            code="PHONE_INVALID",
        )
    return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)


def holds_telephone(text: str) -> bool:
    """Whether a telephone number stands anywhere in a text: then it has no place in a ledger."""
    return phonenumbers.PhoneNumberMatcher(text, REGION, leniency=phonenumbers.Leniency.POSSIBLE).has_next()


def _parsed(text: str) -> phonenumbers.PhoneNumber | None:
    try:
        found = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException:
        return None
    return found if phonenumbers.is_valid_number(found) and found.extension is None else None
