"""The outbox: every text as it was drafted, cleared and sent, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, select

from alerts.message_table import LEFT, Status, inserted, message, message_event
from governance.clearance import Clearance, TextKind
from governance.ids import AgreementId, ClearanceId, ContactId, GrantId, HouseholdId, MessageId, RunId, TaskId

_FOLLOWS: Mapping[Status, frozenset[Status]] = {
    Status.SENDING: frozenset(Status) - {Status.SENDING},
    Status.UNKNOWN: frozenset({Status.SENT, Status.DELIVERED, Status.FAILED}),
    Status.SENT: frozenset({Status.DELIVERED, Status.FAILED}),
    Status.FAILED: frozenset({Status.DELIVERED}),
    Status.DELIVERED: frozenset(),
    Status.HELD: frozenset(),
}
"""What may become of a text in which status. Carriers tell things late, and not in their order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredMessage:
    """A text that left, or was about to, and everything that it rests on.

    `channel_kind` is what consent was given for (`sms`), `channel` the way it went (`outbox`, `twilio`).
    `consent_entry` is the ledger's entry of the yes that it rests on; None for a reply.
    """

    id: MessageId
    contact: ContactId
    household: HouseholdId | None
    task: TaskId | None
    run: RunId | None
    kind: str
    template: str
    topic: str
    language: str
    body: str
    segments: int
    channel: str
    status: Status
    provider_id: str | None
    code: str | None
    clearance: ClearanceId
    consent_entry: int | None
    grant: GrantId
    lineage: frozenset[AgreementId]
    in_reply_to: MessageId | None
    at: datetime
    channel_kind: str = "sms"


def claim(connection: Connection, sent: StoredMessage) -> bool:
    """Write a text down before it leaves; one that was held or failed before is written anew.

    Returns:
        Whether it is the caller's to send. Of several who try, it is one's.
    """
    row = {name: getattr(sent, name) for name in StoredMessage.__slots__ if name not in {"channel_kind", "grant"}}
    row |= {"lineage": sorted(sent.lineage), "status": str(sent.status), "grant_id": sent.grant}
    anew = (message.c.id == sent.id) & message.c.status.in_([Status.HELD, Status.FAILED])
    if connection.execute(message.update().where(anew).values(**row)).rowcount:
        connection.execute(message_event.delete().where(message_event.c.message == sent.id))  # the ledger keeps them
    elif not inserted(connection, message, row):
        return False
    _note(connection, sent.id, sent.status, None, sent.at)
    return True


def settle(
    connection: Connection,
    id: MessageId,
    status: Status,
    *,
    at: datetime,
    provider_id: str | None = None,
    code: str | None = None,
) -> bool:
    """Write down what became of a text. The same news twice changes nothing, and late news undoes no newer one.

    Returns:
        Whether it was news.
    """
    mine = message.c.id == id
    current = connection.execute(select(message.c.status).where(mine).with_for_update()).scalar()
    if provider_id is not None:
        connection.execute(message.update().where(mine).values(provider_id=provider_id))
    if current is None or not _note(connection, id, status, code, at):
        return False
    if status in _FOLLOWS[Status(current)]:
        connection.execute(message.update().where(mine).values(status=str(status), code=code))
    return True


def find_message(connection: Connection, id: MessageId) -> StoredMessage | None:
    """The text by that id; None where there is none."""
    row = connection.execute(select(message).where(message.c.id == id)).first()
    return None if row is None else _stored(row)


def by_provider(connection: Connection, provider_id: str) -> StoredMessage | None:
    """The text that a carrier knows by that id."""
    row = connection.execute(select(message).where(message.c.provider_id == provider_id)).first()
    return None if row is None else _stored(row)


def stored_messages(
    connection: Connection, *, offers: bool = False, contacts: Collection[ContactId] | None = None, most: int = 100_000
) -> list[StoredMessage]:
    """Texts, newest first.

    Args:
        connection: to read with.
        offers: only offers that left.
        contacts: only to these.
        most: at most so many.
    """
    query = select(message).order_by(message.c.at.desc(), message.c.id).limit(most)
    if offers:
        query = query.where(
            message.c.kind == str(TextKind.OFFER), message.c.status.in_([Status.SENT, Status.DELIVERED])
        )
    if contacts is not None:
        query = query.where(message.c.contact.in_(contacts))
    return [_stored(row) for row in connection.execute(query)]


def last_offers(
    connection: Connection, households: Collection[HouseholdId], *, but: MessageId | None = None
) -> dict[HouseholdId, datetime]:
    """When each of these households was last sent an offer, not counting one."""
    mine = message.c.household.in_(households) & (message.c.kind == str(TextKind.OFFER))
    query = select(message.c.household, func.max(message.c.at)).where(mine, message.c.status.in_(LEFT))
    if but is not None:
        query = query.where(message.c.id != but)
    return {HouseholdId(home): at for home, at in connection.execute(query.group_by(message.c.household))}


def sent_for(connection: Connection, run: RunId) -> int:
    """How many offers left for a night's tasks."""
    mine = (message.c.run == run) & message.c.status.in_([Status.SENT, Status.DELIVERED])
    return connection.execute(select(func.count()).select_from(message).where(mine)).scalar_one()


def cooling(
    connection: Connection, household: HouseholdId, now: datetime, days: int, *, but: MessageId | None = None
) -> bool:
    """Whether a household was sent an offer within so many days, not counting one."""
    last = last_offers(connection, [household], but=but).get(household)
    return last is not None and last > now - timedelta(days=days)


def _note(connection: Connection, id: MessageId, status: Status, code: str | None, at: datetime) -> bool:
    mine = (message_event.c.message == id) & (message_event.c.status == str(status))
    if connection.execute(select(message_event.c.id).where(mine)).first() is not None:
        return False
    connection.execute(message_event.insert(), {"message": id, "status": str(status), "code": code, "at": at})
    return True


def _stored(row: Row[Any]) -> StoredMessage:
    values = dict(row._asdict())
    values["grant"] = GrantId(values.pop("grant_id"))
    return StoredMessage(**{**values, "status": Status(row.status), "lineage": frozenset(row.lineage)})


def drafted(
    id: MessageId, clearance: Clearance, *, body: str, segments: int, channel: str, run: RunId | None, at: datetime
) -> StoredMessage:
    """A text that was cleared, as it is written down before it leaves."""
    ask = clearance.ask
    return StoredMessage(
        id=id,
        contact=ask.contact,
        household=ask.household,
        task=TaskId(ask.task) if ask.task else None,
        run=run,
        kind=str(ask.kind),
        template=ask.template,
        topic=ask.topic,
        language=ask.language,
        body=body,
        segments=segments,
        channel=channel,
        status=Status.SENDING,
        provider_id=None,
        code=None,
        clearance=clearance.id,
        consent_entry=clearance.consent_entry,
        grant=clearance.grant,
        lineage=ask.lineage,
        in_reply_to=MessageId(ask.in_reply_to) if ask.in_reply_to else None,
        at=at,
    )
