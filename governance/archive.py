"""The archive: every text of every paper that was ever handed in, by its hash."""

from __future__ import annotations

from sqlalchemy import Column, Engine, Integer, String, Table, Text, insert, select

from governance.database import metadata, reading, transaction
from governance.document import Paper, dump, parse_one, sha256
from governance.errors import Misconfigured
from governance.ids import AgreementId

agreement_document = Table(
    "agreement_document",
    metadata,
    Column("id", String(80), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("sha256", String(64), primary_key=True),
    Column("text", Text, nullable=False),
)


class Archive:
    """Stored documents. Rows are added, never changed: a revised text has another hash.

    Args:
        engine: the operational database.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._read: dict[tuple[AgreementId, int, str], Paper | None] = {}

    def put(self, paper: Paper) -> str:
        """Store a paper's text, before the ledger speaks of it. Returns its hash."""
        key = {"id": paper.id, "version": paper.version, "sha256": sha256(paper)}
        same = [agreement_document.c[name] == value for name, value in key.items()]
        with transaction(self._engine) as connection:
            if connection.execute(select(agreement_document.c.id).where(*same)).first() is None:
                connection.execute(insert(agreement_document).values(**key, text=dump(paper)))
        return str(key["sha256"])

    def get(self, id: AgreementId, version: int, sha: str) -> Paper | None:
        """The text stored under a hash, as it reads now; None where it is gone or no longer a document.

        The caller compares hashes. A text that was read once and fitted is not read again: an edit of the row cannot
        reach a running process, and shows at the next one.
        """
        key = (id, version, sha)
        if key not in self._read:
            paper = self._load(key)
            if paper is None or sha256(paper) != sha:
                return paper
            self._read[key] = paper
        return self._read[key]

    def _load(self, key: tuple[AgreementId, int, str]) -> Paper | None:
        columns = agreement_document.c
        query = select(columns.text).where(columns.id == key[0], columns.version == key[1], columns.sha256 == key[2])
        with reading(self._engine) as connection:
            text = connection.execute(query).scalar()
        if text is None:
            return None
        try:
            return parse_one(text, where=f"stored document {key[0]}")
        except Misconfigured:
            return None
