"""The catalogue: every clause in words, with its source, as it stands beside the code that asks it.

    python -m governance.catalogue

prints the table that `docs/decisions.md` holds; a test keeps the two alike.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass

from governance import clause, lineage_clause, use_clause

_CODE = re.compile(r"`([A-Z][A-Z0-9_]+)`: ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A clause: the code that it refuses with, what it refuses, and which law or part of the agreement says so."""

    code: str
    says: str
    source: str


def catalogue() -> tuple[Known, ...]:
    """Every clause in the order in which it is reported; a code that two clauses give stands once for each."""
    asked: tuple[Callable[..., object], ...] = (
        use_clause.malformed,
        *use_clause.USE_CLAUSES,
        clause.dataset_unknown,
        clause.no_agreement,
        *clause.CLAUSES,
        lineage_clause.lineage_inactive,
    )
    return tuple(_known(each) for each in asked)


def markdown() -> str:
    """The catalogue as a table for people."""
    rows = [f"| `{each.code}` | {each.says} | {each.source} |" for each in catalogue()]
    return "\n".join(["| code | refuses | source |", "|---|---|---|", *rows])


def _known(asked: Callable[..., object]) -> Known:
    """What a clause's own docstring says. Where docstrings were stripped, the code's name is all there is."""
    words, _, source = (inspect.getdoc(asked) or "").partition("Source: ")
    found = _CODE.match(words)
    said = " ".join(words[found.end() :].split()) if found else ""
    return Known(
        code=found.group(1) if found else asked.__name__.upper(),
        says=said[:1].upper() + said[1:],
        source=" ".join(source.split()).rstrip("."),
    )


if __name__ == "__main__":
    print(markdown())  # noqa: T201 (this is what it is run for)
