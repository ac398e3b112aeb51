"""Twilio: texts leave through its messaging service. It learns a number and words that say nothing."""

from __future__ import annotations

from dataclasses import dataclass

from requests.exceptions import ConnectionError as LineError
from requests.exceptions import ConnectTimeout, RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client
from urllib3.exceptions import MaxRetryError, NewConnectionError

from alerts.channels.channel import Receipt
from alerts.channels.outcome import NO_LINE
from alerts.message import Text
from alerts.message_table import Status
from governance.clearance import Clearance
from governance.clearing import Clearing
from governance.ids import MessageId
from governance.opened import Opened

PATIENCE = 3_600
"""Seconds that Twilio may keep a text waiting before it drops it: none arrives in the night for having been queued."""

_ITS_OWN_FAULT = 500
"""From this HTTP status on, Twilio itself does not know what it did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TwilioChannel:
    """Sends through Twilio's messaging service.

    Args:
        clearing: who gives the number.
        client: Twilio's own, with the account's credentials.
        service: the messaging service's SID.
        callback: where Twilio tells what became of a text; empty for nowhere.
    """

    clearing: Clearing
    client: Client
    service: str
    callback: str = ""
    name: str = "twilio"
    repeatable: bool = False

    def send(self, door: Opened, clearance: Clearance, text: Text, id: MessageId) -> Receipt:
        """Redeem the clearance and hand the text to Twilio.

        What Twilio refuses comes back with its code. Where the line broke, or Twilio itself did, nobody knows whether
        the text left: it is `unknown`, and is never sent again.
        """
        number = self.clearing.redeem(door, clearance)
        extra = {"status_callback": f"{self.callback}?message={id}"} if self.callback else {}
        try:
            sent = self.client.messages.create(
                to=number, body=text.body, messaging_service_sid=self.service, validity_period=PATIENCE, **extra
            )
        except TwilioRestException as error:
            if error.status >= _ITS_OWN_FAULT:
                return Receipt(status=Status.UNKNOWN, code=str(error.status))
            return Receipt(status=Status.FAILED, code=str(error.code or error.status))
        except RequestException as error:
            return Receipt(status=Status.FAILED, code=NO_LINE) if _no_line(error) else Receipt(status=Status.UNKNOWN)
        except (TwilioException, OSError, ValueError):  # an answer that cannot be read, or none
            return Receipt(status=Status.UNKNOWN)
        return Receipt(status=Status.SENT, provider_id=sent.sid)

    def forget(self, provider_id: str) -> None:
        """Have Twilio delete the words. Where it does not, they stay there until it does: they say nothing.

        Source: Twilio, "Redact a message" (an update with an empty body).
        """
        try:
            self.client.messages(provider_id).update(body="")
        except (TwilioException, RequestException, OSError):
            return


def _no_line(error: RequestException) -> bool:
    """Whether not even a line could be opened, so that nothing can have left."""
    if isinstance(error, ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(error, LineError) and isinstance(reason, NewConnectionError)
