"""The command `hearthline`: a module per group of commands, `output` for what they print, `handler` for their end."""

from flows.cli.handler import main

__all__ = ["main"]
