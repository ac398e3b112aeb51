"""Destruction: from an agreement that ended to a certificate that nothing of it is left.

    ended → inventory frozen → destruction_pending → keys destroyed → everything deleted, holder by holder
          → scan → certificate → destroyed → closed

Every step is an entry of the ledger, written before the next begins, and every step can be done twice: whoever runs it
again after a crash picks up where it broke off. The keys go first. From then on, whatever else goes wrong, what they
sealed is out of reach, in every copy.

Source: the agreement's parts "term and termination" and "destruction"; NIST SP 800-88 Rev. 1, sections 2.6 and 4.7.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from governance.clock import Clock
from governance.destruction.certificate import CERTIFIED, Certificate, assembled
from governance.destruction.inventory import Inventory, Item, add_late, freeze, frozen, identity, late, take_stock
from governance.destruction.scan import HolderScanner, Scanned, Scanner, nothing
from governance.destruction.statement import stated
from governance.destruction.tombstone import KEYS_DESTROYED
from governance.errors import Misconfigured
from governance.holder import Holder
from governance.ids import AgreementId
from governance.ledger import Entry, Ledger
from governance.lifecycle import Status
from governance.register import Register
from governance.standing import Standing

ERASED, SCRUBBED, SCANNED = "destruction.erased", "destruction.scrubbed", "destruction.scanned"

_BEGINS = frozenset({Status.TERMINATED, Status.EXPIRED})
_DONE = frozenset({Status.DESTROYED, Status.CLOSED})
_UNDER_WAY = _BEGINS | {Status.DESTRUCTION_PENDING}
_MOVES = ("destruction_pending", "destroyed", "closed")
_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Destruction:
    """Destroys what an agreement brought in.

    Args:
        register: the agreements.
        ledger: where every step is written.
        clock: the time.
        keys: holds the keys; asked first.
        holders: everybody else who keeps anything, in the order in which they let go of it.
        scanners: look for what is left, besides the holders themselves.
        scrub: takes what was deleted out of the databases' files too; returns how many files it went over.
        sign: signs a certificate's document.
    """

    register: Register
    ledger: Ledger
    clock: Clock
    keys: Holder
    holders: Sequence[Holder]
    scanners: Sequence[Scanner]
    scrub: Callable[[], int]
    sign: Callable[[dict[str, Any]], Certificate]

    @property
    def everybody(self) -> tuple[Holder, ...]:
        """All holders, the keys' first."""
        return (self.keys, *self.holders)

    def inventory(self, id: AgreementId) -> Inventory:
        """What rests on an agreement: as it was frozen, if it was; else as it is now. Changes nothing.

        Raises:
            Misconfigured: `AGREEMENT_UNKNOWN`.
        """
        self.register.get(id)
        return self._frozen(id) or take_stock(self.everybody, id)

    def due_on(self, id: AgreementId) -> date | None:
        """The last day on which it may still be there; None while the agreement has not ended, or once it is done."""
        standing = self.register.get(id)
        return due_on(standing, self.register) if standing.status in _UNDER_WAY else None

    def destroy(self, id: AgreementId, *, by: str, why: str = "") -> Certificate:
        """Destroy everything that rests on an agreement that ended. Again, after a crash: from where it broke off.

        Args:
            id: the agreement.
            by: who has it done.
            why: why, for the log.

        Returns:
            The certificate; the one that there is, where it was done before.

        Raises:
            Misconfigured: `AGREEMENT_STATE` where it has not ended; `DESTRUCTION_INCOMPLETE` where the scan finds
                something that is still there; `AGREEMENT_UNKNOWN`.
            MoveNotYours: whoever asks for it does not hold the office.
        """
        status = self.register.get(id).status
        if status not in _UNDER_WAY | _DONE:
            raise Misconfigured(
                f"{id} is {status.value.replace('_', ' ')}: only what has ended is destroyed.",
                "End it first: `hearthline agreement terminate`.",
                code="AGREEMENT_STATE",
            )
        if status is not Status.CLOSED:
            for move in _MOVES:  # all of them, before anything is touched
                self.register.admit(by, move, id)
        if status not in _DONE:
            if self._certified(id) is None:
                self._begin(id, by, why)
                self._destroy_keys(id, by)
                self._erase(id)
                self._prove(id)
                self._certify(id)
            self.register.destroyed(id, by=by, why=why)
        if self.register.get(id).status is not Status.CLOSED:
            self.register.close(id, by=by, why=why)
        return self.certificate(id)

    def certificate(self, id: AgreementId) -> Certificate:
        """The certificate of an agreement, made again from the ledger.

        Raises:
            Misconfigured: `CERTIFICATE_UNKNOWN`; `CERTIFICATE_INVALID` where it is not what was certified.
        """
        entry, stock = self._certified(id), self._frozen(id)
        if entry is None or stock is None:
            what = f"There is no certificate of destruction for {id}."
            raise Misconfigured(what, "See `hearthline certificate list`.", code="CERTIFICATE_UNKNOWN")
        said: Any = entry.body["document"]
        lines = [item.body() for item in (*stock.items, *late(self.ledger, id, before=entry.index))]
        found = assembled({**said, "items": lines}, str(entry.body["signature"]))
        if found.sha256 != entry.body["sha256"]:
            raise _altered(id)
        return found

    def scan(self, id: AgreementId) -> Scanned:
        """Look for anything of an agreement that is still there. Changes nothing, and writes nothing down."""
        stock = self._frozen(id)
        items = (*(stock.items if stock else ()), *late(self.ledger, id))
        found = Scanned()
        for scanner in (HolderScanner(self.everybody), *self.scanners):
            found += scanner.scan(id, items)
        return found

    # -- the steps, in their order ------------------------------------------------------------------------------------

    def _begin(self, id: AgreementId, by: str, why: str) -> None:
        if self._frozen(id) is None:
            freeze(self.ledger, id, take_stock(self.everybody, id), by=by, why=why)
        if self.register.get(id).status in _BEGINS:
            self.register.begin_destruction(id, by=by, why=why)

    def _destroy_keys(self, id: AgreementId, by: str) -> None:
        """The ledger's tombstone comes before the deed: what it says is destroyed may not be used, gone or not yet."""
        self.ledger.append_once(KEYS_DESTROYED, id, {"by": by})
        self._let_go(self.keys, id)

    def _erase(self, id: AgreementId) -> None:
        for holder in self.holders:
            self._let_go(holder, id)
        self.ledger.append(SCRUBBED, id, {"files": self.scrub()})

    def _let_go(self, holder: Holder, id: AgreementId) -> None:
        kind = f"{ERASED}.{holder.name}"
        done = any(self.ledger.entries(kind=kind, topic=id))
        if done and nothing(holder.remains(id)):
            return
        self._note(id, [Item(holder=holder.name, holding=each) for each in holder.inventory(id)])
        gone = [Item(holder=holder.name, holding=each) for each in holder.erase(id)]
        self._note(id, gone)
        self.ledger.append(kind, id, {"items": len(gone), "rows": sum(each.holding.rows for each in gone)})

    def _note(self, id: AgreementId, items: Sequence[Item]) -> None:
        """Add to the list what is not on it yet."""
        stock = self._frozen(id)
        known = {identity(each) for each in (*(stock.items if stock else ()), *late(self.ledger, id))}
        add_late(self.ledger, id, [each for each in items if identity(each) not in known])

    def _prove(self, id: AgreementId) -> None:
        scanned = self.scan(id)
        found = [each.body() for each in scanned.found]
        self.ledger.append(SCANNED, id, {"looked": dict(scanned.looked), "left": len(found), "found": found[:_SHOWN]})
        if found:
            names = ", ".join(sorted({f"{each['kind']} {each['id']}" for each in found})[:_SHOWN])
            raise Misconfigured(
                f"Of {id}, {len(found)} things are still there: {names}.",
                "Find out who holds them, then run this again: it goes on from here.",
                code="DESTRUCTION_INCOMPLETE",
            )

    def _certify(self, id: AgreementId) -> None:
        stock, standing = self._frozen(id), self.register.get(id)
        lines = [item.body() for item in (*(stock.items if stock else ()), *late(self.ledger, id))]
        document = stated(standing, due_on(standing, self.register), self.ledger, self.clock)
        made = self.sign({**document, "items": lines})
        body: dict[str, Any] = {"document": document, "sha256": made.sha256, "signature": made.signature}
        self.ledger.append_once(CERTIFIED, id, body)

    def _certified(self, id: AgreementId) -> Entry | None:
        return next(iter(self.ledger.entries(kind=CERTIFIED, topic=id)), None)

    def _frozen(self, id: AgreementId) -> Inventory | None:
        try:
            return frozen(self.ledger, id)
        except ValueError:
            raise _altered(id) from None


def due_on(standing: Standing, register: Register) -> date | None:
    """The last day on which an ended agreement's data may be there; None where it has not ended."""
    ended = [step for step in standing.history if step.move in {"terminated", "expired"}]
    if not ended:
        return None
    day = ended[0].at.astimezone(register.papers().zone).date()
    return day + timedelta(days=standing.agreement.destruction.within_days)


def _altered(id: AgreementId) -> Misconfigured:
    return Misconfigured(
        f"What the ledger has about the destruction of {id} does not fit together.",
        "Run `hearthline ledger verify`.",
        code="CERTIFICATE_INVALID",
    )
