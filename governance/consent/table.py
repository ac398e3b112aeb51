"""The table of what contacts said. The ledger is what counts: every row can be made again from it."""

from __future__ import annotations

from sqlalchemy import Column, Integer, String, Table

from governance.database import metadata

consent_move = Table(
    "consent_move",
    metadata,
    Column("entry", Integer, primary_key=True, autoincrement=False),  # its number in the ledger
    Column("contact", String(40), nullable=False, index=True),  # also one that was never registered
    Column("channel", String(16), nullable=False),
    Column("topic", String(64), nullable=False),
    Column("state", String(16), nullable=False),
)
"""A copy of the ledger to count by: nothing is decided on it."""
