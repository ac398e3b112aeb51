"""The shelf: every paper as it stands, to be read. Nothing here changes anything.

Where a paper stands is computed from the ledger; its text comes from the archive. Reads are cheap and current: when
the ledger has not grown since the last one, nothing is read; when it has, only what is new, also by other processes.
"""

from __future__ import annotations

from datetime import datetime

from governance.clock import Clock
from governance.document import Paper
from governance.errors import Misconfigured, NoAgreement, Reason
from governance.force import Moment, objections
from governance.ids import AgreementId, DatasetId
from governance.next_step import next_steps
from governance.signing.signatory import Signatories
from governance.standing import MouStanding, Newest, Papers, Standing
from governance.view import View


class Shelf:
    """The papers: what they say, and where they stand.

    Args:
        view: the ledger's entries about them, folded.
        clock: tells the day for what is still to be done.
    """

    def __init__(self, view: View, clock: Clock) -> None:
        self._view = view
        self._clock = clock

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

    def next_version(self, id: AgreementId) -> int | None:
        """The number that the next text of a paper must carry; None where none can be handed in now."""
        life = self._view.life(id)
        return life.next_version() if life is not None else 1

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

    @property
    def signatories(self) -> Signatories:
        """Who signs for whom, with which key."""
        return self._view.signatories
