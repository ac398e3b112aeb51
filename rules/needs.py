"""What an indicator needs: a dataset and its fields, read off the feed. A night asks for nothing more."""

from __future__ import annotations

from dataclasses import dataclass

from governance.ids import DatasetId
from rules.indicator import Indicator
from signals.feed import Feeds


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Fields of a dataset."""

    dataset: DatasetId
    fields: frozenset[str]


def needs(indicator: Indicator, feeds: Feeds) -> Need:
    """The fields that an indicator rests on.

    They are what makes a row one of its kind, when it happened, and how much, where the indicator measures.

    Args:
        indicator: the indicator.
        feeds: the declared feeds.
    """
    feed = feeds[indicator.dataset]
    kind = next(each for each in feed.kinds if each.kind == indicator.kind)
    fields = set(kind.rests_on(feed.occurred_on))
    if feed.calendar is not None:
        fields.add(feed.calendar.place)
    if indicator.aggregate.measures and kind.measure is not None:
        fields.add(kind.measure)
    return Need(dataset=indicator.dataset, fields=frozenset(fields))
