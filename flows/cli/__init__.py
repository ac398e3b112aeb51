"""The command `hearthline`: one module per group of commands, `output` for what they print, `handler` for how they end."""

from flows.cli.handler import main

__all__ = ["main"]
