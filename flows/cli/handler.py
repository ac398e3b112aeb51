"""How every command ends: an exit code, and one sentence where something was wrong. Never a traceback.

0 done · 1 failed · 2 usage · 3 refused by governance · 4 input broke its contract · 5 the ledger does not verify
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import typer
from pydantic import ValidationError
from typer.exceptions import TyperException

from flows.cli import exit_code
from flows.cli.exit_code import DONE, FAILED, USAGE
from flows.cli.output import note
from governance.errors import HearthlineError


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command.

    Args:
        arguments: what stands after `hearthline`.

    Returns:
        The exit code.
    """
    from flows.cli.app import app  # imported late, so that `--help` of a broken installation still speaks

    try:
        result = app(arguments, prog_name="hearthline", standalone_mode=False)
        return result if isinstance(result, int) else DONE
    except typer.Exit as left:
        return left.exit_code
    except TyperException as wrong:  # a command was called wrongly; the message may repeat what was typed
        note(f"USAGE: {wrong.format_message()} See `hearthline --help`.")
        return USAGE
    except (typer.Abort, KeyboardInterrupt):
        note("Stopped. The same command goes on from here.")
        return FAILED
    except HearthlineError as error:
        note(str(error))
        return exit_code.of(error)
    except ValidationError as error:
        note(f"SETTINGS_INVALID: {_first(error)} Check the HEARTHLINE_ variables and options.")
        return USAGE
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as error:  # the last line of defence: a value in a message must not reach the screen
        note(f"UNEXPECTED: {type(error).__name__} at {_place(error)}. Nothing is half-done: run the command again, and")
        note("report this line if it comes back. Set HEARTHLINE_TRACE=1 to see the whole trace on your own screen.")
        if os.environ.get("HEARTHLINE_TRACE") == "1":
            raise
        return FAILED


def _first(error: ValidationError) -> str:
    """The first thing that is wrong with the settings, without the value that was given."""
    problem = error.errors(include_input=False, include_url=False)[0]
    return f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}."


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "an unknown place"
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
