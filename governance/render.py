"""The certificate of destruction as a text and as a page. Both are for reading; what counts is the signed note."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from governance.destruction.certificate import Certificate

TEMPLATES = Path(__file__).parent / "templates"


def render_certificate(certificate: Certificate) -> str:
    """The certificate as plain text."""
    return _rendered("certificate.txt", certificate)


def render_page(certificate: Certificate) -> str:
    """The certificate as a page of HTML that needs nothing from anywhere else."""
    return _rendered("certificate.html", certificate)


def _rendered(name: str, certificate: Certificate) -> str:
    looked = ", ".join(f"{number} {what}" for what, number in sorted(certificate.document["scan"]["looked"].items()))
    template = _environment().get_template(name)
    return template.render(certificate=certificate, said=certificate.document, looked=looked)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["day"] = _day
    return environment


def _day(text: str) -> str:
    return datetime.fromisoformat(text).date().isoformat()
