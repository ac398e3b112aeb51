"""The question that an audit answers: which numbers must not be worked out, and how far from it is far enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from governance.disclosure.attack import CLOSE, Extent, attack, fitting
from governance.disclosure.cube import Cube
from governance.disclosure.differencing import gather, key, period, related
from governance.disclosure.published import Published
from governance.disclosure.system import Flags, Floats, Knowledge


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A release, and what must not be worked out once it is out.

    Args:
        knowledge: all that is public then.
        own: the numbers that the release states or hides itself.
        before: the numbers that were public before it.
        firm: counts that it, or an earlier release, hides: their intervals must be wide enough, whatever they are.
        loose: numbers that no table was about (changes between releases, withheld parts): theirs must be too, where
            they could be small.
        need: how wide each interval must be.
        small: counts from 1 up to below this are small.
    """

    knowledge: Knowledge
    own: Flags
    before: Flags
    firm: Flags
    loose: Flags
    need: Floats
    small: int

    @property
    def targets(self) -> Flags:
        """Every number that must not be worked out."""
        return (self.firm | self.loose) & self.knowledge.hidden

    def narrow(self, extent: Extent) -> Flags:
        """The targets that an attacker works out too closely."""
        close = extent.width < self.need - CLOSE
        could_be_small = (extent.high >= 1 - CLOSE) & (extent.low < self.small - CLOSE)
        could_fall_little = (extent.low <= CLOSE - 1) & (extent.high > CLOSE - self.small)
        telling = self.firm | could_be_small | could_fall_little
        return self.targets & telling & close

    def hiding(self, hidden: Flags, truth: Floats) -> Question:
        """The same question, with others of the release's own numbers hidden."""
        knowledge = self.knowledge.showing(np.where(hidden, np.nan, truth))
        return replace(self, knowledge=knowledge, firm=(self.firm & ~self.own) | (hidden & self.own & ~self.loose))

    def forgiving(self, inherited: Flags) -> Question:
        """Ask of these numbers no more than earlier releases left of them: what was published cannot be taken back.

        The counts that the release itself hides are never among them: it would be hiding what everybody knows.
        """
        inherited = inherited & ~(self.own & self.firm)
        if not inherited.any():
            return self
        before = self.knowledge.showing(np.where(self.own & ~self.before, np.nan, self.knowledge.shown))
        extent = attack(before, inherited, self.need)
        return replace(self, need=np.where(inherited, np.minimum(self.need, extent.width), self.need))


def ask(draft: Published, earlier: Sequence[Published]) -> Question:
    """The question for a table, with everything that was published of its cube before.

    Raises:
        Misconfigured: `RELEASE_CONTRADICTS`, `CUBE_INVALID`; see `differencing`.
    """
    releases = related(draft, earlier)
    knowledge = gather(draft, releases)
    before = _flags(knowledge, releases, shown=True)
    firm = _flags(knowledge, (*releases, draft), shown=False)
    return Question(
        knowledge=knowledge,
        own=np.array([each[0] == period(draft) for each in knowledge.keys], dtype=bool),
        before=before,
        firm=firm,
        loose=knowledge.hidden & ~firm,
        need=np.full(len(knowledge.keys), float(draft.standard.interval_width)),
        small=draft.standard.min_cell,
    )


def completed(question: Question, draft: Published, cube: Cube) -> Floats:
    """One set of numbers that fits: the draft's true counts, and for what only earlier releases know, any that do.

    Raises:
        Misconfigured: `RELEASE_CONTRADICTS` where none does, such as where a count that cannot fall has fallen.
    """
    knowledge = question.knowledge
    shown = knowledge.shown.copy()
    for cell, count in cube.cells().items():
        shown[knowledge.place[key(draft, cell)]] = count
    return fitting(knowledge.showing(shown))


def _flags(knowledge: Knowledge, releases: Sequence[Published], *, shown: bool) -> Flags:
    """The numbers that any of these releases shows, or hides."""
    found = np.zeros(len(knowledge.keys), dtype=bool)
    for release in releases:
        for cell, count in release.cells.items():
            if (count is not None) is shown:
                found[knowledge.place[key(release, cell)]] = True
    return found
