"""The tables of reviews: pairs that a steward decides about, what was decided when, and whom a doubt holds back.

A person key never rests here: it stands as a keyed digest, as an opt-out does. What a steward wrote as the reason rests
sealed under both agreements.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
)

from governance.database import metadata
from governance.instant import Instant


class State(StrEnum):
    """Where a review stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNSURE = "unsure"


class Source(StrEnum):
    """Who asks: linkage that is not sure, or a caseworker who met the wrong family."""

    LINKAGE = "linkage"
    WRONG_MATCH = "wrong_match"


UNDECIDED = (State.OPEN, State.UNSURE)
DECIDED = (State.ACCEPTED, State.REJECTED)

link_review = Table(
    "link_review",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("left_digest", String(64), nullable=False),
    Column("right_digest", String(64), nullable=False),
    Column("left_space", String(64), nullable=False),
    Column("right_space", String(64), nullable=False),
    Column("left_agreement", String(64), nullable=False),
    Column("right_agreement", String(64), nullable=False),
    Column("left_household", String(64), nullable=False),
    Column("right_household", String(64), nullable=False),
    Column("probability", Float, nullable=True),
    Column("weight", Float, nullable=True),
    Column("reasons", JSON, nullable=False),
    Column("why", String(32), nullable=False),
    Column("state", String(16), nullable=False),
    Column("source", String(16), nullable=False),
    Column("despite_numbers", Boolean, nullable=False),
    Column("asked_at", Instant, nullable=False),
    UniqueConstraint("left_digest", "right_digest"),
)

link_review_event = Table(
    "link_review_event",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("review", String(40), ForeignKey("link_review.id"), nullable=False, index=True),
    Column("state", String(16), nullable=False),
    Column("source", String(16), nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Column("reason_sealed", LargeBinary, nullable=True),
)

link_asked = Table(
    "link_asked",
    metadata,
    Column("link", String(40), primary_key=True),
    Column("at", Instant, nullable=False),
)
"""The link run whose uncertain pairs are in the queue: one row."""

link_hold = Table(
    "link_hold",
    metadata,
    Column("household", String(64), primary_key=True),
    Column("review", String(40), ForeignKey("link_review.id"), primary_key=True),
)
"""Households that get no alert and no offer while a review of who they are is undecided, as they are called now."""
