"""Established facts: what the ledger says about an order, an emergency and a frame, in place of what is claimed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from governance.attestation.attestations import Attestations
from governance.break_glass import BreakGlass
from governance.clock import Clock
from governance.fact import Emergency
from governance.ledger import Ledger
from governance.legal_process import LegalProcess
from governance.signing.signatory import Signatories
from governance.standing import Papers
from governance.use import Use


def established(use: Use, papers: Papers, ledger: Ledger, clock: Clock) -> Use:
    """A use with the notices and the emergency that the ledger has for the numbers that it names.

    An order or an emergency that the ledger does not know has no notice, and no second person: both are refused.

    Args:
        use: as it was asked.
        papers: tell whose data it is.
        ledger: where orders, notices and emergencies stand.
        clock: the time that emergencies are measured by.
    """
    use = noticed(use, papers, ledger)
    claimed = use.facts.break_glass
    if claimed is None:
        return use
    found = BreakGlass(ledger, clock).emergency(claimed.reference)
    unconfirmed = Emergency(
        asked_by=claimed.asked_by, confirmed_by="", until=claimed.until, reference=claimed.reference
    )
    return replace(use, facts=replace(use.facts, break_glass=found or unconfirmed))


def noticed(use: Use, papers: Papers, ledger: Ledger) -> Use:
    """A use with the notices that the ledger has for the order that it answers; see `established`."""
    facts = use.facts
    if not facts.legal_process and not facts.notices:
        return use
    notices = LegalProcess(ledger).notices(use, _owners(use, papers)) if facts.legal_process else frozenset()
    return replace(use, facts=replace(facts, notices=notices))


def attested(use: Use, papers: Papers, ledger: Ledger, signatories: Signatories, at: datetime) -> Use:
    """A use with what the ledger says of the frame that it names. A claimed yes counts for nothing; a claimed no does.

    Args:
        use: as it was asked.
        papers: tell which agreements want a frame attested.
        ledger: where attestations stand.
        signatories: whose keys they are signed with.
        at: the instant that they must be in force at.
    """
    facts = use.facts
    if facts.attested is False or not (facts.attested or facts.frame):
        return use
    found = Attestations(ledger, signatories).admits(use, papers, at)
    return replace(use, facts=replace(facts, attested=found or None))


def _owners(use: Use, papers: Papers) -> frozenset[str]:
    """The agencies that own what a use asks for, and what that was derived from."""
    asked = [standing for ask in use.asks for standing in papers.covering.get(ask.dataset, ())]
    parents = [papers.agreements[id] for id in use.lineage if id in papers.agreements]
    return frozenset(standing.agreement.parties.owner.agency for standing in (*asked, *parents))
