"""What protects the pages in a browser: who may call them, and what they may load.

No inline script or style, nothing from another host, no frame around us, no household in a referrer, nothing kept in a
cache. A name that resolves to this machine is not enough to be let in (DNS rebinding), nor is a form on another page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import MutableScopeHeaders
from litestar.exceptions import HTTPException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler
from litestar.types import Message, Scope

HOSTS = frozenset({"127.0.0.1", "localhost"})
"""Names that the console answers to. It binds the loopback address only; others reach it through nothing."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

STATIC = "/static/"
WEBHOOKS = "/webhooks/"
"""What a carrier may call under the public name. Each call proves by its signature who it comes from."""


async def protect(message: Message, scope: Scope) -> None:
    """Put the headers on every answer, errors included.

    Args:
        message: what is about to be sent.
        scope: the request that it answers.
    """
    if message["type"] != "http.response.start":
        return
    headers = MutableScopeHeaders.from_message(message)
    for name, value in HEADERS.items():
        headers[name] = value
    headers["Cache-Control"] = "max-age=3600" if scope["path"].startswith(STATIC) else "no-store"


def host_check(public_url: str) -> Callable[[Request[Any, Any, Any]], None]:
    """What lets nobody in who came under another name.

    Args:
        public_url: where a carrier reaches the webhooks; its name leads to these and to no page.

    Returns:
        A check that raises 421 (HTTPException) for any host but those of `HOSTS`, and the public one at the webhooks.
    """
    public = urlsplit(public_url).hostname or ""

    def check_host(request: Request[Any, Any, Any]) -> None:
        name, _, port = request.headers.get("host", "").lower().partition(":")
        known = name in HOSTS or (bool(public) and name == public and request.url.path.startswith(WEBHOOKS))
        if not known or not (port.isdigit() or not port):
            raise HTTPException(status_code=421)

    return check_host


def same_site(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
    """Let a form be sent only from our own pages.

    Args:
        connection: the request. Browsers say where a form stood (`Sec-Fetch-Site`); programs do not, and may.

    Raises:
        PermissionDeniedException: it stood on another site's page.
    """
    if connection.headers.get("sec-fetch-site", "none") not in {"same-origin", "none"}:
        raise PermissionDeniedException
