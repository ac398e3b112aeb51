"""From a text back to a signature: everything that had to be so for one text to be sent, by one command.

text → the clearance that let it out → the consent (both acts of the family, with their proofs) → the task → its reasons
→ their facts → the grants that opened them → the agreements, with signatures → the ledger's entries of all of these.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from alerts.outbox import StoredMessage, find_message, stored_messages
from alerts.queue import Move, QueuedTask, find_task, history
from alerts.reasons import TaskReason
from flows.bootstrap import Services
from flows.reading import Reader
from governance.consent import Consent
from governance.database import reading
from governance.errors import Misconfigured
from governance.grant import Grant
from governance.ids import AgreementId, GrantId, MessageId
from governance.ledger import Entry
from governance.signing.signature import Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedGrant:
    """A grant as it was issued, and the ledger's entry that says so."""

    id: GrantId
    agreement: AgreementId
    version: int
    dataset: str
    fields: list[str]
    action: str
    purpose: str
    actor: str
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedAgreement:
    """An agreement as it stands: its text's hash, and who signed that hash. `needed_for` is what it was needed for."""

    id: AgreementId
    title: str
    version: int
    status: str
    sha256: str
    needed_for: list[str]
    signatures: list[Signature]


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedEntry:
    """An entry of the ledger: its place, what it is of, when."""

    index: int
    kind: str
    topic: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """The whole way of one text. `missing` names what could not be found; it is `complete` where nothing is missing."""

    message: StoredMessage
    consent: Consent | None
    task: QueuedTask
    moves: list[Move]
    reasons: list[TaskReason]
    grants: list[TracedGrant]
    agreements: list[TracedAgreement]
    entries: list[TracedEntry]
    missing: list[str]

    @property
    def complete(self) -> bool:
        """Whether every step was found."""
        return not self.missing


