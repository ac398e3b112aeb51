"""The view: the ledger's entries about papers, folded, joined with their texts, and kept current."""

from __future__ import annotations

from threading import RLock
from zoneinfo import ZoneInfo

from governance.archive import Archive
from governance.document import Paper, sha256, sort
from governance.errors import LedgerBroken
from governance.ids import AgreementId, DatasetId
from governance.ledger import Entry, Ledger
from governance.lifecycle import IN_FORCE, OPEN, PREFIX, Life
from governance.mou import Mou
from governance.signing.signatory import SIGNING, Signatories
from governance.signing.signature import unsigned
from governance.standing import MouStanding, Newest, Papers, Pending, Standing
from governance.terms import Terms

EDITED = "its document was edited after it was handed in"


class View:
    """Every paper as the ledger has it now. Asking costs one look at the ledger's size while nothing moves.

    Args:
        ledger: where the moves are.
        archive: where the texts are.
        zone: IANA name of the time zone that days are counted in.
    """

    def __init__(self, ledger: Ledger, archive: Archive, zone: str) -> None:
        self._ledger = ledger
        self._archive = archive
        self.signatories = Signatories(ledger)
        self._zone = ZoneInfo(zone)
        self._lock = RLock()
        self._size = 0
        self._after = -1
        self._lives: dict[AgreementId, Life] = {}
        self._standings: dict[AgreementId, Standing | MouStanding | None] = {}
        self._papers = self._assemble()

    def papers(self) -> Papers:
        """All papers as they stand now."""
        with self._lock:
            self._refresh()
            return self._papers

    def life(self, id: AgreementId) -> Life | None:
        """A paper's life as it is now; not to be changed. None where there is no such paper."""
        with self._lock:
            self._refresh()
            return self._lives.get(id)

    def text(self, id: AgreementId, version: int) -> Paper | None:
        """The text of one version; None where there is none, or it can no longer be read as it was handed in."""
        life = self.life(id)
        edition = life.editions.get(version) if life is not None else None
        paper = self._archive.get(id, version, edition.sha256) if edition is not None else None
        return paper if paper is not None and edition is not None and sha256(paper) == edition.sha256 else None

    def newest(self, id: AgreementId) -> Newest | None:
        """The newest text of a paper; None where there is none, or it can no longer be read as it was handed in."""
        life = self.life(id)
        paper = self.text(id, life.newest) if life is not None else None
        if life is None or paper is None:
            return None
        edition = life.editions[life.newest]
        signed = frozenset(party for party, over in edition.signed.items() if over == edition.sha256)
        return Newest(paper=paper, version=life.newest, status=edition.status, sha256=edition.sha256, signed=signed)

    def _refresh(self) -> None:
        size = self._ledger.size()
        if size == self._size:
            return
        if size < self._size:
            raise LedgerBroken("The ledger is shorter than it was.", "Restore it, and run `hearthline ledger verify`.")
        moved: set[AgreementId] = set()
        for entry in self._ledger.entries(kind=PREFIX.rstrip("."), after=self._after):
            id = AgreementId(entry.topic)
            life = self._lives.setdefault(id, Life(id=id, sort=str(entry.body.get("document", "agreement"))))
            if self._counts(entry) and life.apply(entry):
                moved.add(id)
            self._after = entry.index
        # Entries written since `size` was read are in already or come next time; none is read twice.
        self._after = max(self._after, size - 1)
        self._size = size
        if moved:
            self._standings.update({id: self._standing(self._lives[id]) for id in moved})
            self._papers = self._assemble()

    def _counts(self, entry: Entry) -> bool:
        """Whether an entry changes anything: a signature that does not verify changes nothing, for every reader."""
        if entry.kind not in SIGNING:
            return True
        version, sha = entry.body.get("version"), entry.body.get("sha256")
        known = isinstance(version, int) and isinstance(sha, str)
        paper = self._archive.get(AgreementId(entry.topic), version, sha) if known else None  # type: ignore[arg-type]
        return self.signatories.counts(entry, paper)

    def _standing(self, life: Life) -> Standing | MouStanding | None:
        version = life.current or life.newest
        edition = life.editions[version]
        paper = self._archive.get(life.id, version, edition.sha256)
        if paper is None:
            return None
        own = sha256(paper)
        signed = frozenset(party for party, over in edition.signed.items() if over == own)
        flaw = EDITED if own != edition.sha256 else unsigned(sort(paper), signed)
        if isinstance(paper, Mou):
            return MouStanding(
                mou=paper,
                status=edition.status,
                version=version,
                sha256=own,
                participants=signed,
                flaw=flaw,
                history=tuple(life.steps),
                pending=_pending(life),
                mediation=life.holds.mediation,
            )
        return Standing(
            agreement=paper,
            status=edition.status,
            version=version,
            sha256=own,
            signed=signed,
            flaw=flaw,
            history=tuple(life.steps),
            pending=_pending(life),
            terms={dataset.id: Terms.of(dataset) for dataset in paper.datasets},
            agencies=paper.parties.agencies(),
            mediation=life.holds.mediation,
            breaches=frozenset(life.holds.breaches),
        )

    def _assemble(self) -> Papers:
        known = dict(sorted(self._standings.items()))
        agreements = {id: standing for id, standing in known.items() if isinstance(standing, Standing)}
        covering: dict[DatasetId, list[Standing]] = {}
        for standing in agreements.values():
            for dataset in standing.terms:
                covering.setdefault(dataset, []).append(standing)
        return Papers(
            agreements=agreements,
            covering={dataset: tuple(found) for dataset, found in covering.items()},
            mou=_memorandum([standing for standing in known.values() if isinstance(standing, MouStanding)]),
            damaged=frozenset(id for id, standing in known.items() if standing is None),
            zone=self._zone,
        )


def _pending(life: Life) -> Pending | None:
    """The version that waits beside the current one."""
    newest = life.newest
    edition = life.editions[newest]
    if life.current is None or newest == life.current or edition.status not in OPEN:
        return None
    return Pending(version=newest, status=edition.status, sha256=edition.sha256)


def _memorandum(found: list[MouStanding]) -> MouStanding | None:
    """The memorandum that holds: the one in force; where none is, the one that was handed in first."""
    in_force = [standing for standing in found if standing.status in IN_FORCE]
    return next(iter(in_force or found), None)
