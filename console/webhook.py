"""What a carrier tells, and the e-signature service: each call proves by its signature who it comes from."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from anyio import to_thread
from litestar import MediaType, Request, Response, post

from console.defence import WEBHOOKS
from console.pages import Given
from console.view import Pages

SIGNATURE = "X-Twilio-Signature"
MOST_BYTES = 64_000
"""A text has at most 1,600 characters; a form that is longer than this is none of a carrier's."""

ENVELOPE_SIGNATURE = "x-docusign-signature-"
MOST_NOTICE_BYTES = 1_000_000
"""A notice says where an envelope is; one that is longer brings documents along, which nobody asked for."""


@post(f"{WEBHOOKS}twilio/inbound", status_code=200, request_max_body_size=MOST_BYTES)
async def inbound(request: Request[Any, Any, Any], pages: Given) -> Response[str]:
    """A family texted: what is answered, as TwiML."""
    return await _told("inbound", request, pages)


@post(f"{WEBHOOKS}twilio/status", status_code=200, request_max_body_size=MOST_BYTES)
async def status(request: Request[Any, Any, Any], pages: Given) -> Response[str]:
    """Something became of a text."""
    return await _told("status", request, pages)


@post(f"{WEBHOOKS}envelope", status_code=204, request_max_body_size=MOST_NOTICE_BYTES)
async def envelope(request: Request[Any, Any, Any], pages: Given) -> None:
    """Something became of an envelope. What was signed is the bytes of the body, so these are handed over."""
    headers = {name: value for name, value in request.headers.items() if name.lower().startswith(ENVELOPE_SIGNATURE)}
    await to_thread.run_sync(partial(pages.envelope, await request.body(), headers))


HOOKS = (inbound, status, envelope)


async def _told(kind: str, request: Request[Any, Any, Any], pages: Pages) -> Response[str]:
    """Hand over what was told, exactly as it was signed: the public address, every field, empty ones too."""
    fields = parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
    signature = request.headers.get(SIGNATURE, "")
    work = partial(pages.webhook, kind, _address(request, pages.public_url), dict(fields), signature)
    return Response(await to_thread.run_sync(work), media_type=MediaType.XML)


def _address(request: Request[Any, Any, Any], public_url: str) -> str:
    """The address as the carrier called it: behind a proxy this is not the one that arrives here."""
    if not public_url:
        return str(request.url)
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{public_url.rstrip('/')}{request.url.path}{query}"
