"""An e-signature service on this machine for tests: the one of `envelopes`, behind a real line."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import sleep

from governance.envelope.rest import Answer
from tests.governance.envelope.envelopes import Service

ACCOUNT, TOKEN = "an-account", "a-token-that-is-nobodys"
PREFIX = f"/restapi/v2.1/accounts/{ACCOUNT}"


@dataclass(slots=True)
class Desk:
    """The service, and how its line behaves.

    `seen` are the paths that were asked, with the token that came along. `instead` is answered in the service's place:
    a status, headers, a body. `delay` is how many seconds pass before each byte of a body.
    """

    service: Service = field(default_factory=Service)
    port: int = 0
    scheme: str = "http"
    seen: list[tuple[str, str]] = field(default_factory=list)
    instead: tuple[int, dict[str, str], bytes] | None = None
    delay: float = 0

    @property
    def url(self) -> str:
        """Where it is."""
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def answer(self, method: str, path: str, token: str, body: bytes) -> Answer:
        """One request, let in only with the token and for the account."""
        if token != f"Bearer {TOKEN}":
            return Answer(status=401, body=b'{"errorCode":"USER_AUTHENTICATION_FAILED"}')
        if not path.startswith(PREFIX):
            return Answer(status=404, body=b"{}")
        return self.service(method, path.removeprefix(PREFIX), json.loads(body) if body else None)


@contextmanager
def desk(port: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[Desk]:
    """A service that answers while this is open.

    Args:
        port: on the loopback address; any that is free where it is 0.
        tls: the certificate that it shows; None for no TLS.
    """
    opened = Desk(scheme="https" if tls else "http")
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler(opened))
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    opened.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield opened
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(desk: Desk) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _reply(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            token = self.headers.get("Authorization", "")
            desk.seen.append((self.path, token))
            if desk.instead is not None:
                self._send(*desk.instead)
                return
            try:
                answer = desk.answer(self.command, self.path, token, body)
            except TimeoutError:  # it did what was asked, and says nothing
                return
            self._send(answer.status, {"Content-Length": str(len(answer.body))}, answer.body)

        do_GET = do_POST = do_PUT = _reply  # noqa: N815 (the names are http.server's)

        def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            for each in (bytes([byte]) for byte in body) if desk.delay else [body]:
                sleep(desk.delay)
                try:
                    self.wfile.write(each)
                except OSError:  # nobody listens any more
                    return

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: tests read what is printed."""

    return Handler
