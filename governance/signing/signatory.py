"""Signatories: who signs for an agency, with which key, as the ledger has it.

A key is registered for one name of one agency. From then on only a signature by that key counts in that name: what
somebody merely records does not, also after the key was retired. An agency can say that this goes for all of its
names (`required`). Whether a signature counts is asked of the register as it was when the signature was written down,
so that every reader of the ledger comes to the same answer, and a key that is retired later undoes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import RLock

from governance.document import Paper, sha256
from governance.errors import Misconfigured
from governance.ledger import Entry, Ledger
from governance.signing.embedded import agencies_of, marks
from governance.signing.key import Mark, is_public, verifies

KIND = "signatory"
OWN, HOUSE = "own", "house"
"""Who holds the private half of a key: the signatory, or this installation's vault."""
SIGNING = frozenset({"agreement.signed", "agreement.joined"})
"""Entries that put a name under a paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatory:
    """A name that signs for an agency, and its public key (base64 of 32 bytes).

    `entry` is where it was registered, at `since`; `retired` where that ended, None while it holds. `custody` is `own`
    where the signatory alone holds the private half, `house` where this installation's vault keeps it.
    """

    agency: str
    name: str
    key: str
    entry: int
    since: datetime
    retired: int | None = None
    custody: str = OWN

    def held(self, entry: int) -> bool:
        """Whether the key was good when the ledger's entry of that number was written."""
        return self.entry < entry and (self.retired is None or entry < self.retired)


@dataclass(slots=True)
class _Roll:
    """What the ledger's entries about signatories came to so far."""

    known: dict[tuple[str, str], list[Signatory]] = field(default_factory=dict)
    required: dict[str, int] = field(default_factory=dict)
    after: int = -1


class Signatories:
    """The signatories' register.

    Args:
        ledger: where keys are registered and retired.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = RLock()
        self._roll = _Roll()
        self._size = 0

    # -- who signs ------------------------------------------------------------------------------------------------

    def all(self) -> tuple[Signatory, ...]:
        """Every key that was ever registered, by agency and name."""
        known = self._current().known
        return tuple(each for place in sorted(known) for each in known[place])

    def find(self, agency: str, name: str) -> Signatory | None:
        """The signatory whose key is good now; None where there is none."""
        newest = self._current().known.get((agency, name), [])[-1:]
        return next((each for each in newest if each.retired is None), None)

    def keyed_only(self, agency: str) -> bool:
        """Whether an agency said that only keys sign for it."""
        return agency in self._current().required

    def register(self, agency: str, name: str, key: str, *, by: str, why: str = "", custody: str = OWN) -> None:
        """Register a key. The same one again changes nothing.

        Args:
            agency: for which the name signs.
            name: the signatory.
            key: the public key, base64 of 32 bytes.
            by: who registers it.
            why: why, for the log.
            custody: `own` or `house`; see `Signatory`.

        Raises:
            Misconfigured: `SIGNATORY_KEY` where it is no key; `SIGNATORY_KNOWN` where the name has another one.
        """
        if not (agency.strip() and name.strip() and by.strip() and is_public(key)):
            what = "A signatory needs an agency, a name, an Ed25519 public key, and somebody who registers it."
            raise Misconfigured(what, "Make a key with `hearthline agreement key`.", code="SIGNATORY_KEY")
        found = self.find(agency, name)
        if found is not None and found.key == key:
            return
        if found is not None:
            raise known(agency)
        body = {"agency": agency, "name": name, "key": key, "custody": custody, "by": by, "why": why}
        self._ledger.append("signatory.registered", agency, body)

    def retire(self, agency: str, name: str, *, by: str, why: str = "") -> None:
        """End a key: it signs nothing from now on. What it signed before stands.

        Raises:
            Misconfigured: `SIGNATORY_UNKNOWN` where the name has no key that is good now.
        """
        if self.find(agency, name) is None:
            raise unknown(agency)
        self._ledger.append("signatory.retired", agency, {"agency": agency, "name": name, "by": by, "why": why})

    def require(self, agency: str, *, by: str, why: str = "") -> None:
        """From now on only signatures by registered keys count for an agency, whoever's name they bear."""
        if not self.keyed_only(agency):
            self._ledger.append("signatory.required", agency, {"agency": agency, "by": by, "why": why})

    # -- whether a signature counts -------------------------------------------------------------------------------

    def counts(self, entry: Entry, paper: Paper | None) -> bool:
        """Whether a ledger's entry changes anything, as far as signatures go: the one question of whoever folds.

        Args:
            entry: any entry about a paper; one that is no signature counts.
            paper: the text that it signs; None where it is gone.
        """
        if entry.kind not in SIGNING:
            return True
        return self._objection(Mark.of(entry.body), paper, entry.index) is None

    def admit(self, mark: Mark, paper: Paper) -> None:
        """Raise unless a signature would count if it were written down now.

        Raises:
            Misconfigured: `SIGNATURE_INVALID`, `SIGNATURE_UNKEYED` or `AGREEMENT_PARTY`.
        """
        objection = self._objection(mark, paper, self._ledger.size() + 1)
        if objection is not None:
            raise objection

    def embedded(self, paper: Paper) -> tuple[Mark, ...]:
        """The signatures that stand in a paper, are over this very text, and would count if written down now."""
        now = self._ledger.size() + 1
        return tuple(mark for mark in marks(paper) if self._objection(mark, paper, now) is None)

    def _objection(self, mark: Mark, paper: Paper | None, entry: int) -> Misconfigured | None:
        roll = self._current(entry)
        agencies = agencies_of(paper, mark.party) if paper is not None else frozenset({mark.agency} - {""})
        if mark.agency and mark.agency not in agencies:
            what = f"{mark.agency} is not the {mark.party} of this paper."
            return Misconfigured(what, "Sign for the agency that is.", code="AGREEMENT_PARTY")
        if mark.signature:
            good = (each for agency in agencies for each in roll.known.get((agency, mark.name), []))
            if paper is not None and sha256(paper) != mark.sha256:
                return _invalid(mark)
            fits = any(each.held(entry) and _fits(each, mark) for each in good)
            return None if fits else _invalid(mark)
        for agency in agencies:
            required = roll.required.get(agency)
            keyed = any(each.entry < entry for each in roll.known.get((agency, mark.name), []))
            if keyed or (required is not None and required < entry):
                return _unkeyed(agency)
        return None

    def _current(self, entry: int | None = None) -> _Roll:
        """The roll, read as far as the entry of that number at least; as far as the ledger goes where it is None."""
        with self._lock:
            if entry is not None and entry <= self._size:
                return self._roll
            size = self._ledger.size()
            if size != self._size:
                for each in self._ledger.entries(kind=KIND, after=self._roll.after):
                    _take(self._roll, each)
                self._size = size
            return self._roll


