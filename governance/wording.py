"""Wording: how statuses, names and failing clauses are put into words that may be shown and logged."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

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
    return _reason(code, standing.agreement.id, standing.version, clause, what)


def shown(names: Iterable[str]) -> str:
    """Names for a detail, sorted; one that does not look like a name is not repeated."""
    found = [_shown(name) for name in names]
    return found[0] if len(found) == 1 else ", ".join(sorted(found))


def shown_purpose(purpose: str) -> str:
    """A purpose for a detail; free text is not repeated."""
    return purpose if is_purpose(purpose) else "(free text)"


@lru_cache(maxsize=4096)
def _shown(name: str) -> str:
    return name if _NAME.fullmatch(name) else "(not a name)"


@lru_cache(maxsize=4096)
def _reason(code: str, id: str, version: int, clause: str, what: str) -> Reason:
    """The same refusal is given again and again: a night asks for every feed, and every page for every task."""
    return Reason(code=code, clause=f"{id} {clause}", detail=f"{id} version {version}: {what}.")
