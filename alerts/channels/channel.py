"""What every way out can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from alerts.message import Text
from alerts.message_table import Status
from governance.clearance import Clearance
from governance.ids import MessageId
from governance.opened import Opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of a text; `code` says why it failed, as the carrier does."""

    status: Status
    provider_id: str | None = None
    code: str | None = None


class Channel(Protocol):
    """A way out."""

    @property
    def name(self) -> str:
        """How reports call it."""
        ...

    @property
    def repeatable(self) -> bool:
        """Whether a text whose sending broke off can be sent again without anybody getting it twice."""
        ...

    def send(self, door: Opened, clearance: Clearance, text: Text, id: MessageId) -> Receipt:
        """Redeem a clearance and send a text to the number that it gives.

        Args:
            door: the one behind which the clearance was issued.
            clearance: for this text.
            text: the words.
            id: of the message.

        Raises:
            Refused: the clearance is worth nothing any more; nothing was sent.
        """
        ...

    def forget(self, provider_id: str) -> None:
        """Have the carrier delete the words of a text that has arrived. Where it cannot, nothing happens.

        Args:
            provider_id: the carrier's name for it.
        """
        ...
