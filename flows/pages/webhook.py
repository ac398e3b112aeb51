"""What a carrier tells this installation: heard only where its signature fits."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from flows.bootstrap import Services
from flows.hearing import webhook_inbound, webhook_status
from governance.errors import WrongOrganisation
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
        WrongOrganisation: the signature is not the carrier's.
    """
    from alerts.channels.webhook import verify  # its library takes a while to import

    token = house.settings.twilio_auth_token.get_secret_value()
    if not verify(url, form, signature, token):
        raise WrongOrganisation("That was not signed by the carrier.", "Check the account's token and the address.")
    if kind == "inbound":
        webhook_inbound(house, form)
    else:
        named = parse_qs(urlsplit(url).query).get("message", [])
        webhook_status(house, form, MessageId(named[0]) if named else None)
    return ANSWER
