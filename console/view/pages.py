"""What the console may call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from console.view.counts import AlertCounts
from console.view.foresight import ModelView
from console.view.front import FrontView
from console.view.household import HouseholdView
from console.view.ledger import LedgerHead
from console.view.links import LinkPages
from console.view.queue import QueueView
from console.view.text import OutboxView
from console.view.trace import TraceView
from console.view.uses import FindingView, Refusal, UsesByPurpose
from governance.errors import WebhookUnsigned
from governance.ids import ContactId, HouseholdId, MessageId
from governance.ledger import Verification


def no_envelopes(_body: bytes, _headers: Mapping[str, str]) -> None:
    """What hears notices about envelopes where no e-signature service is known: nobody.

    Raises:
        WebhookUnsigned: always.
    """
    raise WebhookUnsigned("No e-signature service is known here.", "Set HEARTHLINE_ENVELOPE=rest and its secret.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Everything that the console may call. Each is plain, may block, and raises what governance refuses.

    `queue` takes a worker's staff id or None; `household` raises `HOUSEHOLD_UNKNOWN` for one without a task, `outbox`
    (a contact to show, or None for the newest) `CONTACT_UNKNOWN`, `trace` `MESSAGE_UNKNOWN`. `refusals` are the newest
    of uses and of texts, newest first; `findings` what waits for a privacy officer's review. `webhook` takes what a
    carrier tells: which hook (`inbound` or `status`), the address as the carrier called it, every field, its signature;
    it gives the answer as TwiML and raises a `Refused` where the signature does not fit. `envelope` takes a notice of
    the e-signature service, the bytes as they came and the headers that hold its signatures, and raises the same.

    `asker` is the staff id that these pages act for: the console stands on that person's own machine. `timezone` is
    where times are told in, `invented` says that nobody in the data exists, `office` is who texts. `public_url` is
    where a carrier reaches the webhooks, empty where it does not. `links` is for a data steward, None for anybody else.
    """

    asker: str
    queue: Callable[[str | None], QueueView]
    household: Callable[[HouseholdId], HouseholdView]
    alert_counts: Callable[[], AlertCounts]
    uses_by_purpose: Callable[[], UsesByPurpose]
    ledger_head: Callable[[], LedgerHead]
    verify: Callable[[], Verification]
    front: Callable[[], FrontView]
    outbox: Callable[[ContactId | None], OutboxView]
    trace: Callable[[MessageId], TraceView]
    refusals: Callable[[], tuple[Refusal, ...]]
    findings: Callable[[], tuple[FindingView, ...]]
    model: Callable[[], ModelView]
    webhook: Callable[[str, str, Mapping[str, str], str], str]
    envelope: Callable[[bytes, Mapping[str, str]], object] = no_envelopes
    timezone: str = "America/New_York"
    office: str = "Family Help Line"
    invented: bool = False
    public_url: str = ""
    links: LinkPages | None = None
