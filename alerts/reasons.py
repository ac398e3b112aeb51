"""Reasons: why a household is on the list, in words, with the facts behind each. Sealed wherever they rest.

A task keeps its reasons as one sealed value, wrapped under every agreement that the facts draw on. `pack` and `unpack`
are what stands inside the seal.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from governance.errors import Misconfigured
from governance.ids import AgreementId, DatasetId, DeliveryId, GrantId
from rules.scorer.explain import PREFIX

FORMAT = 2
"""Version of what is inside the seal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One fact behind a reason, and the whole way it came.

    `value` is what was seen, in `unit`; `occurred_on` the day it happened, `known_on` the day it was known. `row`
    is the data row of the delivered file (the first is 1).
    """

    indicator: str
    value: float | str | None
    unit: str
    occurred_on: date | None
    known_on: date
    dataset: DatasetId
    agreement: AgreementId
    grant: GrantId
    delivery: DeliveryId
    row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReason:
    """One reason, in words, with its source, the help that it points to, and its facts.

    It is a rule that fired, or something that the model weighed (`rule` then begins with `model.`). `text` is the
    sentence a caseworker reads, `citation` where the rule comes from, `programmes` the ids of the programmes that help
    with it.
    """

    rule: str
    title: str
    topic: str
    tier: int
    text: str
    citation: str
    programmes: tuple[str, ...]
    facts: tuple[Fact, ...]

    @property
    def is_of_model(self) -> bool:
        """Whether no rule says this, but the model weighs it."""
        return self.rule.startswith(PREFIX)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorePart:
    """What the model adds to a task's reasons. Sealed apart from them, under every agreement that the model looked at.

    `score` is the log-odds: `baseline`, where every family starts, and `rest`, what the reasons do not speak of, and
    the `contributions` of the reasons by their `rule` add up to it. No worker is shown a number of it.
    """

    model: str
    score: float
    baseline: float
    rest: float
    contributions: Mapping[str, float]


def pack_score(part: ScorePart) -> bytes:
    """What the model adds, as bytes to be sealed."""
    return json.dumps({"v": FORMAT, **asdict(part)}, sort_keys=True, separators=(",", ":")).encode()


def unpack_score(packed: bytes) -> ScorePart:
    """What `pack_score` wrote.

    Raises:
        Misconfigured: `REASONS_UNREADABLE` where another version of this program wrote it.
    """
    document = _current(packed)
    return ScorePart(**{name: document[name] for name in ScorePart.__slots__})


def pack(reasons: Iterable[TaskReason]) -> bytes:
    """Reasons as bytes to be sealed: the same reasons give the same bytes."""
    document = {"v": FORMAT, "reasons": [asdict(reason) for reason in reasons]}
    return json.dumps(document, sort_keys=True, separators=(",", ":"), default=_day).encode()


def unpack(packed: bytes) -> tuple[TaskReason, ...]:
    """The reasons that `pack` wrote.

    Raises:
        Misconfigured: `REASONS_UNREADABLE` where another version of this program wrote them.
    """
    return tuple(_reason(each) for each in _current(packed)["reasons"])


def _current(packed: bytes) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(packed)
    if document.get("v") != FORMAT:
        raise Misconfigured(
            "A task's reasons were written by another version of Hearthline.",
            "Run the night again: it writes them anew.",
            code="REASONS_UNREADABLE",
        )
    return document


def programmes_of(reasons: Iterable[TaskReason]) -> tuple[str, ...]:
    """The ids of all programmes that reasons point to, each once, those of the first reason first."""
    return tuple(dict.fromkeys(id for reason in reasons for id in reason.programmes))


def _reason(document: Mapping[str, Any]) -> TaskReason:
    facts = tuple(_fact(each) for each in document["facts"])
    return TaskReason(**{**document, "programmes": tuple(document["programmes"]), "facts": facts})


def _fact(document: Mapping[str, Any]) -> Fact:
    days = {name: date.fromisoformat(document[name]) for name in ("occurred_on", "known_on") if document[name]}
    return Fact(**{**document, **days})


def _day(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError("not a value of a reason")
