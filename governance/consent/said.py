"""What a contact has said, read from the ledger: moves in their order, and what they come to.

The ledger alone decides. Its order settles who was first: a yes that was written down after a no is worth nothing,
unless the family was asked anew in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from governance.ids import ContactId
from governance.ledger import Entry

ALL = "*"
"""Stands for every channel, or every topic, also those still to come."""


class ConsentState(StrEnum):
    """What a contact's yes and no come to, for one channel and topic."""

    NONE = "none"
    ASKED = "asked"
    GRANTED = "granted"
    REVOKED = "revoked"


RANK = (ConsentState.NONE, ConsentState.REVOKED, ConsentState.ASKED, ConsentState.GRANTED)
"""From nothing to a yes: which of several contacts' states a household is shown with."""

MOVES = {f"consent.{state}": state for state in ConsentState if state is not ConsentState.NONE}
"""Kinds of ledger entry that are moves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentMove:
    """One act: what it made of the consent, how it was done, where that can be looked up, and its place in the ledger.

    `how` is one of form, worker, phone, keyword, import, carrier. `proof` is a reference, never a text's words.
    `wording` is the version of the text that was agreed to. `by` is who wrote it down.
    """

    state: ConsentState
    how: str
    proof: str
    wording: str
    by: str
    at: datetime
    entry: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A contact's consent to one channel and topic, and how it came about, oldest act first."""

    contact: ContactId
    channel: str
    topic: str
    language: str
    state: ConsentState
    history: tuple[ConsentMove, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What was made of the consent to a channel and topic; `ALL` stands for everything."""

    channel: str
    topic: str
    state: ConsentState

    def concerns(self, channel: str, topic: str) -> bool:
        """Whether it was about this channel and topic, among others."""
        return self.channel in {channel, ALL} and self.topic in {topic, ALL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said(Act):
    """An act with everything that is known of it."""

    language: str
    move: ConsentMove


def said_in(entries: Iterable[Entry]) -> tuple[Said, ...]:
    """The moves among ledger entries about a contact, in their order."""
    return tuple(_said(entry) for entry in entries if entry.kind in MOVES)


def pairs(said: Iterable[Act]) -> list[tuple[str, str]]:
    """Channels and topics of which something was said by name, in order."""
    return sorted({(each.channel, each.topic) for each in said if ALL not in (each.channel, each.topic)})


def comes_to(said: Iterable[Act], channel: str, topic: str) -> ConsentState:
    """What everything that was said comes to for a channel and topic.

    A yes counts only for what was asked; a no always.
    """
    state = ConsentState.NONE
    for each in said:
        if not each.concerns(channel, topic):
            continue
        if each.state is ConsentState.GRANTED:
            state = ConsentState.GRANTED if state is ConsentState.ASKED else state
        else:
            state = each.state
    return state


def last(said: Iterable[Said], state: ConsentState, channel: str, topic: str) -> ConsentMove | None:
    """The newest move of that kind that concerns a channel and topic."""
    found = [each.move for each in said if each.state is state and each.concerns(channel, topic)]
    return found[-1] if found else None


def is_revoked(said: tuple[Said, ...], channel: str, topic: str) -> bool:
    """Whether a no of that extent stands already: itself, and for everything named within it.

    Args:
        said: of one contact.
        channel: one channel, or `ALL`.
        topic: one topic, or `ALL`.
    """
    within = [pair for pair in pairs(said) if channel in (pair[0], ALL) and topic in (pair[1], ALL)]
    return all(comes_to(said, *pair) is ConsentState.REVOKED for pair in [(channel, topic), *within])


def consent_of(contact: ContactId, said: tuple[Said, ...], channel: str, topic: str) -> Consent:
    """A contact's consent to a channel and topic."""
    concerned = [each for each in said if each.concerns(channel, topic)]
    language = [each.language for each in concerned if each.language]
    return Consent(
        contact=contact,
        channel=channel,
        topic=topic,
        language=language[-1] if language else "",
        state=comes_to(concerned, channel, topic),
        history=tuple(each.move for each in concerned),
    )


def _said(entry: Entry) -> Said:
    body: Mapping[str, Any] = entry.body
    state = MOVES[entry.kind]
    return Said(
        channel=body["channel"],
        topic=body["about"],
        state=state,
        language=body["language"],
        move=ConsentMove(
            state=state,
            how=body["how"],
            proof=body["proof"],
            wording=body["wording"],
            by=body["by"],
            at=entry.at,
            entry=entry.index,
        ),
    )
