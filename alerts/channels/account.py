"""An account at Twilio, put together from settings."""

from __future__ import annotations

from twilio.http import HttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from alerts.channels.twilio import TwilioChannel
from governance.clearing import Clearing
from governance.errors import Misconfigured

CALLBACK = "/webhooks/twilio/status"
"""Where the console hears what became of a text."""

SECONDS = 15.0
"""How long Twilio may take to answer."""


def twilio_channel(
    clearing: Clearing,
    *,
    account: str,
    token: str,
    service: str,
    public_url: str,
    http_client: HttpClient | None = None,
) -> TwilioChannel:
    """The way out through Twilio.

    Args:
        clearing: who gives the number.
        account: the account's SID.
        token: its secret.
        service: the messaging service's SID.
        public_url: where Twilio reaches this console; empty where it does not.
        http_client: for tests; the network where it is left out.

    Raises:
        Misconfigured: `TWILIO_INCOMPLETE` where one of them is missing.
    """
    given = {
        "HEARTHLINE_TWILIO_ACCOUNT_SID": account,
        "HEARTHLINE_TWILIO_AUTH_TOKEN": token,
        "HEARTHLINE_TWILIO_MESSAGING_SERVICE_SID": service,
    }
    missing = [name for name, value in given.items() if not value]
    if missing:
        raise Misconfigured(
            "Texts are to leave through Twilio, and its account is not complete.",
            f"Set {', '.join(missing)}, or HEARTHLINE_CHANNEL=outbox.",
            code="TWILIO_INCOMPLETE",
        )
    callback = f"{public_url.rstrip('/')}{CALLBACK}" if public_url else ""
    client = Client(account, token, http_client=http_client or TwilioHttpClient(timeout=SECONDS))
    return TwilioChannel(clearing=clearing, client=client, service=service, callback=callback)
