"""Texts as a phone shows them: a contact's own, and the outbox's threads."""

from __future__ import annotations

from collections.abc import Collection

from alerts.inbox import Received, received_from
from alerts.outbox import StoredMessage, stored_messages
from console.view import OutboxView, TextLine, Thread
from flows import night_record
from flows.bootstrap import Services
from governance.clearance import TextKind
from governance.consent import RANK, Consent
from governance.contact import Contact, unknown_contact
from governance.database import reading
from governance.ids import ContactId, HouseholdId

THREADS = 50
"""Threads that the outbox lists."""


def outbox_view(house: Services, chosen: ContactId | None) -> OutboxView:
    """The outbox: threads with an offer first, then the newest, and what was held.

    Args:
        house: the services.
        chosen: the contact whose thread is shown whole; the first of the list where it is left out.

    Raises:
        Misconfigured: `CONTACT_UNKNOWN`.
    """
    contacts = {each.id: each for each in house.contacts.all()}
    if chosen is not None and chosen not in contacts:
        raise unknown_contact()
    with reading(house.engine) as connection:
        sent = stored_messages(connection)
    newest: dict[ContactId, StoredMessage] = {}
    for each in sorted(sent, key=lambda one: (one.kind != str(TextKind.OFFER), -one.at.timestamp())):
        newest.setdefault(each.contact, each)
    listed = [id for id in newest if id in contacts][:THREADS]
    first = chosen or next(iter(listed), None)
    nights = night_record.find(house.engine)
    report = nights[0].report if nights else {}
    return OutboxView(
        threads=tuple(_listed(house, contacts[id], newest[id]) for id in listed),
        chosen=thread_of(house, contacts[first]) if first else None,
        held=tuple((str(each["reason"]), int(each["count"])) for each in report.get("held", ())),
        contacts=len(newest),
        sent=int(report.get("messages", 0)),
    )


def thread_of(house: Services, contact: Contact) -> Thread:
    """Everything that a contact was sent and sent back, oldest first."""
    return Thread(
        contact=contact.id,
        household=contact.household,
        language=contact.language,
        lines=lines_of(house, [contact.id]),
        consent=str(best(house, [contact.id])[0]),
    )


def lines_of(house: Services, contacts: Collection[ContactId]) -> tuple[TextLine, ...]:
    """The texts to and from these contacts, oldest first. What a family wrote stays sealed: what it meant is said."""
    with reading(house.engine) as connection:
        sent = [line(each) for each in stored_messages(connection, contacts=contacts)]
        came = [_came(each) for each in received_from(connection, contacts)]
    return tuple(sorted([*sent, *came], key=lambda each: (each.at, each.outgoing, each.message)))


def line(sent: StoredMessage) -> TextLine:
    """A text of ours as a line."""
    return TextLine(
        message=sent.id,
        at=sent.at,
        outgoing=True,
        body=sent.body,
        status=str(sent.status),
        is_traced=sent.kind == str(TextKind.OFFER),
    )


def best(house: Services, contacts: Collection[ContactId]) -> tuple[str, Consent | None]:
    """The best that any of these contacts said, and where it said so."""
    said = [each for id in contacts for each in house.consents.show(id) if each.history]
    if not said:
        return "none", None
    found = max(said, key=lambda each: (RANK.index(each.state), each.history[-1].entry))
    return str(found.state), found


def contact_of(house: Services, household: HouseholdId) -> Contact | None:
    """The contact of a household that texts go to: the one that said most, and said it last."""
    found = house.contacts.of_household(household)
    _, consent = best(house, [each.id for each in found])
    return next((each for each in found if consent is not None and each.id == consent.contact), next(iter(found), None))


def _listed(house: Services, contact: Contact, newest: StoredMessage) -> Thread:
    return Thread(
        contact=contact.id,
        household=contact.household,
        language=contact.language,
        lines=(line(newest),),
        consent=best(house, [contact.id])[0],
    )


def _came(received: Received) -> TextLine:
    return TextLine(message=received.id, at=received.received_at, outgoing=False, body="", status=str(received.meaning))
