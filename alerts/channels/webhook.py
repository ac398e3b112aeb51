"""What Twilio tells us: whether it was really Twilio, what a family texted, what became of a text."""

from __future__ import annotations

from collections.abc import Mapping

from twilio.request_validator import RequestValidator

from alerts.channels.outcome import News
from alerts.message_table import Status

_STATUSES = {
    "sent": Status.SENT,
    "delivered": Status.DELIVERED,
    "undelivered": Status.FAILED,
    "failed": Status.FAILED,
}


def verify(url: str, form: Mapping[str, str], signature: str, token: str) -> bool:
    """Whether a request comes from Twilio: its signature covers the exact public address and every field.

    Source: Twilio, "Webhooks security" (HMAC-SHA-1 over the URL and the sorted fields).

    Args:
        url: the address as Twilio called it.
        form: every field.
        signature: the header X-Twilio-Signature.
        token: the account's secret; nothing fits an empty one.
    """
    return bool(token and signature) and bool(RequestValidator(token).validate(url, dict(form), signature))


def news(form: Mapping[str, str]) -> News | None:
    """What a status callback says; None where it says nothing that matters (queued, accepted)."""
    status = _STATUSES.get(form.get("MessageStatus", ""))
    sid = form.get("MessageSid", "")
    if status is None or not sid:
        return None
    return News(provider_id=sid, status=status, code=form.get("ErrorCode") or None)
