"""The local outbox: a text goes no further than this machine, where it can be looked at as a phone would show it."""

from __future__ import annotations

from dataclasses import dataclass

from alerts.channels.channel import Receipt
from alerts.message import Text
from alerts.message_table import Status
from governance.clearance import Clearance
from governance.clearing import Clearing
from governance.ids import MessageId
from governance.opened import Opened


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalOutbox:
    """Sends nothing anywhere. Everything else is as it would be: the clearance is redeemed, and can be refused.

    Args:
        clearing: who gives the number.
    """

    clearing: Clearing
    name: str = "outbox"
    repeatable: bool = True

    def send(self, door: Opened, clearance: Clearance, text: Text, id: MessageId) -> Receipt:  # noqa: ARG002 (a text stays here)
        """Redeem the clearance; the text is in the outbox already."""
        self.clearing.redeem(door, clearance)
        return Receipt(status=Status.SENT, provider_id=f"outbox-{id}")

    def forget(self, provider_id: str) -> None:
        """There is no carrier."""
