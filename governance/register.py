"""The register: every paper, where it stands, and the moves that it can make.

Where a paper stands is computed from the ledger; its text comes from the archive. Reads are cheap and current: when
the ledger has not grown since the last one, nothing is read; when it has, only what is new, also by other processes.
Every move says who makes it; a move that the paper cannot make from where it stands is an error, and not recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Engine

from governance.archive import Archive
from governance.clock import Clock
from governance.document import Paper
from governance.errors import Misconfigured, NoAgreement, Reason
from governance.force import Moment, objections
from governance.ids import AgreementId, DatasetId
from governance.ledger import Ledger
from governance.motion import Motion
from governance.next_step import next_steps
from governance.signatory import Signatories
from governance.signing import Mark
from governance.standing import MouStanding, Newest, Papers, Standing
from governance.view import View

__all__ = ["Register", "Standing"]


class Register:
    """The papers: what they say, where they stand, and how they get there.

    Args:
        engine: the operational database, which holds the texts.
        ledger: where every move is written.
        clock: tells the day for what is still to be done.
        zone: IANA name of the time zone in which terms begin and end.
    """

    def __init__(self, engine: Engine, ledger: Ledger, clock: Clock, zone: str = "America/New_York") -> None:
        archive = Archive(engine)
        self._clock = clock
        self._view = View(ledger, archive, zone)
        self._motion = Motion(ledger, archive, self._view)

    # -- reading --------------------------------------------------------------------------------------------------

    def papers(self) -> Papers:
        """All papers as they stand now: what one decision is made on."""
        return self._view.papers()

    def get(self, agreement: AgreementId) -> Standing:
        """An agreement as it stands now.

        Raises:
            Misconfigured: `AGREEMENT_UNKNOWN`; `AGREEMENT_DAMAGED` where its stored text can no longer be read.
        """
        papers = self.papers()
        standing = papers.agreements.get(agreement)
        if standing is None and agreement in papers.damaged:
            what = f"The stored text of {agreement} is gone or cannot be read."
            raise Misconfigured(what, "Restore the database from a backup.", code="AGREEMENT_DAMAGED")
        if standing is None:
            what = f"There is no agreement {agreement}."
            raise Misconfigured(what, "See `hearthline agreement list`.", code="AGREEMENT_UNKNOWN")
        return standing

    def all(self) -> tuple[Standing, ...]:
        """Every agreement by id, whatever its status."""
        return tuple(self.papers().agreements.values())

    def mou(self) -> MouStanding | None:
        """The memorandum as it stands now."""
        return self.papers().mou

    def covering(self, dataset: DatasetId) -> tuple[Standing, ...]:
        """The agreements whose current document lists a dataset, whatever their status."""
        return self.papers().covering.get(dataset, ())

    def newest(self, id: AgreementId) -> Newest:
        """The newest text of a paper, in force or on its way: the one that is to be signed, if any is.

        Raises:
            Misconfigured: `AGREEMENT_UNKNOWN` where there is none by this id that can be read.
        """
        found = self._view.newest(id)
        if found is None:
            what = f"There is no text of {id}, or its stored text can no longer be read."
            raise Misconfigured(what, "See `hearthline agreement list`.", code="AGREEMENT_UNKNOWN")
        return found

    def text(self, id: AgreementId, version: int) -> Paper:
        """The text of one version of a paper, as it was handed in last.

        Raises:
            Misconfigured: `AGREEMENT_UNKNOWN` where there is none that can be read.
        """
        found = self._view.text(id, version)
        if found is None:
            what = f"There is no version {version} of {id} that can be read."
            raise Misconfigured(what, "See `hearthline agreement show` for those that are.", code="AGREEMENT_UNKNOWN")
        return found

    def on_file(self, id: AgreementId) -> bool:
        """Whether there is a paper by this id: an agreement or a memorandum, at any stage."""
        life = self._view.life(id)
        return life is not None and bool(life.editions)

    def objection(self, agreement: AgreementId, at: datetime) -> Reason | None:
        """The first thing that keeps an agreement from permitting anything at an instant; None where nothing does."""
        papers = self.papers()
        standing = papers.agreements.get(agreement)
        if standing is None:
            return Reason(
                code=NoAgreement.code, clause=agreement, detail=f"There is no readable agreement {agreement}."
            )
        return next(iter(objections(standing, Moment.of(papers, at))), None)

    def next_steps(self, agreement: AgreementId) -> tuple[str, ...]:
        """What an agreement still needs, in words; empty where it needs nothing."""
        return next_steps(self.get(agreement), self.mou(), self._clock.today())

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
        """Both sides have reviewed it: it can go out for signature."""
        self._motion.move(id, "approved", by, why)

    def send(self, id: AgreementId, *, by: str, why: str = "") -> None:
        """Send it out for signature."""
        self._motion.move(id, "sent", by, why)

    @property
    def signatories(self) -> Signatories:
        """Who signs for whom, with which key."""
        return self._view.signatories

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
