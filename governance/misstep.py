"""Missteps: what is said of a move that a paper cannot make."""

from __future__ import annotations

from governance.document import Paper, embedded, sha256, sort
from governance.errors import Misconfigured
from governance.ids import AgreementId
from governance.lifecycle import Life
from governance.mou import Mou
from governance.signing.signature import PARTIES, missing
from governance.wording import words

_LOOK = "See `hearthline agreement show` for where it stands."


def unknown(id: AgreementId) -> Misconfigured:
    """There is no such paper."""
    return Misconfigured(f"There is no agreement {id}.", "See `hearthline agreement list`.", code="AGREEMENT_UNKNOWN")


def nobody() -> Misconfigured:
    """Nobody makes the move."""
    return Misconfigured("A move needs somebody who makes it.", "Name them (--by).", code="AGREEMENT_BY")


def damaged(life: Life, version: int) -> Misconfigured:
    """The text of a version is not the one that was handed in."""
    what = f"The stored text of {life.id} version {version} is gone, or is not the one that was handed in."
    return Misconfigured(what, "Restore the database from a backup.", code="AGREEMENT_DAMAGED")


def overtaken(id: AgreementId) -> Misconfigured:
    """Somebody else moved the paper between the check and the write."""
    what = f"{id} was moved by somebody else at the same moment; this move had no effect."
    return Misconfigured(what, "Look at it again, then decide.", code="AGREEMENT_STATE")


def suspended(id: AgreementId) -> Misconfigured:
    """An amendment must not lift a suspension in passing."""
    return Misconfigured(
        f"{id} cannot be amended.", "It is suspended: resume or terminate it first.", code="AGREEMENT_STATE"
    )


def state(life: Life, name: str) -> Misconfigured:
    """The move is not one from where the paper stands, or something holds it there."""
    stopped = life.holds.stops(name)
    said = name.replace("_", " ")
    if stopped == "mediation":
        what = f"{life.id} cannot be {said} while a disagreement about it is open."
        return Misconfigured(what, "Settle it first: `hearthline agreement mediate`.", code="AGREEMENT_IN_MEDIATION")
    if stopped == "breach":
        what = f"{life.id} cannot be {said}: it is frozen by breach {', '.join(sorted(life.holds.breaches))}."
        return Misconfigured(what, "Close the breach first: `hearthline breach show`.", code="BREACH_OPEN")
    statuses = ", ".join(f"version {version} is {words(edition.status)}" for version, edition in life.editions.items())
    what = f"{life.id} cannot be {said} now: {statuses or 'it is not on file'}."
    return Misconfigured(what, _LOOK, code="AGREEMENT_STATE")


def unsigned(life: Life, version: int, paper: Paper, have: set[str]) -> Misconfigured | None:
    """What keeps a version from being executed: another text, or a missing signature; None where nothing does.

    Args:
        life: the paper's life so far.
        version: the version.
        paper: its stored text.
        have: the parties that signed it.
    """
    own = sha256(paper)
    if own != life.editions[version].sha256:
        return damaged(life, version)
    lacking = missing(life.sort, have)
    if not lacking:
        return None
    edited = sorted(party for party, over in embedded(paper) if over != own)
    why = f" {', '.join(edited)} signed another text: it was edited after signing." if edited else ""
    return Misconfigured(
        f"{life.id} version {version} is not signed by {' and '.join(lacking)} as it stands.{why}",
        f"Let them sign document {own}.",
        code="AGREEMENT_UNSIGNED",
    )


def misnumbered(life: Life, document: Paper) -> Misconfigured | None:
    """What keeps a text from being handed in: its id is another paper's, or its number is not the next."""
    if sort(document) != life.sort:
        what = f"{life.id} is the id of another kind of paper ({life.sort})."
        return Misconfigured(what, "Give it an id of its own.", code="AGREEMENT_STATE")
    if life.accepts(document.version):
        return None
    expected = life.next_version()
    if expected is None:
        return state(life, "submitted")
    what = f"{life.id} version {document.version} cannot be handed in: version {expected} is next."
    return Misconfigured(what, f"Write `version: {expected}`.", code="AGREEMENT_VERSION")


def partyless(paper: Paper, party: str, name: str) -> Misconfigured | None:
    """What is wrong with the party, or the name, of a signature; None where nothing is."""
    named = [agency for agency, _ in embedded(paper)] if isinstance(paper, Mou) else list(PARTIES)
    if party in named and name.strip():
        return None
    what = f"A signature under {paper.id} needs a name, and a party: {', '.join(named)}."
    return Misconfigured(what, "Name both.", code="AGREEMENT_PARTY")
