"""The desk where staff write down what families say about being texted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from flows.bootstrap import Services
from flows.consenting import TOPIC, door_to_contact, is_known
from governance.consent import RANK, SMS, Consent, ConsentMove, ConsentState
from governance.contact import Contact, ContactFlag, unknown_contact
from governance.errors import ConsentRevoked, Misconfigured
from governance.ids import ContactId, HouseholdId

Whom = ContactId | HouseholdId
"""Somebody whom staff can name: a telephone by its id, or every telephone of a household."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactShown:
    """A telephone, and all that it has said."""

    contact: ContactId
    household: HouseholdId | None
    language: str
    flags: list[ContactFlag]
    consents: list[Consent]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentShown:
    """What somebody allows about a topic, the best of their telephones first, and everything that they have said."""

    state: ConsentState
    channel: str
    topic: str
    history: list[ConsentMove]
    contacts: list[ContactShown]


@dataclass(frozen=True, slots=True, kw_only=True)
class Yes:
    """A yes as it was given. `proof` says where it can be looked up, `confirmed_by` where the second one can."""

    topic: str
    language: str
    how: str
    proof: str
    wording: str
    given_at: datetime
    confirmed_by: str = ""


class ConsentDesk:
    """Where staff write down what families say.

    Args:
        house: the services.
        worker: who writes: a staff id.
    """

    def __init__(self, house: Services, worker: str) -> None:
        self._house = house
        self._worker = worker
        self._contacts = house.contacts
        self._consents = house.consents

    def grant(self, whom: Whom, said: Yes, *, phone: str | None = None) -> ConsentShown:
        """Write down a yes: the first of two, or both where the family gave the second one too.

        Args:
            whom: a contact; a household that has one; or, with its number, any household of the queue.
            said: the yes.
            phone: the number, where it is to be registered.

        Returns:
            How things stand now: `asked` until the family says yes a second time.

        Raises:
            ConsentRevoked: the family has said no, later than this.
            Misconfigured: `CONTACT_UNKNOWN`, `CONTACT_AMBIGUOUS`, `PHONE_INVALID`, `PROOF_INVALID`, …
            Refused: nobody may be contacted at all; nothing was written down.
        """
        id = self._registered(whom, phone, said.language) if phone is not None else self._one(whom).id
        consent = self._consents.ask(
            id,
            topic=said.topic,
            language=said.language,
            how=said.how,
            proof=said.proof,
            wording=said.wording,
            by=self._worker,
            given_at=said.given_at,
        )
        if consent.state is ConsentState.REVOKED:
            self._refuse(id, "The family has said no, and this yes is not newer.")
        if said.confirmed_by:
            self._consents.confirm(id, how=said.how, proof=said.confirmed_by, by=self._worker, topic=said.topic)
        return self.show(id, topic=said.topic)

    def confirm(self, whom: Whom, *, how: str, proof: str, topic: str | None) -> ConsentShown:
        """Write down the second yes. It counts for what was asked, and for nothing else.

        Raises:
            Misconfigured: `CONSENT_NOT_ASKED` where nothing waits for a second yes.
        """
        contact = self._one(whom)
        if not self._consents.confirm(contact.id, how=how, proof=proof, by=self._worker, topic=topic):
            raise Misconfigured(
                "Nothing waits for a second yes there.",
                "See `hearthline consent show`; a first yes is written down with `hearthline consent grant`.",
                code="CONSENT_NOT_ASKED",
            )
        return self.show(contact.id, topic=topic or TOPIC)

    def contact_of(self, phone: str) -> ContactId:
        """The contact that a number is, registered or not."""
        return self._contacts.id_of(phone)

    def revoke(self, whom: Whom, *, how: str, proof: str, topic: str | None) -> ConsentShown:
        """Write down a no. It needs no grant, and is kept also of a contact that nobody registered."""
        ids = [each.id for each in self._known(whom)] if _is_household(whom) else [ContactId(whom)]
        for id in ids:
            self._consents.revoke(id, how=how, proof=proof, by=self._worker, topic=topic)
        return self.show(whom, topic=topic or TOPIC)

    def flag(self, whom: Whom, flag: ContactFlag, *, on: bool) -> ConsentShown:
        """Put a flag on a telephone, or on all of a household's; or take it away.

        Raises:
            Misconfigured: `CONTACT_UNKNOWN`.
        """
        found = self._known(whom)
        if not found:
            raise unknown_contact()
        for each in found:
            self._contacts.flag(each.id, flag, on=on, by=self._worker)
        return self.show(whom, topic=TOPIC)

    def show(self, whom: Whom, *, topic: str = TOPIC) -> ConsentShown:
        """What somebody allows about a topic, and everything else that they have said."""
        known = {each.id: each for each in self._known(whom)}
        ids = list(known) if _is_household(whom) else [ContactId(whom)]
        said = [self._consents.about(id, topic=topic) for id in ids]
        best = max(said, key=lambda each: RANK.index(each.state), default=None)
        return ConsentShown(
            state=best.state if best else ConsentState.NONE,
            channel=SMS,
            topic=topic,
            history=list(best.history) if best else [],
            contacts=[self._shown(id, known.get(id)) for id in ids],
        )

    def _refuse(self, id: ContactId, what: str) -> NoReturn:
        refused = ConsentRevoked(what, "Only a newer yes of its own counts: see `hearthline consent show`.")
        reasons = [{"code": each.code, "clause": each.clause, "detail": each.detail} for each in refused.reasons]
        self._house.ledger.append("consent.refused", id, {"by": self._worker, "reasons": reasons})
        raise refused

    def _shown(self, id: ContactId, known: Contact | None) -> ContactShown:
        return ContactShown(
            contact=id,
            household=known.household if known else None,
            language=known.language if known else "",
            flags=sorted(known.flags) if known else [],
            consents=list(self._consents.show(id)),
        )

    def _known(self, whom: Whom) -> tuple[Contact, ...]:
        """The registered telephones that somebody is."""
        if _is_household(whom):
            return self._contacts.of_household(HouseholdId(whom))
        found = self._contacts.get(ContactId(whom))
        return () if found is None else (found,)

    def _one(self, whom: Whom) -> Contact:
        found = self._known(whom)
        if not found:
            raise unknown_contact()
        if len(found) > 1:
            raise Misconfigured(
                "That household has several telephones.",
                "Name one of them (c-…): see `hearthline consent show`.",
                code="CONTACT_AMBIGUOUS",
            )
        return found[0]

    def _registered(self, whom: Whom, phone: str, language: str) -> ContactId:
        """Register a number in a household; or, for a contact, make sure that the number is its own."""
        id = self._contacts.id_of(phone)
        if not _is_household(whom) and whom != id:
            raise Misconfigured(
                "That number is another contact's.", "Name the household instead.", code="CONTACT_AMBIGUOUS"
            )
        household = HouseholdId(whom) if _is_household(whom) else None
        if household is not None and not is_known(self._house, household):
            raise Misconfigured(
                "There never was a task for that household.", "See `hearthline queue`.", code="HOUSEHOLD_UNKNOWN"
            )
        with door_to_contact(self._house, self._worker) as door:
            return self._contacts.register(door, phone, language=language, household=household).id


def _is_household(whom: Whom) -> bool:
    return whom.startswith("hh-")
