"""Hearing: of which datasets it is not known, on a day, what there is to know. What rests on them is not known either.

A dataset is unheard of where its next delivery should have come (`FEED_STALE`), or where the last file was refused
whole because it changed its shape (`FEED_SHAPE`). One that never came at all is none of them: nobody counted on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import Engine

from governance.ids import DatasetId
from governance.ledger import Ledger
from governance.register import Register
from signals.alarm import standing
from signals.feed import Feeds
from signals.freshness import freshness


@dataclass(frozen=True, slots=True, kw_only=True)
class Unheard:
    """A dataset of which nothing is known since a day: its feed fell `silent`, or changed its `shape`."""

    dataset: DatasetId
    since: date
    why: Literal["silent", "shape"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """Tells of any day what was heard of by then: the same of a night of last spring as that night was told.

    Args:
        engine: the operational database.
        register: the agreements, for what they promise.
        ledger: the ledger, for files that were refused.
        feeds: the feeds, for how old the newest row of a file may be.
    """

    engine: Engine
    register: Register
    ledger: Ledger
    feeds: Feeds

    def unheard(self, day: date) -> dict[DatasetId, Unheard]:
        """The datasets of which it is not known what there is to know, in their order.

        Args:
            day: the day looked from.
        """
        found = freshness(self.engine, self.register, day, self.feeds)
        since = {each.dataset: each.last_on for each in found}
        alarms = [alarm for alarm in standing(self.engine, self.ledger, found, day) if alarm.silences]
        return {
            alarm.dataset: Unheard(
                dataset=alarm.dataset,
                since=since[alarm.dataset],
                why="silent" if alarm.code == "FEED_STALE" else "shape",
            )
            for alarm in sorted(alarms, key=lambda alarm: (alarm.dataset, alarm.code != "FEED_SHAPE"))
        }
