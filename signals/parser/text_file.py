"""Text files: opened in the encoding that a feed names, and read a line of bearable length at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

from governance.errors import ContractBroken

LONGEST_LINE = 1 << 20
"""Characters of the longest line that is read; a longer one is no table."""


@contextmanager
def opened(path: Path, encoding: str) -> Iterator[TextIO]:
    """The file as text, line ends as they are; what the system says against it is a broken contract.

    Args:
        path: the file.
        encoding: of its text; a byte order mark before UTF-8 is no text.

    Raises:
        ContractBroken: `FILE_ENCODING` or `FILE_UNREADABLE`, also while it is being read.
    """
    try:
        with path.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="") as file:
            yield file
    except UnicodeDecodeError:
        what = f"A file is not {encoding} text all through."
        raise ContractBroken(what, "Ask for it in the encoding that its feed names.", code="FILE_ENCODING") from None
    except OSError as error:
        raise _unreadable(error) from None


@contextmanager
def opened_raw(path: Path) -> Iterator[BinaryIO]:
    """The file as bytes, for formats in which one line that is no text spoils only itself.

    Args:
        path: the file.

    Raises:
        ContractBroken: `FILE_UNREADABLE`, also while it is being read.
    """
    try:
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise _unreadable(error) from None


def read_line(file: TextIO, number: int) -> str:
    """The next line with its end; empty where there is none.

    Args:
        file: an open file.
        number: of the line, from 1, for the message.

    Raises:
        ContractBroken: `FILE_UNREADABLE`, where it is longer than any row.
    """
    line = file.readline(LONGEST_LINE)
    if len(line) == LONGEST_LINE and not line.endswith(("\n", "\r")):
        raise too_long(number)
    return line


def too_long(number: int) -> ContractBroken:
    """The error for a line that is longer than any row, by its number from 1."""
    what = f"Line {number} of a file is longer than any row."
    return ContractBroken(what, "It may not be a table: ask for the file again.", code="FILE_UNREADABLE")


def _unreadable(error: OSError) -> ContractBroken:
    what = f"A file cannot be read: {error.strerror or 'the system refused it'}."
    return ContractBroken(what, "Check its path and who may read it.", code="FILE_UNREADABLE")