class Tracer:
    """Traces texts for somebody.

    Args:
        house: the services.
        asker: the staff id that looks: reasons are opened under grants to view, and each look is in the ledger.
    """

    def __init__(self, house: Services, asker: str) -> None:
        self._house, self._asker = house, asker

    def every(self) -> list[Trace]:
        """Every offer that went out, newest first."""
        with reading(self._house.engine) as connection:
            sent = stored_messages(connection, offers=True)
        return self._traces(sent)

    def one(self, id: MessageId) -> Trace:
        """One text.

        Raises:
            Misconfigured: `MESSAGE_UNKNOWN`.
        """
        with reading(self._house.engine) as connection:
            found = find_message(connection, id)
        if found is None or found.task is None:
            what = "There is no offer by that id."
            raise Misconfigured(what, "See `hearthline trace --all`.", code="MESSAGE_UNKNOWN")
        return self._traces([found])[0]

    def _traces(self, messages: list[StoredMessage]) -> list[Trace]:
        with reading(self._house.engine) as connection:
            tasks = {each.task: find_task(connection, each.task) for each in messages if each.task is not None}
            moves = {id: history(connection, id) for id in tasks}
        held = [task for task in tasks.values() if task is not None]
        told = Reader(self._house).told(held, asker=self._asker)
        found = []
        for message in messages:
            task = tasks[message.task] if message.task is not None else None
            if task is not None:
                found.append(self._trace(message, task, moves[task.id], told.get(task.id)))
        return found

    def _trace(
        self, message: StoredMessage, task: QueuedTask, moves: list[Move], reasons: tuple[TaskReason, ...] | None
    ) -> Trace:
        consent = self._consent(message)
        ids = {message.grant, *(fact.grant for reason in reasons or () for fact in reason.facts)}
        grants = [grant for grant in (self._grant(id) for id in sorted(ids)) if grant is not None]
        agreements = self._agreements(message, task, grants)
        entries = self._entries(message, consent, grants)
        return Trace(
            message=message,
            consent=consent,
            task=task,
            moves=moves,
            reasons=list(reasons or ()),
            grants=grants,
            agreements=agreements,
            entries=entries,
            missing=[*_unsaid(message, consent, entries), *_unproved(reasons, ids, grants, agreements)],
        )

    def _consent(self, message: StoredMessage) -> Consent | None:
        """The consent that a text went out on: that of its contact, for its channel and topic."""
        about = (message.channel_kind, message.topic)
        said = self._house.consents.show(message.contact)
        return next((each for each in said if (each.channel, each.topic) == about), None)

    def _grant(self, id: GrantId) -> TracedGrant | None:
        entry = next(iter(self._house.ledger.entries(kind="grant.issued", topic=id)), None)
        if entry is None:
            return None
        grant = Grant.recall(id, entry.body)
        return TracedGrant(
            id=id,
            agreement=grant.agreement,
            version=grant.version,
            dataset=grant.dataset,
            fields=sorted(grant.fields),
            action=grant.action.value,
            purpose=grant.purpose,
            actor=grant.actor,
            entry=entry.index,
        )

    def _agreements(
        self, message: StoredMessage, task: QueuedTask, grants: Iterable[TracedGrant]
    ) -> list[TracedAgreement]:
        needed: dict[AgreementId, set[str]] = {}
        for grant in grants:
            what = "reaching the family" if grant.id == message.grant else "the reasons"
            needed.setdefault(grant.agreement, set()).add(what)
        for id in task.lineage:
            needed.setdefault(id, set()).add("who lives with whom, or the score")
        return [self._agreement(id, sorted(what)) for id, what in sorted(needed.items())]

    def _agreement(self, id: AgreementId, needed_for: list[str]) -> TracedAgreement:
        standing = self._house.register.get(id)
        return TracedAgreement(
            id=id,
            title=standing.agreement.title,
            version=standing.version,
            status=str(standing.status),
            sha256=standing.sha256,
            needed_for=needed_for,
            signatures=list(standing.agreement.signatures),
        )

    def _entries(
        self, message: StoredMessage, consent: Consent | None, grants: Iterable[TracedGrant]
    ) -> list[TracedEntry]:
        """The ledger's entries of a text, in their order."""
        ledger = self._house.ledger
        found: list[Entry] = [*ledger.entries(kind="clearance", topic=message.clearance)]
        found += ledger.entries(kind="message", topic=message.id)
        found += [ledger.get(move.entry) for move in (consent.history if consent else ())]
        found += [ledger.get(grant.entry) for grant in grants]
        return [
            TracedEntry(index=each.index, kind=each.kind, topic=each.topic, at=each.at)
            for each in sorted({each.index: each for each in found}.values(), key=lambda each: each.index)
        ]


def _unsaid(message: StoredMessage, consent: Consent | None, entries: Iterable[TracedEntry]) -> Iterable[str]:
    """What is missing of the family's yes and of the way out."""
    before = message.consent_entry if message.consent_entry is not None else -1
    said = [str(move.state) for move in (consent.history if consent else ()) if move.entry <= before]
    if "asked" not in said or said[-1:] != ["granted"]:
        yield "the two acts of consent before it"
    kinds = {entry.kind for entry in entries}
    for kind in ("clearance.issued", "clearance.redeemed", "message.sent"):
        if kind not in kinds:
            yield f"the ledger's {kind}"


def _unproved(
    reasons: tuple[TaskReason, ...] | None,
    ids: set[GrantId],
    grants: Iterable[TracedGrant],
    agreements: Iterable[TracedAgreement],
) -> Iterable[str]:
    """What is missing of the reasons and of what allowed to look."""
    if reasons is None:
        yield "the reasons: not every dataset behind them may be shown now"
    elif not all(reason.facts for reason in reasons):
        yield "the facts of a reason"
    if {grant.id for grant in grants} != ids:
        yield "a grant"
    if not all(each.signatures for each in agreements):
        yield "a signature"
