"""Standing: where an agreement or the memorandum stands right now, and the papers as a whole at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from governance.agreement import Agreement
from governance.document import Paper
from governance.hold import Mediation
from governance.ids import AgreementId, DatasetId
from governance.lifecycle import Status, Step
from governance.mou import Mou
from governance.terms import Terms
from governance.use import Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A version that waits beside the one in force."""

    version: int
    status: Status
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Newest:
    """The newest text of a paper, in force or still on its way, and the parties that signed this very text."""

    paper: Paper
    version: int
    status: Status
    sha256: str
    signed: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An agreement as it stands. `version` is the one activated last, or the newest where none ever was.

    `sha256` is the hash of the document *as it is stored now*; `signed` are the parties that signed this very hash.
    `flaw` is why the document cannot be in force whatever its status: edited, or not signed as it stands; else empty.
    `mediation` is how far an open disagreement about it is; `breaches` are those that froze it and are not closed.
    """

    agreement: Agreement
    status: Status
    version: int
    sha256: str
    signed: frozenset[str]
    flaw: str
    history: tuple[Step, ...]
    pending: Pending | None
    terms: Mapping[DatasetId, Terms]
    agencies: frozenset[str]
    mediation: Mediation | None = None
    breaches: frozenset[str] = frozenset()

    @property
    def id(self) -> AgreementId:
        """The agreement's id."""
        return self.agreement.id

    @property
    def active(self) -> bool:
        """Whether it is in force: status, document and signatures. Terms are another matter."""
        return self.status is Status.ACTIVE and not self.flaw

    def fields(self, dataset: DatasetId, action: Action | None = None) -> frozenset[str]:
        """The fields of a dataset that the agreement lists, for one action or for any; none where it is not listed."""
        terms = self.terms.get(dataset)
        if terms is None:
            return frozenset()
        return terms.fields if action is None else terms.by_action[action]


@dataclass(frozen=True, slots=True, kw_only=True)
class MouStanding:
    """The memorandum as it stands. `participants` are the agencies whose signature is over this very document.

    `sha256` and `flaw` are as in `Standing`.
    """

    mou: Mou
    status: Status
    version: int
    sha256: str
    participants: frozenset[str]
    flaw: str
    history: tuple[Step, ...]
    pending: Pending | None
    mediation: Mediation | None = None

    @property
    def active(self) -> bool:
        """Whether it is in force: status, document and signatures. Its term is another matter."""
        return self.status is Status.ACTIVE and not self.flaw


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """Every paper at one moment: what a decision is made on.

    `damaged` are papers whose stored text can no longer be read: they cover nothing. `zone` is where days are counted.
    """

    agreements: Mapping[AgreementId, Standing]
    covering: Mapping[DatasetId, tuple[Standing, ...]]
    mou: MouStanding | None
    damaged: frozenset[AgreementId]
    zone: ZoneInfo
