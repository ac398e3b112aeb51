"""Opting out: people whose rows no run may look at any more, from the next one on.

Kept by person, not by household: households are found anew each night, and a new name for one must not lose a no. A
person rests as keyed digests of the agencies' own numbers, so that the table tells nobody who said it. Linkage still
finds out who somebody is, so that a number which another agency gives them later does not lose their no; then it leaves
all of their rows without a household, and what has no household is not looked at, not learnt from, not acted on.

Source: the agreements' `subject_rights.opt_out: next_run`; `population.excludes: [opted_out]`.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Engine, String, Table, delete, insert, select

from governance.database import metadata, reading, transaction
from governance.errors import Misconfigured
from governance.ledger import Entry, Json, Ledger
from governance.vault import Vault

SECRET = "opt_out"  # noqa: S105 (its name, not the secret)
OUT, BACK = "subject.opted_out", "subject.opted_in"

opt_out = Table(
    "opt_out",
    metadata,
    Column("receipt", String(40), primary_key=True),
    Column("digest", String(64), primary_key=True),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What somebody who opts out is given: a number that says nothing about them, and when it was written down.

    `persons` is how many of the agencies' person numbers it covers; `entry` its place in the ledger.
    """

    number: str
    persons: int
    at: datetime
    entry: int


class OptOuts:
    """Who opted out.

    Args:
        engine: the operational database.
        vault: has the secret that digests are made with.
        ledger: says that somebody opted out or came back, never who.
    """

    def __init__(self, engine: Engine, vault: Vault, ledger: Ledger) -> None:
        self._engine = engine
        self._vault = vault
        self._ledger = ledger

    def record(self, persons: Iterable[str], *, by: str, how: str, subjects: str = "") -> Receipt:
        """Write a no down. It counts from the next run on.

        Args:
            persons: the agencies' person numbers, as linkage knows them; at least one.
            by: who writes it down: a staff id.
            how: how it was said; nothing about the person.
            subjects: the commitment to the household, for the accounting.

        Raises:
            Misconfigured: `OPT_OUT_EMPTY` where nobody is meant.
        """
        digests = self.digests(persons)
        if not digests or not by.strip():
            what = "An opt-out needs somebody who opts out, and who writes it down."
            raise Misconfigured(what, "Name the household as the queue does, and yourself.", code="OPT_OUT_EMPTY")
        number = f"x-{secrets.token_hex(8)}"
        body: dict[str, Json] = {"by": by, "how": how, "persons": len(digests), "subjects": subjects or None}
        entry = self._ledger.append(OUT, number, body)
        with transaction(self._engine) as connection:
            connection.execute(insert(opt_out), [{"receipt": number, "digest": each} for each in sorted(digests)])
        return Receipt(number=number, persons=len(digests), at=entry.at, entry=entry.index)

    def withdraw(self, number: str, *, by: str) -> None:
        """Take an opt-out back, at the person's wish. It counts from the next run on; once is enough.

        Raises:
            Misconfigured: `OPT_OUT_UNKNOWN` where there is no such receipt.
        """
        if not any(self._ledger.entries(kind=OUT, topic=number)):
            what = f"There is no opt-out with the receipt {number[:40]}."
            raise Misconfigured(what, "Look at the number on the receipt.", code="OPT_OUT_UNKNOWN")
        self._ledger.append_once(BACK, number, {"by": by})
        with transaction(self._engine) as connection:
            connection.execute(delete(opt_out).where(opt_out.c.receipt == number))

    def standing(self, commitments: Collection[str]) -> tuple[str, ...]:
        """The receipts, not taken back, of everybody whom these commitments stand for.

        Args:
            commitments: as entries bear them; see `governance.subject`.
        """
        return tuple(each.topic for each in self._standing() if each.body.get("subjects") in commitments)

    def lost(self) -> tuple[str, ...]:
        """Receipts that the ledger has and the table has not: an older copy of the database was put back.

        Whoever holds one of them said no, and is not kept out. They must be asked to say it again.
        """
        with reading(self._engine) as connection:
            kept = frozenset(connection.execute(select(opt_out.c.receipt)).scalars())
        return tuple(each.topic for each in self._standing() if each.topic not in kept)

    def current(self) -> frozenset[str]:
        """The digests of everybody who is out now: what a run compares its rows' persons with."""
        with reading(self._engine) as connection:
            return frozenset(connection.execute(select(opt_out.c.digest)).scalars())

    def digests(self, persons: Iterable[str]) -> frozenset[str]:
        """The digests of person numbers."""
        return frozenset(digest for _, digest in self.each(persons))

    def each(self, persons: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Person numbers, each with its digest."""
        key = self._vault.secret(SECRET)
        for person in persons:
            yield person, hmac.digest(key, person.encode(), "sha256").hex()

    def out_of(self, persons: Iterable[str]) -> frozenset[str]:
        """Those of these person numbers that opted out."""
        out = self.current()
        if not out:
            return frozenset()
        return frozenset(person for person, digest in self.each(persons) if digest in out)

    def _standing(self) -> list[Entry]:
        back = {entry.topic for entry in self._ledger.entries(kind=BACK)}
        return [entry for entry in self._ledger.entries(kind=OUT) if entry.topic not in back]
