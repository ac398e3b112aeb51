"""Twilio: texts leave through its messaging service. It learns a number and words that say nothing."""

from __future__ import annotations

from dataclasses import dataclass

from requests.exceptions import RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.rest import Client

from alerts.channels.channel import Receipt
from alerts.channels.outcome import act_on
from alerts.message import Text
from alerts.message_table import Status
from governance.clearance import Clearance
from governance.clearing import Clearing
from governance.ids import MessageId
from governance.opened import Opened


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

    def send(self, door: Opened, clearance: Clearance, text: Text, id: MessageId) -> Receipt:  # noqa: ARG002 (Twilio names it anew)
        """Redeem the clearance and hand the text to Twilio.

        What Twilio refuses comes back with its code. Where the line broke, nobody knows whether the text left: it is
        `unknown`, and is never sent again.
        """
        number = self.clearing.redeem(door, clearance)
        extra = {"status_callback": self.callback} if self.callback else {}
        try:
            sent = self.client.messages.create(to=number, body=text.body, messaging_service_sid=self.service, **extra)
        except TwilioRestException as error:
            code = str(error.code or error.status)
            return Receipt(status=Status.FAILED, code=code, act=act_on(code))
        except (TwilioException, RequestException, OSError):
            return Receipt(status=Status.UNKNOWN)
        return Receipt(status=Status.SENT, provider_id=sent.sid)
