"""The options that every command takes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.bootstrap import Services, build, read_settings

Home = Annotated[
    Path | None,
    typer.Option("--home", help="The installation's folder. Default: $HEARTHLINE_HOME, else ./.hearthline."),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of words.")]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="The day to look from, YYYY-MM-DD.")]


def services(home: Path | None) -> Services:
    """What a command works with.

    Raises:
        Misconfigured: `HOME_MISSING` where nothing was set up yet.
    """
    return build(read_settings(home))
