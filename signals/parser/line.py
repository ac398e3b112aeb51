"""The lines of a text file: one by one, or as many at once as a piece of it holds.

Where every line is a row, the cells of many rows are found a column at a time, many times quicker than a row at a time.
Where a quotation goes on over the end of its line, lines are handed out one by one to whoever knows quotations.
"""

from __future__ import annotations

import csv
import re
from typing import TextIO

from signals.parser.text_file import LONGEST_LINE, too_long

PIECE = 1 << 22
"""Characters that are read at once."""

LONGEST_AHEAD = csv.field_size_limit()
"""Characters of the longest line that is handed out among others: a cell that is longer is for `csv` to refuse."""

_END = re.compile(r"\r\n|\r|\n")


class Lines:
    """Hands out lines, and knows whether it is in the middle of a row when the file ends.

    `pending` is how many lines of the row that is being read were handed out; whoever reads rows sets it back.

    Args:
        file: an open file, its line ends as they are.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._held = ""
        self._at = 0
        self._singly_up_to = 0
        self._ahead = 0
        self._ended = False
        self.number = 0
        self.pending = 0

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> str:
        """The next line with its end.

        Raises:
            ContractBroken: `FILE_UNREADABLE`, where it is longer than any row.
        """
        end = _END.search(self._held, self._at)
        while (end is None or (end.end() == len(self._held) and end.group() == "\r")) and not self._ended:
            self._read_on()
            end = _END.search(self._held, self._at)
        upto = end.end() if end is not None else len(self._held)
        line = self._held[self._at : upto]
        if not line:
            raise StopIteration
        if len(line) > LONGEST_LINE:
            raise too_long(self.number + 1)
        self._at = upto
        self.number += 1
        self.pending += 1
        return line

    def ahead(self) -> str | None:
        """Whole lines that come next, ended by line feeds, for a look; None where the next is to be read by itself."""
        if self._at < self._singly_up_to:
            return None
        if self._at == len(self._held) and not self._ended:
            self._read_on()
        self._ahead = len(self._held) if self._ended else self._held.rfind("\n") + 1
        text = self._held[self._at : self._ahead].replace("\r\n", "\n")
        if not text or "\r" in text or not _bearable(text):
            self.singly()
            return None
        return text

    def passed(self, text: str) -> None:
        """What was ahead is read."""
        self.number += text.count("\n")
        self._at = self._ahead

    def singly(self) -> None:
        """What was ahead is to be read line by line."""
        self._singly_up_to = self._ahead

    def _read_on(self) -> None:
        if len(self._held) - self._at > LONGEST_LINE:
            raise too_long(self.number + 1)
        piece = self._file.read(PIECE)
        self._ended = not piece
        self._held = self._held[self._at :] + piece
        self._singly_up_to = max(0, self._singly_up_to - self._at)
        self._at = 0


def _bearable(text: str) -> bool:
    """Whether no line is so long that it has to be looked at by itself."""
    at = 0
    while len(text) - at > LONGEST_AHEAD:
        end = text.rfind("\n", at, at + LONGEST_AHEAD)
        if end < 0:
            return False
        at = end + 1
    return True
