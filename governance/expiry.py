"""Expiry: the warnings before an agreement's term ends, given once each, and the end itself.

Run each night, by hand, or twice: a warning that was given is not given again, whoever asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from governance.expiry_warning import WARNING_DAYS, warning
from governance.ids import AgreementId
from governance.lifecycle import Status

if TYPE_CHECKING:
    from governance.clock import Clock
    from governance.register import Register
    from governance.standing import Standing

PROGRAM = "hearthline"
"""Who gives a warning when nobody asked for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """An agreement in force whose term ends soon, or has ended.

    `days` are those that are left (0 or fewer: it is over); `due` is the warning that applies (90, 30, 7; None once it
    is over); `given` are the warnings that are in the ledger.
    """

    agreement: AgreementId
    version: int
    expires: date
    days: int
    due: int | None
    given: frozenset[int]


class Expiry:
    """Warns, and ends what is over.

    Args:
        register: where agreements stand.
        clock: tells the day.
    """

    def __init__(self, register: Register, clock: Clock) -> None:
        self._register = register
        self._clock = clock

    def endings(self) -> tuple[Ending, ...]:
        """Every agreement in force whose term ends within ninety days or has ended, the nearest first."""
        today = self._clock.today()
        active = [each for each in self._register.all() if each.status is Status.ACTIVE]
        found = [_ending(standing, today) for standing in active]
        return tuple(
            sorted(
                (each for each in found if each.days <= max(WARNING_DAYS)), key=lambda each: (each.days, each.agreement)
            )
        )

    def warn(self, *, by: str = PROGRAM) -> tuple[Ending, ...]:
        """Write the warnings down that are due and were not given, and expire what is over.

        Returns:
            What was warned of, or ended, now; empty where all of it was said before.
        """
        said = []
        for ending in self.endings():
            if ending.due is None:
                self._register.expire(ending.agreement, by=by, why=f"Its term ended on {ending.expires}.")
                said.append(ending)
            elif ending.due not in ending.given:
                why = f"It expires within {ending.due} days, on {ending.expires}."
                self._register.note(ending.agreement, "warned", by=by, why=why, days=ending.due)
                said.append(ending)
        return tuple(said)


def _ending(standing: Standing, today: date) -> Ending:
    expires = standing.agreement.term.expires
    given = {int(step.said) for step in standing.history if step.move == "warned" and step.version == standing.version}
    return Ending(
        agreement=standing.id,
        version=standing.version,
        expires=expires,
        days=(expires - today).days,
        due=warning(expires, today),
        given=frozenset(given),
    )
