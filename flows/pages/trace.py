"""The whole way of one text."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from alerts.reasons import TaskReason
from console.view import (
    ReasonView,
    TracedAgreement,
    TracedClearance,
    TracedEntry,
    TracedGrant,
    TracedSignature,
    TracedTask,
    TraceView,
)
from flows.bootstrap import Services
from flows.pages.texts import line
from flows.tracing import Trace, Tracer
from governance.ids import DatasetId, MessageId


def trace_view(house: Services, message: MessageId, *, asker: str) -> TraceView:
    """The whole way of one offer, from its words to the signatures that it rests on.

    Args:
        house: the services.
        message: which.
        asker: the staff id that looks; it stands in the ledger.

    Raises:
        Misconfigured: `MESSAGE_UNKNOWN`.
    """
    found = Tracer(house, asker).one(message)
    said = found.message
    return TraceView(
        text=line(said),
        contact=said.contact,
        household=said.household,
        language=said.language,
        template=said.template,
        topic=said.topic,
        channel=said.channel,
        clearance=_clearance(found),
        said=found.consent.history if found.consent else (),
        task=TracedTask(
            id=found.task.id,
            tier=found.task.tier,
            due_on=found.task.due_on,
            owner=found.task.owner,
            opened_on=found.task.opened_on,
            as_of=found.task.refreshed_on,
        ),
        reasons=tuple(_reasons(found.reasons)),
        grants=tuple(_grants(found)),
        agreements=tuple(_agreements(found, ZoneInfo(house.settings.timezone))),
        entries=tuple(
            TracedEntry(index=each.index, kind=each.kind, topic=each.topic, at=each.at) for each in found.entries
        ),
        missing=tuple(found.missing),
    )


def _clearance(found: Trace) -> TracedClearance:
    at = {each.kind: each.at for each in found.entries if each.topic == found.message.clearance}
    return TracedClearance(
        id=found.message.clearance,
        grant=found.message.grant,
        consent_entry=found.message.consent_entry,
        issued_at=at.get("clearance.issued"),
        redeemed_at=at.get("clearance.redeemed"),
    )


def _grants(found: Trace) -> Iterable[TracedGrant]:
    for each in found.grants:
        yield TracedGrant(
            id=each.id,
            agreement=each.agreement,
            version=each.version,
            dataset=DatasetId(each.dataset),
            fields=tuple(each.fields),
            action=each.action,
            purpose=each.purpose,
            actor=each.actor,
            entry=each.entry,
        )


def _reasons(reasons: Iterable[TaskReason]) -> Iterable[ReasonView]:
    for each in reasons:
        yield ReasonView(
            text=each.text, citation=each.citation, facts=each.facts, kind="model" if each.is_of_model else "rule"
        )


def _agreements(found: Trace, zone: ZoneInfo) -> Iterable[TracedAgreement]:
    for each in found.agreements:
        yield TracedAgreement(
            id=each.id,
            title=each.title,
            version=each.version,
            status=each.status,
            sha256=each.sha256,
            needed_for=tuple(each.needed_for),
            signatures=tuple(
                TracedSignature(
                    name=one.name, role=one.role, party=one.party, signed_on=one.signed_at.astimezone(zone).date()
                )
                for one in each.signatures
            ),
        )
