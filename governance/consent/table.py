"""The tables of contacts and of what they said.

The ledger is what counts: every row of `consent_move`, and every flag, can be made again from it.
"""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, Integer, LargeBinary, String, Table

from governance.database import metadata

contact = Table(
    "contact",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("household", String(64), nullable=True, index=True),
    Column("linked", Boolean, nullable=False),  # linkage placed it, and takes it out once it no longer does
    Column("language", String(16), nullable=False),
    Column("flags", JSON, nullable=False),
    Column("phone_sealed", LargeBinary, nullable=False),
)

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
