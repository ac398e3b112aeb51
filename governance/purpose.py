"""Purposes: dotted names. A granted purpose covers what lies below it, never above, and only at dots."""

from __future__ import annotations

import re
from functools import lru_cache

_SHAPE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")


def is_purpose(text: str) -> bool:
    """Whether a text has the shape of a purpose: lower-case words joined by dots."""
    return _SHAPE.fullmatch(text) is not None


@lru_cache(maxsize=4096)
def covers(granted: str, asked: str) -> bool:
    """Whether a granted purpose permits the one that is asked for.

    Args:
        granted: `prevention.outreach`, as an agreement lists it.
        asked: `prevention.outreach.housing`, as a use names it.

    Returns:
        True where `asked` is `granted` or lies below it. `prevention.outreachx` lies beside it, not below.
    """
    return is_purpose(granted) and is_purpose(asked) and (asked == granted or asked.startswith(granted + "."))
