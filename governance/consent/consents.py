"""Consent: what a family allows itself to be texted about. Two acts of its own make a yes; one makes a no."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Engine

from governance.clock import Clock
from governance.consent import draft, kept
from governance.consent.draft import SMS, Asking
from governance.consent.said import (
    ALL,
    RANK,
    Consent,
    ConsentMove,
    ConsentState,
    Said,
    comes_to,
    consent_of,
    is_revoked,
    last,
    pairs,
    said_in,
)
from governance.database import reading, transaction
from governance.ids import ContactId, HouseholdId
from governance.ledger import Ledger
from governance.ledger.log import Draft

__all__ = ["ALL", "RANK", "SMS", "Asking", "Consent", "ConsentMove", "ConsentState", "Consents"]


class Consents:
    """Everybody's yes and no.

    Args:
        engine: the operational database, which keeps a copy to count by.
        ledger: where every act is written first, and read from whenever something depends on it.
        clock: the time.
    """

    def __init__(self, engine: Engine, ledger: Ledger, clock: Clock) -> None:
        self._engine = engine
        self._ledger = ledger
        self._clock = clock

    def ask(
        self,
        contact: ContactId,
        *,
        topic: str,
        language: str,
        how: str,
        proof: str,
        wording: str,
        by: str,
        channel: str = SMS,
        given_at: datetime | None = None,
    ) -> Consent:
        """Write down the first of the two acts. It allows nothing but to be asked, once, to confirm.

        Asking again changes nothing. After a no only an act counts that is newer than it.

        Args:
            contact: whose.
            topic: what about.
            language: of the wording.
            how: form, worker, phone or import.
            proof: where it can be looked up: a delivery and row, `signed form of 2026-05-03`.
            wording: the version of the text that was agreed to.
            by: who writes it down.
            channel: by what means.
            given_at: when the family did it; aware. Unknown, it is not newer than any no.

        Returns:
            The consent as it stands now: still revoked, where the family's no came later.

        Raises:
            Misconfigured: `PROOF_INVALID`, `CONSENT_HOW`.
        """
        asking = Asking(
            contact=contact,
            topic=topic,
            language=language,
            how=how,
            proof=proof,
            wording=wording,
            channel=channel,
            given_at=given_at,
        )
        self.ask_all([asking], by=by)
        return self.about(contact, topic=topic, channel=channel)

    def ask_all(self, asked: Iterable[Asking], *, by: str) -> int:
        """`ask` for many at once: all of them or none. Of several about the same thing the newest counts.

        Returns:
            How many were new.
        """
        in_time = sorted(asked, key=lambda each: (each.given_at is not None, each.given_at or self._clock.now()))
        wanted = {(each.contact, each.channel, each.topic): each for each in in_time}
        settled = self._settled(wanted.values())
        new = [each for key, each in wanted.items() if key not in settled and self._is_new(each)]
        self._write([draft.asked(each, by=by) for each in new])
        return len(new)

    def confirm(
        self, contact: ContactId, *, how: str, proof: str, by: str, topic: str | None = None, channel: str = SMS
    ) -> tuple[Consent, ...]:
        """Write down the second act: the family said yes again. Only what was asked is granted by it.

        Args:
            contact: whose.
            how: keyword (it texted YES), or worker, phone, form: a recorded confirmation in person.
            proof: where it can be looked up; not what proves the first act.
            by: who writes it down.
            topic: what about; everything that was asked, where it is left out.
            channel: by what means.

        Returns:
            What is granted now and was not before; nothing where nothing was asked, or the family has said no since.

        Raises:
            Misconfigured: `PROOF_INVALID`, `PROOF_REPEATED`, `CONSENT_HOW`.
        """
        said = self.said(contact)
        drafts: dict[tuple[str, str], Draft] = {}
        for pair in pairs(said):
            first = last(said, ConsentState.ASKED, *pair)
            meant = pair[0] == channel and topic in {None, pair[1]}
            if meant and first is not None and comes_to(said, *pair) is ConsentState.ASKED:
                drafts[pair] = draft.granted(contact, pair, first, how=how, proof=proof, by=by)
        self._write(list(drafts.values()))
        now = self.said(contact)
        return tuple(consent_of(contact, now, *pair) for pair in drafts)

    def revoke(
        self,
        contact: ContactId,
        *,
        how: str,
        proof: str,
        by: str,
        topic: str | None = None,
        channel: str | None = None,
    ) -> tuple[Consent, ...]:
        """Write down a no. It holds at once, and never fails for want of a grant or a proof.

        It is kept also of somebody who never said yes. Saying it again changes nothing.

        Args:
            contact: whose.
            how: keyword, worker, phone, form or carrier.
            proof: where it can be looked up; `withheld` stands in the ledger where it is none.
            by: who writes it down.
            topic: what about; everything, also what is still to come, where it is left out.
            channel: by what means; every one where it is left out.

        Returns:
            Everything that the contact has said something about, as it stands now.
        """
        channels, topics = draft.extent(channel, topic)
        if not is_revoked(self.said(contact), channels, topics):
            no = draft.revoked(contact, channel=channels, topic=topics, how=how, proof=proof, by=by)
            self._write([no])
        return self.show(contact)

    def show(self, contact: ContactId) -> tuple[Consent, ...]:
        """All that a contact has said something about, by channel and topic.

        A contact that has said no to everything before it was ever asked has one consent, of channel and topic `*`.
        """
        said = self.said(contact)
        wholesale = sorted({(each.channel, each.topic) for each in said if ALL in (each.channel, each.topic)})
        named = pairs(said)
        return tuple(consent_of(contact, said, *pair) for pair in named or wholesale)

    def about(self, contact: ContactId, *, topic: str, channel: str = SMS) -> Consent:
        """What a contact has said about one topic."""
        return consent_of(contact, self.said(contact), channel, topic)

    def state(self, contact: ContactId, *, topic: str, channel: str = SMS) -> ConsentState:
        """What a contact's yes and no come to now, by the ledger."""
        return comes_to(self.said(contact), channel, topic)

    def said(self, contact: ContactId) -> tuple[Said, ...]:
        """Every act of a contact, in the ledger's order."""
        return said_in(self._ledger.entries(kind="consent", topic=contact))

    def of_households(self, households: Collection[HouseholdId]) -> dict[HouseholdId, ConsentState]:
        """Of each of these households that has a contact, the best that any of them has said: for the queue.

        By the copy in the database, which is quick. Whether a text may go out is asked of the ledger.
        """
        with reading(self._engine) as connection:
            return kept.best_of(connection, households)

    def _is_new(self, each: Asking) -> bool:
        said = self.said(each.contact)
        state = comes_to(said, each.channel, each.topic)
        if state is not ConsentState.REVOKED:
            return state is ConsentState.NONE
        no = last(said, ConsentState.REVOKED, each.channel, each.topic)
        return no is not None and each.given_at is not None and no.at < each.given_at <= self._clock.now()

    def _settled(self, asked: Collection[Asking]) -> set[tuple[ContactId, str, str]]:
        """Of which of these there is nothing to write down: they were asked before, and have not said no."""
        with reading(self._engine) as connection:
            said = kept.copied(connection, sorted({each.contact for each in asked}))
        open_ = {ConsentState.ASKED, ConsentState.GRANTED}
        keys = {(each.contact, each.channel, each.topic) for each in asked}
        return {key for key in keys if comes_to(said.get(key[0], ()), *key[1:]) in open_}

    def _write(self, drafts: list[Draft]) -> None:
        """The ledger first; then the copy, with whatever of the same contacts it may have missed."""
        written = self._ledger.append_many(drafts)
        if len({entry.topic for entry in written}) == 1:
            written = list(self._ledger.entries(kind="consent", topic=written[0].topic))
        with transaction(self._engine) as connection:
            kept.keep(connection, written)
