"""Wording: how statuses, names and failing clauses are put into words that may be shown and logged."""

from __future__ import annotations

import re
from collections.abc import Iterable

from governance.errors import Reason
from governance.lifecycle import Status
from governance.purpose import is_purpose
from governance.standing import Standing

_NAME = re.compile(r"[A-Za-z_*][A-Za-z0-9_.*-]{0,63}")


def words(status: Status) -> str:
    """A status as people say it."""
    return status.value.replace("_", " ")


def reason(code: str, standing: Standing, clause: str, what: str) -> Reason:
    """A failing clause of an agreement: where it stands, and what about it."""
    detail = f"{standing.id} version {standing.version}: {what}."
    return Reason(code=code, clause=f"{standing.id} {clause}", detail=detail)


def shown(names: Iterable[str]) -> str:
    """Names for a detail, sorted; one that does not look like a name is not repeated."""
    return ", ".join(sorted(name if _NAME.fullmatch(name) else "(not a name)" for name in names))


def shown_purpose(purpose: str) -> str:
    """A purpose for a detail; free text is not repeated."""
    return purpose if is_purpose(purpose) else "(free text)"
