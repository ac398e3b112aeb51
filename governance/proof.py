"""Proof of what a family said: a reference to where it stands, never what stands there."""

from __future__ import annotations

import re

from governance.errors import Misconfigured
from governance.telephone import holds_telephone

LONGEST = 120
WITHHELD = "withheld"
"""Stands where a reference was given that may not be written down. A no is kept all the same."""

_PLAIN = re.compile(r"[\w .,:;/#+()'–-]+")
_IDS = re.compile(r"\b(?:(?=[\w-]*[A-Za-z])[\w-]{16,}|[A-Za-z]{1,3}-?\d{1,9}|\d{4}-\d\d-\d\d)\b")
"""Ids of ours, of agencies and of carriers, and days: their digits are nobody's number."""
_DIGITS = re.compile(r"(?:\d[ ().-]{0,2}){10}")


def is_reference(text: str) -> bool:
    """Whether a text can stand in the ledger as a reference: short, plain, and without a telephone number or address.

    Args:
        text: `signed form of 2026-05-03`, `delivery d-… row 12`, a message's id.
    """
    plain = bool(_PLAIN.fullmatch(text)) and len(text) <= LONGEST and text == text.strip()
    rest = _IDS.sub(" ", text)
    return plain and not holds_telephone(rest) and _DIGITS.search(rest) is None


def reference(text: str) -> str:
    """The text, if it can stand in the ledger.

    Raises:
        Misconfigured: `PROOF_INVALID`; what was written is not repeated.
    """
    text = text.strip()
    if not is_reference(text):
        raise Misconfigured(
            f"A proof is a reference of at most {LONGEST} plain characters, without a telephone number or an address.",
            'Say where it can be looked up, such as "signed form of 2026-05-03".',
            code="PROOF_INVALID",
        )
    return text


def presentable(text: str) -> str:
    """The text, or `withheld` where it could not stand in the ledger: what is said here may not fail."""
    return text.strip() if is_reference(text.strip()) else WITHHELD
