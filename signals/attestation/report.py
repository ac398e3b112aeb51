"""What the checks of a frame found. Names of columns and counts: a report may be read where the frame may not."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from governance.wording import shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that stands against a frame: which check, in which column, in how many rows, and in words."""

    check: str
    column: str
    rows: int
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Anonymity:
    """How many are alike in what outsiders could know.

    `counted` is what was counted: rows, or the units that a column names. A class is everybody with the same values in
    all of `quasi_identifiers`. `below` and `share_below` are of what was counted, `rows_below` of rows; `without` says
    for each quasi-identifier how many would be left below `k` if it were left out. `least_diverse` is the smallest
    number of different sensitive values in a class, None where no column is sensitive. `undiverse` are those in
    classes with fewer than `diversity`. `kept` are the rows that would remain if all of those were suppressed.
    """

    counted: str
    quasi_identifiers: tuple[str, ...]
    k: int
    total: int
    classes: int
    smallest: int
    below: int
    share_below: float
    rows_below: int
    without: dict[str, int]
    diversity: int
    least_diverse: int | None
    undiverse: int
    kept: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was found of one frame.

    `canaries` is how many invented records were looked for, `planted` how many of them stand in the source; `names` how
    many names of people in the source were looked for; `beside` the frames that it was put beside, by their hashes.
    """

    frame: str
    rows: int
    columns: tuple[str, ...]
    findings: tuple[Finding, ...]
    anonymity: Anonymity | None
    canaries: int
    planted: int
    names: int
    beside: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing stands against it."""
        return not self.findings

    def body(self) -> dict[str, Any]:
        """The report in plain values, for the ledger and for scripts."""
        plain = asdict(self)
        plain["columns"] = [shown([name]) for name in self.columns]
        plain["findings"] = [asdict(each) for each in self.findings]
        plain["beside"] = list(self.beside)
        if self.anonymity is not None:
            plain["anonymity"]["quasi_identifiers"] = list(self.anonymity.quasi_identifiers)
        return {**plain, "passed": self.passed}
