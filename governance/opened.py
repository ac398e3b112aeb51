"""The open door. An `Opened` is proof that the gate let this read through, and the only way to a key."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from governance.errors import ActionNotGranted, FieldNotListed, GrantSpent
from governance.grant import Grant
from governance.ids import AgreementId
from governance.keyed_digest import keyed_digests
from governance.retention import Retention
from governance.use import Action
from governance.vault import Vault

SYSTEM_COLUMNS = frozenset(
    {"_row", "_delivery", "_occurred_on", "_known_on", "_record", "_deleted_on", "_household", "_lineage"}
)
"""Columns that come with any grant on a dataset."""

ACTION_COLUMNS = {
    Action.MATCH: frozenset({"_person"}),
    Action.INGEST: frozenset({"_person", "_raw"}),
}
"""System columns that only these actions see: the agency's own person number, and a quarantined row as it came."""

_WRITING = frozenset({Action.INGEST, Action.MATCH})

FOOTER = "_footer"
"""Names the key that opens a file's own description: its columns' names and its number of rows."""


@dataclass(slots=True)
class Tally:
    """What happened behind a door, for the ledger: numbers only."""

    rows: int = 0
    removed: dict[str, int] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        """The tally as part of a ledger entry's body."""
        return {"rows": self.rows, "removed": dict(self.removed)}


