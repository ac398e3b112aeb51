"""Looking at pages: a browser's questions, and the answers taken apart."""

from __future__ import annotations

from typing import Any

from litestar import Litestar
from litestar.testing import TestClient
from lxml import html

from console.app import create
from console.view import Pages

HERE = "http://127.0.0.1"
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
Client = TestClient[Litestar]


def opened(pages: Pages) -> Client:
    client = TestClient(create(pages), base_url=HERE)
    client.headers.update(BROWSER)
    return client


def parsed(text: str) -> Any:
    """A page as a tree; its types are of no interest here."""
    return html.fromstring(text)


def words(client: Client, path: str) -> str:
    """What a page says, its tags left out."""
    return " ".join(parsed(client.get(path).text).text_content().split())