def known(agency: str) -> Misconfigured:
    """The error for a name that has a good key already."""
    what = f"This signatory of {agency} has another key already."
    return Misconfigured(what, "Retire that one first: `hearthline agreement key --retire`.", code="SIGNATORY_KNOWN")


def unknown(agency: str) -> Misconfigured:
    """The error for a name without a good key."""
    return Misconfigured(
        f"This name has no key that is good now to sign for {agency}.",
        "Register one: `hearthline agreement key`.",
        code="SIGNATORY_UNKNOWN",
    )


def _fits(signatory: Signatory, mark: Mark) -> bool:
    """Whether a key made a signature; where the mark names no agency, it was made for the signatory's."""
    return verifies(signatory.key, Mark(**{**mark.body(), "agency": signatory.agency}))


def _take(roll: _Roll, entry: Entry) -> None:
    """Take one entry in; one that is no legal change changes nothing."""
    roll.after = entry.index
    agency, name = str(entry.body.get("agency", "")), str(entry.body.get("name", ""))
    if entry.kind == "signatory.required":
        roll.required.setdefault(agency, entry.index)
        return
    held = roll.known.setdefault((agency, name), [])
    holds = bool(held) and held[-1].retired is None
    if entry.kind == "signatory.registered" and not holds:
        key, custody = str(entry.body.get("key", "")), str(entry.body.get("custody", OWN))
        held.append(Signatory(agency=agency, name=name, key=key, entry=entry.index, since=entry.at, custody=custody))
    elif entry.kind == "signatory.retired" and holds:
        held[-1] = replace(held[-1], retired=entry.index)


def _invalid(mark: Mark) -> Misconfigured:
    return Misconfigured(
        f"The signature for the {mark.party} is not by a key that is registered for that name, over this text.",
        "Register the key (`hearthline agreement key`) and sign the document as it stands.",
        code="SIGNATURE_INVALID",
    )


def _unkeyed(agency: str) -> Misconfigured:
    return Misconfigured(
        f"This name signs for {agency} with a key; a signature without it does not count.",
        "Sign with the key: `hearthline agreement sign ID --key FILE`.",
        code="SIGNATURE_UNKEYED",
    )
