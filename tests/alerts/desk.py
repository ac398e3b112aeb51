"""A desk for tests that sends texts: families at noon, reviewed texts, an outbox, or Twilio on an invented network."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Engine
from twilio.http import HttpClient
from twilio.http.response import Response

from alerts.channels.account import twilio_channel
from alerts.channels.channel import Channel
from alerts.channels.outbox import LocalOutbox
from alerts.inbound import Ear
from alerts.message import Messages, Office, load_messages
from alerts.message_table import inbound, message, message_event
from alerts.outbox import StoredMessage, find_message, stored_messages
from alerts.outreach import Offer, Outcome, Outreach
from alerts.sending import Sending
from governance.database import connect, metadata, reading, sqlite_url
from governance.ids import ContactId, MessageId, RunId, TaskId
from tests.governance.families import HOME, Families, families
from tests.governance.papers import SNAP

OFFICE = Office(name="Family Help Line", phone="(413) 555-0100")
ACCOUNT, TOKEN, SERVICE = "AC" + "0" * 32, "an invented token", "MG" + "0" * 32
PUBLIC = "https://help.example"
Answer = Callable[[], Response]


@dataclass(slots=True)
class Desk:
    """Everything that texts go through."""

    families: Families
    engine: Engine
    channel: Channel
    messages: Messages

    @property
    def sending(self) -> Sending:
        house = self.families
        return Sending(
            engine=self.engine,
            ledger=house.ledger,
            clock=house.clock,
            contacts=house.contacts,
            consents=house.consents,
            channel=self.channel,
        )

    def outreach(self, *, dry: bool = False) -> Outreach:
        return Outreach(
            sending=self.sending,
            clearing=self.families.clearing,
            messages=self.messages,
            office=OFFICE,
            purpose="prevention.outreach",
            dry=dry,
        )

    @property
    def ear(self) -> Ear:
        house = self.families
        return Ear(engine=self.engine, ledger=house.ledger, contacts=house.contacts, consents=house.consents)

    def send(self, offer: Offer, *, dry: bool = False) -> Outcome:
        """Send one offer behind a door of its own."""
        with self.families.door() as door:
            return self.outreach(dry=dry).offer(door, offer)

    def invite(self, id: ContactId) -> Outcome:
        """Invite a contact that signed up."""
        contact = self.families.contacts.get(id)
        assert contact is not None
        asked = self.families.consents.show(id)[0].history[-1].entry
        with self.families.door() as door:
            return self.outreach().invite(door, contact, asked=asked)

    def stored(self) -> list[StoredMessage]:
        with reading(self.engine) as connection:
            return stored_messages(connection)

    def one(self, id: MessageId | None) -> StoredMessage:
        assert id is not None
        with reading(self.engine) as connection:
            found = find_message(connection, id)
        assert found is not None
        return found

    def kinds(self, topic: str) -> list[str]:
        return self.families.kinds(topic)


def offer(task: str = "t-1", *, due: date = date(2026, 9, 30), **changes: Any) -> Offer:
    """An offer to the family that answers at HOME."""
    plain: dict[str, Any] = {
        "task": TaskId(task),
        "household": HOME,
        "tier": 2,
        "due_on": due,
        "lineage": frozenset({SNAP}),
        "run": RunId("2026-09-01-abcdef"),
    }
    return Offer(**{**plain, **changes})


def desk(folder: Path, engine: Engine | None = None) -> Desk:
    """A desk with a local outbox.

    Args:
        folder: for its databases.
        engine: where messages are kept, if not in the folder.
    """
    engine = engine or connect(sqlite_url(folder / "messages.db"))
    house = families(folder, engine)
    metadata.create_all(engine, tables=[message, message_event, inbound])
    return Desk(house, engine, LocalOutbox(clearing=house.clearing), load_messages())


def with_twilio(made: Desk, network: Network) -> Desk:
    """The same desk, with texts leaving through Twilio over an invented network."""
    made.channel = twilio_channel(
        made.families.clearing, account=ACCOUNT, token=TOKEN, service=SERVICE, public_url=PUBLIC, http_client=network
    )
    return made


@dataclass(frozen=True, slots=True)
class Asked:
    """What the network was asked."""

    method: str
    path: str
    data: Mapping[str, Any]


@dataclass
class Network(HttpClient):  # type: ignore[misc]  # twilio is not typed
    """Answers like Twilio's API, and remembers what it was asked."""

    answers: Sequence[Answer] = ()
    asked: list[Asked] = field(default_factory=list)

    def request(self, method: str, uri: str, params: Any = None, data: Any = None, **_: Any) -> Response:
        self.asked.append(Asked(method, urlsplit(uri).path, dict(data or {})))
        number = len(self.asked) - 1
        return self.answers[number]() if number < len(self.answers) else accepted(number + 1)()

    @property
    def texts(self) -> list[Asked]:
        """What it was asked to send."""
        return [each for each in self.asked if each.path.endswith("/Messages.json")]


def sid(number: int) -> str:
    """Twilio's name for its so-manieth text."""
    return f"SM{number:032x}"


def accepted(number: int = 1) -> Answer:
    """Twilio takes the text."""
    body = {"sid": sid(number), "status": "accepted", "account_sid": ACCOUNT, "body": "", "error_code": None}
    return lambda: Response(201, json.dumps(body))


def refused(code: int, status: int = 400) -> Answer:
    """Twilio does not take the text; what it says may name the number."""
    body = {"code": code, "message": "The 'To' number +16175550123 is not for this.", "status": status}
    return lambda: Response(status, json.dumps(body))


def broken(error: Exception) -> Answer:
    """The line breaks."""

    def answer() -> Response:
        raise error

    return answer
