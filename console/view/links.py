"""Links that linkage is not sure of, as a data steward sees them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRow:
    """A pair in the queue; nothing in it says who is meant.

    `source` is `linkage` or `wrong_match`, `state` where it stands; `why` says in words for what it was held back,
    `reasons` what speaks for and against, each with its weight. `probability` (0 to 1) is None where it is linked.
    """

    id: str
    state: str
    source: str
    why: str
    between: tuple[str, str]
    probability: float | None
    weight: float | None
    reasons: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFact:
    """One identifier of both sides as the agencies wrote it, and whether it is the same."""

    name: str
    left: str
    right: str
    alike: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkStep:
    """Something that became of a review."""

    at: datetime
    state: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """A pair side by side. `numbers_differ` asks for a word more before it is accepted."""

    row: LinkRow
    heads: tuple[str, str]
    facts: tuple[LinkFact, ...]
    history: tuple[LinkStep, ...]
    numbers_differ: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkPages:
    """What the pages about links may call, for the steward that they act for.

    `show` raises `LINK_REVIEW_UNKNOWN` or `LINK_REVIEW_GONE`, and what governance refuses; so does `decide`, which
    takes the review and the form's fields (`state`, `reason`, `despite_numbers`), and `REASON_NEEDED` or
    `LINK_NUMBERS_DIFFER`.
    """

    steward: str
    waiting: Callable[[], tuple[LinkRow, ...]]
    show: Callable[[str], LinkView]
    decide: Callable[[str, Mapping[str, str]], None]
