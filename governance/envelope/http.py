"""The wire to an e-signature service: HTTPS, with the standard library alone.

The access token goes to the one host that the installation names, and nowhere else: nothing is sent without TLS except
to this machine itself, a redirect is never followed, and no error repeats what was sent. What goes wrong on the way is
one `OSError` without words, which `governance.envelope.rest` turns into `ENVELOPE_UNREACHABLE`.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from time import monotonic
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPSHandler,
    OpenerDirector,
    ProxyHandler,
    Request,
)

from governance.envelope.rest import BAD_REQUEST, Answer
from governance.errors import Misconfigured

PATH = "/restapi/v2.1/accounts"
SECONDS = 15.0
"""How long the service may be silent; and how long one whole answer may take to read."""
MOST_BYTES = 32_000_000
"""The longest answer that is read: a completed document with its scans."""
HERE = frozenset({"127.0.0.1", "::1", "localhost"})
"""Hosts that are this machine: what is sent there passes no wire."""

_TOO_MANY = 429
_CHUNK = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpTransport:
    """Carries requests to one account of one service. See `governance.envelope.rest.Transport`.

    Args:
        url: the service's base address, `https://host`, without the path of its API.
        account: the account's id there.
        token: the OAuth access token.
        seconds: how long the service may take.

    Raises:
        Misconfigured: `ENVELOPE_INSECURE` where the address is no place to send a token to, or the token no token.
    """

    url: str
    account: str
    token: str = field(repr=False)
    seconds: float = SECONDS

    def __post_init__(self) -> None:
        if not (_is_safe(self.url) and self.token.isascii() and self.token.isprintable()):
            raise _insecure()

    def __call__(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Answer:
        """Send one request, and read the whole answer.

        Raises:
            OSError: the service was not reached, broke off, took too long, or sent us elsewhere.
        """
        until = monotonic() + self.seconds
        try:
            with self._opener().open(self._request(method, path, body), timeout=self.seconds) as response:
                return Answer(status=response.status, body=_read(response, until))
        except HTTPError as error:
            error.close()
            if error.code < BAD_REQUEST or error.code == _TOO_MANY:
                raise ConnectionError from None
            return Answer(status=error.code, body=b"")
        except (HTTPException, OSError):
            raise ConnectionError from None

    def _request(self, method: str, path: str, body: Mapping[str, Any] | None) -> Request:
        address = f"{self.url.rstrip('/')}{PATH}/{quote(self.account, safe='')}{path}"
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json, */*"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        data = None if body is None else json.dumps(body).encode()
        return Request(address, data=data, headers=headers, method=method)  # noqa: S310 (the scheme was checked)

    def _opener(self) -> OpenerDirector:
        """What opens a line: with the machine's own authorities, and through its proxy, except to itself.

        What is not added here does not happen: no redirect is followed, no file or other protocol is opened.
        """
        opener = OpenerDirector()
        here = urlsplit(self.url).hostname in HERE
        for handler in (
            ProxyHandler({} if here else None),
            HTTPHandler(),
            HTTPSHandler(context=ssl.create_default_context()),
            HTTPDefaultErrorHandler(),
            HTTPErrorProcessor(),
        ):
            opener.add_handler(handler)
        return opener


def _read(response: HTTPResponse, until: float) -> bytes:
    """The body; a service that trickles, or never ends, is one that does not answer."""
    found = bytearray()
    while chunk := response.read1(_CHUNK):
        found += chunk
        if len(found) > MOST_BYTES or monotonic() > until:
            raise TimeoutError
    if response.length:
        raise ConnectionError
    return bytes(found)


def _is_safe(address: str) -> bool:
    """Whether an address is a host with TLS, or this machine, and nothing besides."""
    try:
        url = urlsplit(address)
        bare = url.username is None and url.path in {"", "/"} and not url.query and not url.fragment
        return bare and url.port != 0 and _is_private(url.scheme, url.hostname or "")
    except ValueError:
        return False


def _is_private(scheme: str, host: str) -> bool:
    return bool(host) and (scheme == "https" or (scheme == "http" and host in HERE))


def _insecure() -> Misconfigured:
    return Misconfigured(
        "The e-signature service's address or token is none that may be used.",
        "HEARTHLINE_ENVELOPE_URL is https:// and a host; HEARTHLINE_ENVELOPE_TOKEN is one line of plain characters.",
        code="ENVELOPE_INSECURE",
    )
