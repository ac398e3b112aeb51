"""The whole way of one text, from its words back to the signatures that it rests on, as a page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from console.view.household import ReasonView
from console.view.text import TextLine
from governance.consent import ConsentMove
from governance.ids import AgreementId, ClearanceId, ContactId, DatasetId, GrantId, HouseholdId, TaskId


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedClearance:
    """The leave that let a text out: under which grant, and on which act of consent it rests (a ledger entry)."""

    id: ClearanceId
    grant: GrantId
    consent_entry: int | None
    issued_at: datetime | None = None
    redeemed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedTask:
    """The task that a text was for."""

    id: TaskId
    tier: int
    due_on: date
    owner: str
    opened_on: date
    as_of: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedGrant:
    """A grant as it was issued: who could see which fields of what, for what; `entry` is where the ledger says so."""

    id: GrantId
    agreement: AgreementId
    version: int
    dataset: DatasetId
    fields: tuple[str, ...]
    action: str
    purpose: str
    actor: str
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedSignature:
    """Who signed an agreement's text, as what, on which day."""

    name: str
    role: str
    party: str
    signed_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedAgreement:
    """An agreement as it stands: its text's hash, and who signed that. `needed_for` is what it was needed for."""

    id: AgreementId
    title: str
    version: int
    status: str
    sha256: str
    needed_for: tuple[str, ...]
    signatures: tuple[TracedSignature, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedEntry:
    """An entry of the ledger: its place, what it says, about what, when."""

    index: int
    kind: str
    topic: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceView:
    """The whole way of one text. `missing` names what could not be found or may not be shown now.

    `template` names its wording and version, `topic` what the family agreed to be texted about, `channel` the way it
    went. `said` are the acts of consent to that, oldest first. `task` is None for a text that is not an offer.
    """

    text: TextLine
    contact: ContactId
    household: HouseholdId | None
    language: str
    template: str
    topic: str
    channel: str
    clearance: TracedClearance
    said: tuple[ConsentMove, ...]
    task: TracedTask | None
    reasons: tuple[ReasonView, ...]
    grants: tuple[TracedGrant, ...]
    agreements: tuple[TracedAgreement, ...]
    entries: tuple[TracedEntry, ...]
    missing: tuple[str, ...] = ()
