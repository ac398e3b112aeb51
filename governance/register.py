"""The register: every paper, where it stands, and the moves that it can make.

Every move says who makes it. One that the paper cannot make from where it stands is an error, and not recorded; one
that is another's office is refused, and the try is in the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Engine

from governance.archive import Archive
from governance.clock import Clock
from governance.council import Council, Tally, Vote
from governance.document import Paper
from governance.ids import AgreementId
from governance.ledger import Json, Ledger
from governance.minute import Minutes
from governance.motion import Motion
from governance.officer import Officers
from governance.shelf import Shelf
from governance.signing import Mark
from governance.standing import Standing
from governance.view import View

__all__ = ["Register", "Standing"]


class Register(Shelf):
    """The papers: what they say, where they stand, and how they get there.

    Args:
        engine: the operational database, which holds the texts.
        ledger: where every move is written.
        clock: tells the day for what is still to be done.
        zone: IANA name of the time zone in which terms begin and end.
        officers: who may make which move; None where everybody may, as in tests of other things.
        council: who approves; None where it speaks as one body.
    """

    def __init__(
        self,
        engine: Engine,
        ledger: Ledger,
        clock: Clock,
        zone: str = "America/New_York",
        officers: Officers | None = None,
        council: Council | None = None,
    ) -> None:
        archive, council = Archive(engine), council or Council()
        view = View(ledger, archive, zone)
        super().__init__(view, clock)
        self._minutes = Minutes(ledger, archive, view, officers, council.members)
        self._motion = Motion(self._minutes, view, officers, council)

    # -- on the way in --------------------------------------------------------------------------------------------

    def draft(self, document: Paper, *, by: str, why: str = "") -> None:
        """Put a text on file that is still being written."""
        self._motion.hand_in("drafted", document, by, why)

    def submit(self, document: Paper, *, by: str, why: str = "") -> None:
        """Hand a text in for review. While it is under review, a revised text may replace it."""
        self._motion.hand_in("submitted", document, by, why)

    def adopt(self, document: Paper, *, by: str, why: str = "") -> None:
        """Hand in a paper that is not on file yet. Fully signed, it is in force at once; else it is under review."""
        self._motion.adopt(document, by, why)

    def approve(self, id: AgreementId, *, by: str, why: str = "") -> None:
        """Both sides have reviewed it, and the council agrees: it can go out for signature.

        Where the council's members are named, this is a member's vote for it, as in `vote`.
        """
        self._motion.approve(id, by, why)

    def vote(self, id: AgreementId, vote: Vote, *, by: str, why: str = "") -> None:
        """A member of the council votes on what is under review; the vote that makes the quorum approves it.

        Raises:
            Misconfigured: `COUNCIL_UNNAMED`; `VOTE_CONFLICT`; `AGREEMENT_STATE`; `AGREEMENT_IN_MEDIATION`.
            MoveNotYours: they are no member.
        """
        self._motion.vote(id, vote, by, why)

    def tally(self, id: AgreementId) -> Tally:
        """How the council's voting on a paper's newest text stands."""
        return self._motion.tally(id)

    def send(self, id: AgreementId, *, by: str, why: str = "") -> None:
        """Send it out for signature."""
        self._motion.move(id, "sent", by, why)

    def sign(self, id: AgreementId, party: str, name: str, *, by: str, why: str = "", mark: Mark | None = None) -> None:
        """Write down a party's signature over the document as it stands.

        Args:
            id: the paper.
            party: `owner`, `recipient` or `processor`; for the memorandum, the agency.
            name: who signs, for that party.
            by: who records it.
            why: why, for the log.
            mark: the signature itself, made by a key or in an envelope; None where it is merely recorded.

        Raises:
            Misconfigured: `AGREEMENT_PARTY`; `SIGNATURE_INVALID` where a key did not make it over this text;
                `SIGNATURE_UNKEYED` where the name signs with a key and this is without.
        """
        self._motion.sign(id, mark or Mark(party=party, name=name, sha256=""), by, why)

    def activate(self, id: AgreementId, *, by: str, why: str = "") -> None:
        """Bring an approved paper into force; the version before it is amended by that, and its grants are void.

        Signatures count whether they were recorded with `sign` or stand in the document, if they are over its hash.

        Raises:
            Misconfigured: `AGREEMENT_UNSIGNED` where one is missing or over another text; `AGREEMENT_STATE`.
        """
        self._motion.activate(id, by, why)

    def decline(self, id: AgreementId, *, by: str, why: str = "") -> None:
        """One side says no."""
        self._motion.move(id, "declined", by, why)

    def void(self, id: AgreementId, *, by: str, why: str = "") -> None:
        """Withdraw a version that is not yet in force."""
        self._motion.move(id, "voided", by, why)

    # -- in force, and after --------------------------------------------------------------------------------------

    def suspend(self, id: AgreementId, *, by: str, why: str = "") -> None:
        """Stop every use, from the next read on."""
        self._motion.move(id, "suspended", by, why)

    def resume(self, id: AgreementId, *, by: str, why: str = "") -> None:
        """Lift a suspension."""
        self._motion.move(id, "resumed", by, why)

    def amend(self, document: Paper, *, by: str, why: str = "", signed_by: Mapping[str, str] | None = None) -> None:
        """Hand in the next version of a paper that is in force, or expired.

        Signed by both parties, it takes the old one's place at once; else it waits beside it, under review.

        Args:
            document: the next version, with the next version number.
            by: who makes the move.
            why: why, for the log.
            signed_by: who signed it, by party; signatures in the document count too.

        Raises:
            Misconfigured: `AGREEMENT_STATE`; `AGREEMENT_PARTY` where `signed_by` names no party.
        """
        self._motion.amend(document, by, why, signed_by or {})

    def join(
        self, id: AgreementId, agency: str, name: str, *, by: str, why: str = "", mark: Mark | None = None
    ) -> None:
        """An agency signs the memorandum that is in force. `mark` is as for `sign`."""
        self._motion.join(id, mark or Mark(party=agency, name=name, agency=agency, sha256=""), by, why)

    def leave(self, id: AgreementId, agency: str, *, by: str, why: str = "") -> None:
        """An agency leaves the memorandum: agreements that it is a party to permit nothing from now on."""
        self._motion.move(id, "left", by, why, party=agency)

    def expire(self, id: AgreementId, *, by: str, why: str = "") -> None:
        """Record that its term is over."""
        self._motion.move(id, "expired", by, why)

    def terminate(self, id: AgreementId, *, by: str, why: str = "") -> None:
        """End it for good. A version that waits beside it is void."""
        self._motion.terminate(id, by, why)

    def begin_destruction(self, id: AgreementId, *, by: str, why: str = "") -> None:
        """What it brought in is to be destroyed."""
        self._motion.move(id, "destruction_pending", by, why)

    def destroyed(self, id: AgreementId, *, by: str, why: str = "") -> None:
        """Record that it was destroyed."""
        self._motion.move(id, "destroyed", by, why)

    def close(self, id: AgreementId, *, by: str, why: str = "") -> None:
        """Nothing is left to do."""
        self._motion.move(id, "closed", by, why)

    # -- beside its state -----------------------------------------------------------------------------------------

    def admit(self, by: str, move: str, topic: str) -> None:
        """Raise unless somebody holds an office that may make a move. Who does not has tried it in the ledger.

        Raises:
            MoveNotYours: it is another's.
            Misconfigured: `AGREEMENT_BY` where nobody makes it.
        """
        self._minutes.admit(by, move, topic)

    def note(self, id: AgreementId, move: str, *, by: str, why: str = "", **more: Json) -> None:
        """Write down what leaves a paper where it is: a disagreement, a warning. See `lifecycle.MOVES`."""
        self._motion.move(id, move, by, why, **more)

    def together(
        self,
        first: tuple[str, str, Mapping[str, Json]],
        moves: Mapping[AgreementId, Sequence[str]],
        *,
        by: str,
        why: str,
        **more: Json,
    ) -> None:
        """Write an entry of another kind and, in the same breath, the moves that it brings about. See `Minutes`."""
        self._minutes.together(first, moves, by, why, **more)
