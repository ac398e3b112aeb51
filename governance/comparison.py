"""Comparison: what differs between two texts of a paper, field by field, and whom each difference loosens.

Lists whose members have a name of their own are compared by that name: a dataset by its id, a field by its own. The
order of members, comments and layout do not matter, and a default that is written out is no difference. Signatures are
left out: they are under the text, not in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from governance.comparison_rule import Effect, effect_of
from governance.document import Paper, sort

NAMED = {
    "datasets": ("id",),
    "fields": ("name",),
    "columns": ("name",),
    "purposes": ("id",),
    "legal_basis": ("id",),
    "recipients": ("agency", "unit"),
    "processors": ("agency", "service"),
    "participants": ("agency",),
}
"""Lists whose members have a name, and the keys that make it."""

LEFT_OUT = frozenset({"signatures", "version", "signed_at", "document_sha256", "signature"})
"""Keys that say nothing about what is agreed."""


class How(StrEnum):
    """What became of a key."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference.

    `path` is the key in words of the document (`datasets[snap.members].fields[ssn].actions[match]`); `before` and
    `after` are plain values, None where there is none. `effect` says whether the new text is looser or stricter there,
    and `meaning` what that means for whom.
    """

    path: str
    how: How
    before: Any
    after: Any
    effect: Effect
    meaning: str


def compare(old: Paper, new: Paper) -> tuple[Change, ...]:
    """Every difference between two texts, in the order of their paths.

    Args:
        old: the text that is, or was.
        new: the text that is proposed.

    Raises:
        ValueError: one is an agreement, the other a memorandum.
    """
    if sort(old) != sort(new):
        raise ValueError("an agreement is compared with an agreement, a memorandum with a memorandum")
    before, after = (_tree(paper.model_dump(mode="json", by_alias=True)) for paper in (old, new))
    return tuple(sorted(_differences(sort(old), (), before, after), key=lambda change: change.path))


def looser(changes: tuple[Change, ...]) -> tuple[Change, ...]:
    """The differences by which the new text permits or allows more."""
    return tuple(change for change in changes if change.effect is Effect.LOOSER)


def _differences(kind: str, path: tuple[str, ...], before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in {*before, *after}:
            yield from _differences(kind, (*path, key), before.get(key), after.get(key))
        return
    how = How.CHANGED
    if before is None or after is None:
        how = How.ADDED if before is None else How.REMOVED
    effect, meaning = effect_of(kind, path, before, after)
    yield Change(path=_shown(path), how=how, before=_plain(before), after=_plain(after), effect=effect, meaning=meaning)


def _tree(value: Any, key: str = "") -> Any:
    """A document with every list as a mapping: by its members' names, or by the members themselves."""
    if isinstance(value, dict):
        return {name: _tree(each, name) for name, each in value.items() if name not in LEFT_OUT}
    if not isinstance(value, list):
        return value
    if key in NAMED:
        return {"[" + " ".join(str(each[name]) for name in NAMED[key]) + "]": _tree(each) for each in value}
    return {f"[{each}]": str(each) for each in value}


def _shown(path: tuple[str, ...]) -> str:
    return ".".join(path).replace(".[", "[")


def _plain(value: Any) -> Any:
    """A part of the tree as the document wrote it."""
    if not isinstance(value, Mapping):
        return value
    if value and all(name.startswith("[") for name in value):
        return [_plain(each) for each in value.values()]
    return {name: _plain(each) for name, each in value.items()}
