"""Who cannot be one person, whatever a link between two of their records says.

One social security number in a hundred is written wrongly, or is a housemate's; so one that a single record bears is
not yet a person's. Nobody has two numbers that two records bear each. Of two numbers that one record each bears, one
may be a slip: they part whoever is not called by the same first name. Within one file two numbers are two people's
wherever anything else differs too. And a first name that is not alike, or not known, joins nobody whose middle initials
are all others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from signals.linkage.likely.promise import Numbers, Promise

BORNE = ("ssn", "birth", "first", "last", "initial")
"""What is known of a record here. A column that is not given says nothing of anybody."""
_FIRM = 2
"""Records from which on a number is a person's, and no slip of the pen."""
_UNKNOWN = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """What each record bears, by `rid`, and what its file promises. What is not known is 0; texts are numbered."""

    files: Promise
    number: Numbers
    birth: Numbers
    first: Numbers
    last: Numbers
    initial: Numbers

    def parted(self, mine: Sequence[int], theirs: Sequence[int], *, named: bool, twice: bool) -> bool:
        """Whether two groups of records are two people.

        Args:
            mine: records of one group.
            theirs: records of the other.
            named: whether the first names of the pair that would join them are alike.
            twice: whether that pair may be one person though both are of one file that has everybody once.
        """
        if not twice and self._filed(mine) & {int(self.files.space[each]) for each in theirs}:
            return True
        return self._numbers_part(mine, theirs) or (not named and _strange(self.initial, mine, theirs))

    def _filed(self, records: Sequence[int]) -> set[int]:
        """The spaces of some records that have everybody once."""
        space, once = self.files.space, self.files.once
        return {int(space[each]) for each in records if once[space[each]]}

    def _numbers_part(self, mine: Sequence[int], theirs: Sequence[int]) -> bool:
        numbered = [each for each in mine if self.number[each]]
        others = [each for each in theirs if self.number[each]]
        if not numbered or not others:
            return False
        if any(self._two_of_a_file(one, other) for one in numbered for other in others):
            return True
        own, strange = Counter(self.number[numbered].tolist()), Counter(self.number[others].tolist())
        firm = sum(many >= _FIRM for many in (own + strange).values())
        if firm > 1:
            return True
        slip = firm or own.keys() & strange.keys() or any(near(one, other) for one in own for other in strange)
        return not slip and _strange(self.first, mine, theirs)

    def _two_of_a_file(self, one: int, other: int) -> bool:
        """Whether two records of one file bear two numbers, and differ in something else too."""
        if self.files.space[one] != self.files.space[other] or near(self.number[one], self.number[other]):
            return False
        said = (self.birth, self.first, self.last)
        return any(known[one] and known[other] and known[one] != known[other] for known in said)


def guard(files: Promise, borne: pl.DataFrame) -> Guard:
    """What keeps records apart.

    Args:
        files: what the files promise.
        borne: of each record, by `rid`, those of `BORNE` that are known; numbers of nine digits.
    """
    texts = {
        name: (_numbered(borne[name]) if name in borne.columns else np.zeros(len(files.space), dtype=np.int64))
        for name in BORNE[1:]
    }
    told = borne["ssn"].cast(pl.Int64) if "ssn" in borne.columns else pl.Series([_UNKNOWN] * len(files.space))
    return Guard(files=files, number=told.fill_null(_UNKNOWN).to_numpy(), **texts)


def borne(standard: pl.DataFrame) -> pl.DataFrame:
    """What keeps records apart, of standardised ones: the columns `BORNE`.

    Args:
        standard: of `signals.linkage.standard.standardise`, in order of `rid`; `birth_text` where it is known.
    """
    day = pl.col("born_on").dt.strftime("%Y%m%d")
    birth = pl.coalesce("birth_text", day) if "birth_text" in standard.columns else day
    return standard.select("ssn", birth.alias("birth"), first="first_name", last="last_name", initial="initial")


def near(one: int, other: int) -> bool:
    """Whether two numbers are the same but for one digit, or for two that changed places."""
    pairs = zip(f"{one:09}", f"{other:09}", strict=True)
    differ = [(mine, theirs) for mine, theirs in pairs if mine != theirs]
    return len(differ) <= 1 or (len(differ) == 2 and differ[0] == differ[1][::-1])  # noqa: PLR2004 - a swap is of two


def _strange(known: Numbers, mine: Sequence[int], theirs: Sequence[int]) -> bool:
    """Whether both groups say something, and none of it is the same."""
    own, strange = set(known[list(mine)].tolist()) - {_UNKNOWN}, set(known[list(theirs)].tolist()) - {_UNKNOWN}
    return bool(own and strange and not own & strange)


def _numbered(texts: pl.Series) -> Numbers:
    """A number from 1 for each different text, 0 for none."""
    return texts.rank("dense").fill_null(_UNKNOWN).cast(pl.Int64).to_numpy()
