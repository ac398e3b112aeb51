"""Retention: the first day that rows must have become known on, for their fields to be looked at together.

An agreement says field by field how long it may be kept. A row is read whole or not at all: of the fields that are read
together, the one that may be kept shortest decides. Leaving out a value and keeping the rest would change what the row
says: a case whose end has been kept too long would look open.

Source: the agreements' `retain_days`, counted in days where the agency works, from the day the row became known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long the fields of a dataset may be kept, as it stands on a day.

    `days` has those fields that are limited; a field that is not in it may be kept as long as the agreement lasts.
    """

    today: date
    days: Mapping[str, int] = field(default_factory=dict)

    def since(self, fields: Iterable[str]) -> date | None:
        """The first day on which a row may have become known, for these fields of it to be read together.

        Args:
            fields: what is read of each row, or looked at to choose rows.

        Returns:
            That day; None where no field is limited.
        """
        limits = [self.days[name] for name in fields if name in self.days]
        return self.today - timedelta(days=min(limits)) if limits else None
