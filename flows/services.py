"""Services: everything that a command needs, built once and handed down."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from sqlalchemy import Engine

from alerts.channels.channel import Channel
from alerts.message import Messages, Office
from alerts.programme import Programme
from flows.migrations import Which
from governance.break_glass import BreakGlass
from governance.circle import Circles
from governance.clearing import Clearing
from governance.clock import Clock
from governance.consent import Consents
from governance.contact import Contacts
from governance.correction import Corrections
from governance.correction_row import CorrectionRows
from governance.gate import Gate
from governance.ledger import Ledger
from governance.opt_out import OptOuts
from governance.policy import Policy
from governance.register import Register
from governance.review import Reviews
from governance.settings import Settings
from governance.subject import Subjects
from governance.use import Actor
from governance.vault import Vault
from rules.indicator import Indicator
from rules.outcome import Outcome
from rules.rulebook import Rulebook
from signals.feed import Feeds
from signals.linkage.memory import Memory
from signals.linkage.review import LinkReviews
from signals.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything that a command needs, built once and handed down."""

    settings: Settings
    clock: Clock
    engine: Engine
    ledger_engine: Engine
    ledger: Ledger
    vault: Vault
    register: Register
    policy: Policy
    gate: Gate
    feeds: Feeds
    store: Store
    indicators: dict[str, Indicator]
    rulebook: Rulebook
    outcomes: dict[str, Outcome]
    programmes: dict[str, Programme]
    contacts: Contacts
    consents: Consents
    clearing: Clearing
    break_glass: BreakGlass
    reviews: Reviews
    circles: Circles
    subjects: Subjects
    opt_outs: OptOuts
    link_memory: Memory
    correction_rows: CorrectionRows
    corrections: Corrections
    messages: Messages
    channel: Channel

    @property
    def flow(self) -> Actor:
        """The actor that a scheduled run is."""
        return Actor(id="hearthline", role="flow", organisation=self.settings.organisation)

    @property
    def link_reviews(self) -> LinkReviews:
        """What linkage is not sure of, and what stewards decided about it."""
        return self.link_memory.reviews

    @property
    def policy_hash(self) -> str:
        """A digest of everything a person decided that a night follows: papers, feeds, rules, programmes, capacity.

        The same hash means the same rules; a night under another one is another night.
        """
        written = {
            "agreements": self.policy.hash,
            "feeds": {id: feed.model_dump(mode="json") for id, feed in self.feeds.items()},
            "rules": self.rulebook.sha256,
            "indicators": {id: each.model_dump(mode="json") for id, each in self.indicators.items()},
            "outcomes": {id: each.model_dump(mode="json") for id, each in self.outcomes.items()},
            "programmes": {id: each.model_dump(mode="json") for id, each in self.programmes.items()},
            "messages": {kind: each.model_dump(mode="json") for kind, each in self.messages.items()},
            "capacity": [list(self.settings.workers), self.settings.tasks_per_worker],
            "purpose": self.settings.purpose,
        }
        return hashlib.sha256(json.dumps(written, sort_keys=True).encode()).hexdigest()

    @property
    def office(self) -> Office:
        """Who texts families."""
        return Office(name=self.settings.office_name, phone=self.settings.office_phone)

    @property
    def databases(self) -> dict[Which, Engine]:
        """Both databases, as migrations call them."""
        return {"operational": self.engine, "ledger": self.ledger_engine}

    def person(self, id: str, role: str = "caseworker") -> Actor:
        """A member of this agency's staff as an actor; somebody unknown is somebody untrained."""
        trained = self.settings.staff.get(id)
        return Actor(id=id, role=role, organisation=self.settings.organisation, trained_until=trained)