class Opened:
    """Fields that may be read now. Comes only from `gate.open`; after the `with` block it opens nothing more.

    Args:
        grant: what was granted.
        vault: where the keys are.
        check: raises the refusal that holds now, if one does (suspended, amended, expired since).
        retention: how long the dataset's fields may be kept.
    """

    def __init__(
        self, grant: Grant, vault: Vault, check: Callable[[Collection[AgreementId]], None], retention: Retention
    ) -> None:
        self.grant = grant
        self.tally = Tally()
        self._vault = vault
        self._check = check
        self._retention = retention
        self._live = True

    def recheck(self, lineage: Collection[AgreementId] = ()) -> None:
        """Ask the gate again, as is done before every file.

        Args:
            lineage: agreements that what is read next was derived from; each must be active too.

        Raises:
            Refused: what the gate says now; `GrantSpent` once the door is closed; `ActionNotGranted` where the grant is
                for a frame.
        """
        if self.grant.frame:
            what = f"Grant {self.grant.id} lets one attested frame in, and opens nothing that is sealed."
            raise ActionNotGranted(what, "What is in the store stays in the enclave; draw a frame of it.")
        if not self._live:
            raise GrantSpent(f"The door that grant {self.grant.id} opened is closed.", "Ask again.")
        self._check(lineage)

    def sees(self, columns: Iterable[str]) -> None:
        """Make sure that every one of these columns was granted, system columns included.

        Raises:
            FieldNotListed: naming those that were not.
        """
        special = ACTION_COLUMNS.get(self.grant.action, frozenset())
        outside = sorted(set(columns) - self.grant.fields - SYSTEM_COLUMNS - special)
        if outside:
            raise FieldNotListed(
                f"{', '.join(outside)} of {self.grant.dataset} is not in grant {self.grant.id}.",
                "Ask for a grant that names it, if the agreement does.",
            )

    def since(self, columns: Iterable[str]) -> date | None:
        """The first day on which a row may have become known, for these columns of it to be read together.

        None is no limit. What must be destroyed can be read however old it is: how else would it be found.
        """
        return None if self.grant.action is Action.DESTROY else self._retention.since(columns)

    def read_keys(self, month: str, columns: Iterable[str]) -> dict[str, bytes]:
        """Keys of these columns for one known-month, and of the files' description.

        Raises:
            Refused: the gate's answer now, or a column outside the grant.
        """
        wanted = set(columns)
        self.sees(wanted)
        self.recheck()
        return self._vault.read_keys(self.grant.agreement, self.grant.dataset, month, wanted | {FOOTER})

    def write_keys(self, month: str, columns: Iterable[str]) -> dict[str, bytes]:
        """Keys to seal a new file with. Only the actions `ingest` and `match` write.

        Raises:
            Refused: the gate's answer now, or a column outside the grant.
        """
        wanted = set(columns)
        self._writes()
        self.sees(wanted)
        self.recheck()
        return self._vault.write_keys(self.grant.agreement, self.grant.dataset, month, wanted | {FOOTER})

    def make_keys(self, months: Iterable[str], columns: Iterable[str]) -> None:
        """Make keys for several known-months that are about to be written; `write_keys` then finds them.

        Raises:
            Refused: the gate's answer now, or a column outside the grant.
        """
        wanted = set(columns)
        self._writes()
        self.sees(wanted)
        self.recheck()
        self._vault.make_keys(self.grant.agreement, self.grant.dataset, months, wanted | {FOOTER})

    def _writes(self) -> None:
        """Make sure that this door was opened to write: what another one wrote would pass for the agency's own."""
        if self.grant.action not in _WRITING:
            raise ActionNotGranted(
                f"Grant {self.grant.id} was given to {self.grant.action.value}, which writes nothing.",
                "Rows are written by taking them in, and households by matching.",
            )

    def seal(self, plaintext: bytes, context: str) -> bytes:
        """Seal a value under this grant's agreement."""
        return seal_jointly([self], plaintext, context)

    def unseal(self, sealed: bytes, context: str) -> bytes:
        """Open a value that was sealed under this grant's agreement alone."""
        return unseal_jointly([self], sealed, context)

    def seal_for(self, owners: Collection[AgreementId], plaintext: bytes, context: str) -> bytes:
        """Seal under several agreements; use `seal_jointly`, which makes sure that each of them has an open door."""
        return self._vault.seal(plaintext, owners, context)

    def unseal_for(self, owners: Collection[AgreementId], sealed: bytes, context: str) -> bytes:
        """Open what belongs to no other agreements than these; use `unseal_jointly`, which checks their doors.

        Raises:
            FieldNotListed: it belongs to another one too.
        """
        missing = sorted(set(self._vault.owners(sealed)) - set(owners))
        if missing:
            raise FieldNotListed(
                f"The value also belongs to {', '.join(missing)}, and no grant under it was given.",
                "Ask for a grant under every agreement that the value draws on.",
            )
        return self._vault.unseal(sealed, context)

    def pseudonym(self, text: str) -> str:
        """A keyed digest of a text under this grant's agreement: 32 hex digits."""
        return self._vault.pseudonym(self.grant.agreement, text)

    def pseudonyms(self, texts: Iterable[str]) -> list[str]:
        """`pseudonym` for many texts at once, in their order."""
        return keyed_digests(self._vault.digest_key(self.grant.agreement), texts)

    def count(self, rows: int, **removed: int) -> None:
        """Note how many rows were read or written, and how many were left out and why; for the ledger.

        Args:
            rows: rows that passed.
            removed: rows that did not, by reason (`deleted=3`).
        """
        self.tally.rows += rows
        for why, number in removed.items():
            self.tally.removed[why] = self.tally.removed.get(why, 0) + number

    def close(self) -> None:
        """Shut the door; the gate does this at the end of the `with` block."""
        self._live = False


def seal_jointly(doors: Collection[Opened], plaintext: bytes, context: str) -> bytes:
    """Seal a value that came from several agreements: it takes all of their keys to open it again.

    Args:
        doors: an open door for each agreement that the value draws on.
        plaintext: the value.
        context: what the value is and where it belongs.

    Raises:
        Refused: the gate's answer now, for any of them.
    """
    for door in doors:
        door.recheck()
    return next(iter(doors)).seal_for({door.grant.agreement for door in doors}, plaintext, context)


def unseal_jointly(doors: Collection[Opened], sealed: bytes, context: str) -> bytes:
    """Open a value that several agreements own: a door is needed for each of them.

    Raises:
        Refused: the gate's answer now, or `FieldNotListed` where an owner's door is not open.
        Misconfigured: `KEY_DESTROYED` or `SEAL_BROKEN`.
    """
    for door in doors:
        door.recheck()
    return next(iter(doors)).unseal_for({door.grant.agreement for door in doors}, sealed, context)
