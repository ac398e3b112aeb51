"""What a carrier tells this installation: heard only where its signature fits."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from flows.bootstrap import Services
from flows.hearing import webhook_inbound, webhook_status
from governance.errors import WebhookUnsigned
from governance.ids import MessageId

ANSWER = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'
"""TwiML that says nothing: what is answered goes out as a text of its own, under a clearance."""


def webhook(house: Services, kind: str, url: str, form: Mapping[str, str], signature: str) -> str:
    """Hear what a carrier tells.

    Args:
        house: the services.
        kind: `inbound` or `status`.
        url: the address as the carrier called it.
        form: every field.
        signature: what the carrier signed with.

    Returns:
        The answer, as TwiML.

    Raises:
        WebhookUnsigned: the signature is not the carrier's, or this installation has no account with one.
    """
    from alerts.channels.webhook import verify  # its library takes a while to import

    token = house.settings.twilio_auth_token.get_secret_value()
    if not verify(url, form, signature, token):
        # once a day, so that strangers cannot fill the ledger
        house.ledger.append_once("webhook.refused", f"{kind} {house.clock.today()}", {"code": WebhookUnsigned.code})
        raise WebhookUnsigned(
            "What came to a webhook does not bear the carrier's signature.",
            "Check HEARTHLINE_TWILIO_AUTH_TOKEN, and that HEARTHLINE_PUBLIC_URL is the address that Twilio calls.",
        )
    if kind == "inbound":
        webhook_inbound(house, form)
    else:
        named = parse_qs(urlsplit(url).query).get("message", [])
        webhook_status(house, form, MessageId(named[0]) if named else None)
    return ANSWER
