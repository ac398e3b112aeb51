"""Witnessing, seen from the log: what a witness is asked, and what it signed, kept below the head that it signed."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Engine, func, select

from governance.database import reading, transaction
from governance.errors import LedgerBroken, Misconfigured
from governance.ledger import verification
from governance.ledger.cosign import Cosignature, cosigned
from governance.ledger.log import Ledger
from governance.ledger.note import open_note
from governance.ledger.table import ledger_checkpoint, ledger_cosignature
from governance.ledger.witness import Request


class Witnessing:
    """Asks witnesses, and keeps their signatures.

    Args:
        engine: the ledger's own database.
        ledger: the log.
    """

    def __init__(self, engine: Engine, ledger: Ledger) -> None:
        self._engine = engine
        self._ledger = ledger

    def request(self, old: int, size: int | None = None) -> Request:
        """What a witness is asked, to be sent to it: a kept head, and the proof that it grows out of an earlier one.

        Args:
            old: the size of the last head that the witness signed; 0 for its first.
            size: of the kept head; the newest where it is left out.

        Raises:
            Misconfigured: `CHECKPOINT_UNKNOWN` where no such head was kept; `ENTRY_UNKNOWN`.
        """
        with reading(self._engine) as connection:
            newest = select(func.max(ledger_checkpoint.c.size)).scalar_subquery()
            at = newest if size is None else size
            row = connection.execute(select(ledger_checkpoint).where(ledger_checkpoint.c.size == at)).first()
        if row is None:
            what = "No head of that size was kept." if size is not None else "No head was kept yet."
            raise Misconfigured(what, "Keep one with `hearthline ledger checkpoint`.", code="CHECKPOINT_UNKNOWN")
        return Request(old=old, proof=self._ledger.consistency(old, row.size) if old else (), note=row.note)

    def keep(self, size: int, line: str, witness: str) -> Cosignature:
        """Keep what a witness signed below a head.

        Args:
            size: of the kept head.
            line: the witness's signature line.
            witness: the witness's public key, which is trusted.

        Raises:
            Misconfigured: `CHECKPOINT_UNKNOWN`; `COSIGNATURE_INVALID` where it does not hold.
        """
        note = self.request(0, size).note
        try:
            found = cosigned(note + line, [witness])
        except ValueError:
            found = ()
        if not found or not line.endswith("\n") or line.count("\n") != 1:
            what = f"That is no signature of this witness under the head at {size} entries."
            raise Misconfigured(what, "Let it sign the request as it was made.", code="COSIGNATURE_INVALID")
        row = {"size": size, "witness": found[0].witness, "line": line}
        with transaction(self._engine) as connection:
            same = (ledger_cosignature.c.size == size, ledger_cosignature.c.witness == row["witness"])
            if connection.execute(select(ledger_cosignature.c.size).where(*same)).first() is None:
                connection.execute(ledger_cosignature.insert(), row)
        return found[0]

    def witnessed(self, witnesses: Collection[str]) -> tuple[int, tuple[Cosignature, ...]]:
        """The newest head that witnesses signed: its size, and the signatures of those that are trusted.

        Raises:
            LedgerBroken: a trusted witness's signature does not hold.
        """
        with reading(self._engine) as connection:
            note = verification.witnessed(connection)
        if not note:
            return 0, ()
        try:
            return open_note(note, self._ledger.verifier_key).size, cosigned(note, witnesses)
        except ValueError as broken:
            raise LedgerBroken(
                f"A witnessed head does not hold: {broken}.", "Run `hearthline ledger verify`."
            ) from None
