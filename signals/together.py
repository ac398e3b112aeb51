"""Which sealed files are worth writing together, and may be: looked up, not looked into.

Files go into one only where everything that is ever decided by file would have been decided alike for each of them:

- one dataset, one agreement: destruction takes an agreement's files, a grant opens one agreement's;
- one known-month: retention forgets by month, and keys are a month's;
- signals only: quarantined rows are handed back by delivery, and households go with their link run;
- the same lineage and the same columns: a column that a file does not have is unknown there, not empty;
- neighbours in the order of reading: of two versions of one day the later delivered one counts.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import groupby

from signals.sealed_file import SIGNAL, SealedFile

FEWEST = 4
"""So many files are written together, or more: fewer are not worth it."""
MOST_ROWS = 500_000
"""Rows of one file written together, at the most: they are in memory at once."""
MOST_SOURCES = 1_000
"""Delivered files in one written together, at the most: the database keeps their names."""


def runs(files: Iterable[SealedFile], *, apart: Container[str] = ()) -> Iterator[list[SealedFile]]:
    """The files to write together next.

    A file that has more rows than all those after it is left for a later time: so each row is written a few times in
    all, however often something comes.

    Args:
        files: of one dataset, in the order of reading, any agreement's and month's.
        apart: ids of files that cannot go together with others.

    Yields:
        Neighbours that may go into one, in their order. None, once all that is worth it was done.
    """
    signals = sorted((file for file in files if file.kind == SIGNAL), key=lambda file: (file.agreement, file.month))
    for _, alike in groupby(signals, key=lambda file: (_class(file), file.id in apart and file.id)):
        for chunk in _chunks(list(alike)):
            run = _worth_it(chunk)
            if len(run) >= FEWEST:
                yield run


def _class(file: SealedFile) -> tuple[object, ...]:
    return (file.agreement, file.month, file.columns, file.lineage)


def _chunks(files: Sequence[SealedFile]) -> Iterator[list[SealedFile]]:
    chunk: list[SealedFile] = []
    rows = sources = 0
    for file in files:
        rows, sources = rows + file.rows, sources + len(file.covers)
        if chunk and (rows > MOST_ROWS or sources > MOST_SOURCES):
            yield chunk
            chunk, rows, sources = [], file.rows, len(file.covers)
        chunk.append(file)
    if chunk:
        yield chunk


def _worth_it(chunk: list[SealedFile]) -> list[SealedFile]:
    left = list(chunk)
    while len(left) >= FEWEST and left[0].rows > sum(file.rows for file in left[1:]):
        left.pop(0)
    return left
