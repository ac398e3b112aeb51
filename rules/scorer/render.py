"""The model card as a page of text."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from rules.reason import spoken
from rules.scorer.card import Card

TEMPLATES = Path(__file__).parent / "templates"


def render_card(card: Card) -> str:
    """The card in Markdown.

    Args:
        card: what it says.
    """
    return _environment().get_template("card.md").render(card=card)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 (Markdown from our own tables; no page is made of it)
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["day"] = spoken
    environment.filters["percent"] = _percent
    environment.filters["times"] = _times
    return environment


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def _times(number: float | None) -> str:
    return "–" if number is None else f"{number:.1f}"
