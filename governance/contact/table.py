"""The table of contacts. Every flag in it can be made again from the ledger, which is what counts."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, Column, LargeBinary, String, Table

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
