"""A case: an agreement, a use that is held against it, and what a clause needs to know of both."""

from __future__ import annotations

from dataclasses import dataclass

from governance.force import Moment
from governance.ids import DatasetId
from governance.standing import Papers, Standing
from governance.terms import Terms
from governance.use import Ask, Use


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A use that is held against one agreement, whatever fields it touches: what is asked of a lineage too."""

    use: Use
    standing: Standing
    moment: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Case(Held):
    """One dataset of a use, before one agreement. `joined` are the datasets that its rows will meet."""

    ask: Ask
    terms: Terms
    papers: Papers
    joined: frozenset[DatasetId]
