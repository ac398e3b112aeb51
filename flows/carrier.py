"""What a carrier calls: nothing of it is believed before its signature was found to be the carrier's."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from flows.bootstrap import Services
from flows.hearing import webhook_inbound, webhook_status
from governance.errors import WebhookUnsigned
from governance.ids import MessageId

SILENCE = '<?xml version="1.0" encoding="UTF-8"?><Response/>'
"""TwiML that says nothing: what is answered was cleared, and went out, by itself."""


def webhook(house: Services, hook: str, url: str, form: Mapping[str, str], signature: str) -> str:
    """Take what a carrier tells.

    Args:
        house: the services.
        hook: `inbound` (a family texted) or `status` (something became of a text).
        url: the address as the carrier called it, its query included.
        form: every field.
        signature: as it came.

    Returns:
        The answer, as TwiML.

    Raises:
        WebhookUnsigned: the signature does not fit, or this installation has no account with a carrier.
    """
    from alerts.channels.webhook import verify  # its library takes a while to import

    token = house.settings.twilio_auth_token.get_secret_value()
    if not verify(url, form, signature, token):
        # once a day, so that strangers cannot fill the ledger
        house.ledger.append_once("webhook.refused", f"{hook} {house.clock.today()}", {"code": WebhookUnsigned.code})
        raise WebhookUnsigned(
            "What came to a webhook does not bear the carrier's signature.",
            "Check HEARTHLINE_TWILIO_AUTH_TOKEN, and that HEARTHLINE_PUBLIC_URL is the address that Twilio calls.",
        )
    if hook == "inbound":
        webhook_inbound(house, form)
    else:
        named = parse_qs(urlsplit(url).query).get("message", [])
        webhook_status(house, form, MessageId(named[0]) if named else None)
    return SILENCE
