"""Embedded: the signatures that stand in a paper itself, and the agencies that its parties are."""

from __future__ import annotations

from collections.abc import Iterable

from governance.agreement import Agreement
from governance.document import Paper, sha256
from governance.mou import Mou
from governance.signing.key import Mark


def agencies_of(paper: Paper, party: str) -> frozenset[str]:
    """The agencies that a party of a paper is; for a memorandum, the agency itself, whether it joined yet or not."""
    if isinstance(paper, Mou):
        return frozenset({party})
    parties = paper.parties
    named = {
        "owner": [parties.owner.agency],
        "recipient": [each.agency for each in parties.recipients],
        "processor": [each.agency for each in parties.processors],
    }
    return frozenset(named.get(party, []))


def marks(paper: Paper) -> tuple[Mark, ...]:
    """The signatures that stand in a paper and are over this very text."""
    own = sha256(paper)
    return tuple(mark for mark in _written(paper) if mark.sha256 == own)


def _written(paper: Paper) -> Iterable[Mark]:
    if isinstance(paper, Agreement):
        for each in paper.signatures:
            yield Mark(
                party=each.party,
                sha256=each.document_sha256,
                name=each.name,
                agency=each.agency or "",
                signed_at=each.signed_at.isoformat() if each.signature else "",
                signature=each.signature or "",
                where="document",
            )
        return
    for one in paper.participants:
        yield Mark(
            party=one.agency,
            sha256=one.document_sha256,
            name=one.coordinator,
            agency=one.agency,
            signed_at=one.signed_at.isoformat() if one.signature else "",
            signature=one.signature or "",
            where="document",
        )
