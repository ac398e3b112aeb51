"""An account at Twilio, put together from settings."""

from __future__ import annotations

from twilio.rest import Client

from alerts.channels.twilio import TwilioChannel
from governance.clearing import Clearing
from governance.errors import Misconfigured

CALLBACK = "/webhooks/twilio/status"
"""Where the console hears what became of a text."""


def twilio_channel(clearing: Clearing, *, account: str, token: str, service: str, public_url: str) -> TwilioChannel:
    """The way out through Twilio.

    Args:
        clearing: who gives the number.
        account: the account's SID.
        token: its secret.
        service: the messaging service's SID.
        public_url: where Twilio reaches this console; empty where it does not.

    Raises:
        Misconfigured: `TWILIO_INCOMPLETE` where one of them is missing.
    """
    given = {"ACCOUNT_SID": account, "AUTH_TOKEN": token, "MESSAGING_SERVICE_SID": service}
    missing = [name for name, value in given.items() if not value]
    if missing:
        raise Misconfigured(
            "Texts are to leave through Twilio, and its account is not complete.",
            f"Set {', '.join(f'HEARTHLINE_TWILIO_{name}' for name in missing)}, or HEARTHLINE_CHANNEL=outbox.",
            code="TWILIO_INCOMPLETE",
        )
    callback = f"{public_url.rstrip('/')}{CALLBACK}" if public_url else ""
    return TwilioChannel(clearing=clearing, client=Client(account, token), service=service, callback=callback)
