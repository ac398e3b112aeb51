"""The table of releases: every table that was published, as its readers got it."""

from __future__ import annotations

from sqlalchemy import Column, Connection, String, Table, Text, insert, select

from governance.database import metadata

release = Table(
    "release",
    metadata,
    Column("id", String(120), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("text", Text, nullable=False),
)


def keep(connection: Connection, id: str, sha256: str, text: str) -> None:
    """Store a table's text. It is a release only once the ledger says so."""
    same = (release.c.id == id, release.c.sha256 == sha256)
    if connection.execute(select(release.c.id).where(*same)).first() is None:
        connection.execute(insert(release).values(id=id, sha256=sha256, text=text))


def kept(connection: Connection, id: str, sha256: str) -> str | None:
    """The text stored under a release's number and hash; None where it is gone."""
    query = select(release.c.text).where(release.c.id == id, release.c.sha256 == sha256)
    text = connection.execute(query).scalar()
    return None if text is None else str(text)
