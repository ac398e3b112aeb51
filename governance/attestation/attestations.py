"""Attestations: all of them, as the ledger has them, and whether one lets a use into the analytic zone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from governance.attestation.attestation import PARTY, Attestation, Statement
from governance.errors import Misconfigured
from governance.ledger import Entry, Ledger
from governance.signing import Mark, verifies
from governance.signing.signatory import Signatories
from governance.standing import Papers, Standing
from governance.use import Ask, Use

KIND = "attestation"
SIGNED, WITHDRAWN = "attestation.signed", "attestation.withdrawn"


class Attestations:
    """The attestations in a ledger. One counts only with a signature that verifies by a key that was good then.

    Args:
        ledger: where they stand; the topic of an entry is the frame's hash.
        signatories: whose keys there are.
    """

    def __init__(self, ledger: Ledger, signatories: Signatories) -> None:
        self._ledger = ledger
        self._signatories = signatories

    def sign(self, statement: Statement, mark: Mark) -> Attestation:
        """Write an attestation down. It counts from now on.

        Args:
            statement: what is attested.
            mark: the signature over its hash.

        Raises:
            Misconfigured: `ATTESTATION_UNSIGNED` where the signature is not one by the signatory's key, over this.
        """
        made = Attestation(statement=statement, mark=mark, entry=self._ledger.size())
        flaw = self._flaw(made)
        if flaw:
            what = f"Attestation {made.id} bears no signature that holds: {flaw}."
            raise Misconfigured(what, "Sign with a key that is registered.", code="ATTESTATION_UNSIGNED")
        entry = self._ledger.append(SIGNED, statement.frame, {**statement.body(), "mark": mark.body()})
        return replace(made, entry=entry.index)

    def withdraw(self, id: str, *, by: str, why: str) -> Attestation:
        """Take an attestation back. What it let in may not be used from now on.

        Args:
            id: its number.
            by: who takes it back.
            why: why, for the log.

        Raises:
            Misconfigured: `ATTESTATION_UNKNOWN`.
        """
        found = self.get(id)
        if found.withdrawn is None:
            self._ledger.append(WITHDRAWN, found.statement.frame, {"attestation": id, "by": by, "why": why})
        return self.get(id)

    def get(self, id: str) -> Attestation:
        """One attestation.

        Raises:
            Misconfigured: `ATTESTATION_UNKNOWN`.
        """
        for each in self.all():
            if each.id == id:
                return each
        what = f"There is no attestation {id[:40]}."
        raise Misconfigured(what, "See `hearthline attest list`.", code="ATTESTATION_UNKNOWN")

    def all(self) -> tuple[Attestation, ...]:
        """Every attestation whose signature holds, oldest first."""
        return tuple(self._good(self._ledger.entries(kind=KIND)))

    def of_frame(self, frame: str) -> tuple[Attestation, ...]:
        """Those of one frame, by its hash, oldest first."""
        return tuple(self._good(self._ledger.entries(kind=KIND, topic=frame)))

    def problems(self) -> list[str]:
        """What is wrong with attestations in the ledger: signatures that do not hold, withdrawals of nothing."""
        wrong, known = [], set()
        for entry in self._ledger.entries(kind=KIND):
            if entry.kind == WITHDRAWN:
                wrong += [] if entry.body["attestation"] in known else [f"Entry {entry.index} withdraws nothing."]
                continue
            read = _read(entry)
            known |= {read.id} if read else set()
            flaw = self._flaw(read) if read else "it cannot be read"
            wrong += [f"Entry {entry.index}, an attestation: {flaw}."] if flaw else []
        return wrong

    def admits(self, use: Use, papers: Papers, at: datetime) -> bool | None:
        """Whether every agreement that wants a frame attested has an attestation of the frame that a use names.

        Args:
            use: what would enter the analytic zone; its facts name the frame.
            papers: the agreements as they stand.
            at: the instant.

        Returns:
            None where no agreement of the use wants one.
        """
        wanting = [
            (ask, standing)
            for ask in use.asks
            for standing in papers.covering.get(ask.dataset, ())
            if use.action in standing.terms[ask.dataset].attested
        ]
        if not wanting:
            return None
        known = self.of_frame(use.facts.frame) if use.facts.frame else ()
        return all(any(_covers(each, use, ask, standing, at) for each in known) for ask, standing in wanting)

    def _good(self, entries: Iterator[Entry]) -> Iterator[Attestation]:
        found: dict[str, Attestation] = {}
        for entry in entries:
            if entry.kind == WITHDRAWN:
                id = str(entry.body["attestation"])
                if id in found:
                    found[id] = replace(found[id], withdrawn=entry.index)
                continue
            read = _read(entry)
            if read is not None and not self._flaw(read):
                found.setdefault(read.id, read)
        yield from found.values()

    def _flaw(self, made: Attestation) -> str:
        """What is wrong with a signature; empty where nothing is."""
        mark, statement = made.mark, made.statement
        said = (mark.party, mark.sha256, mark.signed_at)
        if said != (PARTY, statement.sha256, statement.signed_at.isoformat()):
            return "the signature is under another text"
        keys = (each for each in self._signatories.all() if (each.agency, each.name) == (mark.agency, mark.name))
        held = next((each for each in keys if each.held(made.entry)), None)
        if held is None:
            return "nobody of that name had a key then"
        return "" if verifies(held.key, mark) else "the signature does not verify"


def _read(entry: Entry) -> Attestation | None:
    """The attestation in an entry; None where it holds none that could be."""
    try:
        statement = Statement.recall(entry.body)
        mark = Mark.of(dict(entry.body["mark"]))  # type: ignore[arg-type]
    except (KeyError, TypeError, ValueError):
        return None
    made = Attestation(statement=statement, mark=mark, entry=entry.index)
    return made if statement.frame == entry.topic else None


def _covers(each: Attestation, use: Use, ask: Ask, standing: Standing, at: datetime) -> bool:
    """Whether an attestation is for this part of a use, under the agreement as it stands, by another than who asks."""
    said = each.statement
    return (
        each.status(at) == "in force"
        and (said.agreement, said.version, said.agreement_sha256) == (standing.id, standing.version, standing.sha256)
        and said.dataset == ask.dataset
        and ask.fields <= said.fields
        and each.by != use.actor.id
    )
