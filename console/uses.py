"""Uses by purpose, read off the ledger: what everybody may know about what the data was used for."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from threading import Lock
from typing import Any

from console.view import ActionUses, PurposeUses, Refusal, UsesByPurpose
from governance.errors import Reason
from governance.ledger import Entry, Ledger

PERMITS = ("grant.issued", "use.permitted")
REFUSAL = "use.refused"
TEXT_REFUSALS = ("clearance.held", "clearance.refused")
UNKNOWN = "(none given)"
NEWEST = 20
"""How many refused uses are told one by one, and how many texts."""

Key = tuple[str, str]


class UseCounter:
    """Counts uses as the ledger grows: each entry is read once, not once per page.

    Args:
        ledger: the ledger.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = Lock()
        self._last = -1
        self._permitted: Counter[Key] = Counter()
        self._refused: Counter[Key] = Counter()
        self._codes: dict[Key, Counter[str]] = {}
        self._newest: deque[Refusal] = deque(maxlen=NEWEST)
        self._texts: deque[Refusal] = deque(maxlen=NEWEST)

    def read(self) -> UsesByPurpose:
        """Every use until now, most used purpose first."""
        with self._lock:
            self._take(self._ledger.entries(after=self._last))
            return UsesByPurpose(purposes=self._purposes(), entries=self._last + 1)

    def refusals(self) -> tuple[Refusal, ...]:
        """The newest refusals of uses and of texts, newest first. A night of held texts displaces no refused use."""
        with self._lock:
            self._take(self._ledger.entries(after=self._last))
            return tuple(sorted([*self._newest, *self._texts], key=lambda each: -each.entry))

    def _take(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            key = _key(entry.body)
            if entry.kind in PERMITS:
                self._permitted[key] += 1
            elif entry.kind == REFUSAL:
                self._refused[key] += 1
                codes = {str(reason["code"]) for reason in _reasons(entry.body)}
                self._codes.setdefault(key, Counter()).update(codes)
                self._newest.append(_refusal(entry))
            elif entry.kind in TEXT_REFUSALS:
                self._texts.append(_held(entry))
            self._last = entry.index

    def _purposes(self) -> tuple[PurposeUses, ...]:
        keys = sorted({*self._permitted, *self._refused})
        found = [
            PurposeUses(purpose=purpose, actions=tuple(self._action(key) for key in keys if key[0] == purpose))
            for purpose in dict.fromkeys(purpose for purpose, _ in keys)
        ]
        return tuple(sorted(found, key=lambda each: (-each.permitted - each.refused, each.purpose)))

    def _action(self, key: Key) -> ActionUses:
        codes = self._codes.get(key, Counter())
        ordered = sorted(codes.items(), key=lambda item: (-item[1], item[0]))
        return ActionUses(
            action=key[1], permitted=self._permitted[key], refused=self._refused[key], codes=tuple(ordered)
        )


def _key(body: Mapping[str, Any]) -> Key:
    return (body.get("purpose") or UNKNOWN, body.get("action") or UNKNOWN)


def _refusal(entry: Entry) -> Refusal:
    purpose, action = _key(entry.body)
    return Refusal(
        at=entry.at,
        actor=str(entry.body.get("actor") or UNKNOWN),
        role=str(entry.body.get("role") or ""),
        action=action,
        purpose=purpose,
        dataset=entry.topic if entry.topic != "-" else "",
        reasons=tuple(_each_reason(entry)),
        entry=entry.index,
    )


def _held(entry: Entry) -> Refusal:
    return Refusal(
        at=entry.at,
        actor="",
        role="",
        action=str(entry.body.get("kind") or ""),
        purpose=str(entry.body.get("purpose") or ""),
        dataset="",
        reasons=tuple(_each_reason(entry)),
        entry=entry.index,
        about="text",
    )


def _each_reason(entry: Entry) -> Iterator[Reason]:
    for each in _reasons(entry.body):
        yield Reason(code=str(each["code"]), clause=str(each.get("clause", "")), detail=str(each.get("detail", "")))


def _reasons(body: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    reasons = body.get("reasons")
    return reasons if isinstance(reasons, list | tuple) else ()
