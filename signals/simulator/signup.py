"""Who signs up for texts, how, in which language, and what their telephones text back. All shares are invented."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from signals.simulator.chance import Chance
from signals.simulator.history import History, SignUp
from signals.simulator.period import Period

SHARE = 0.45
"""Of households with somebody who signs up."""
TOPIC = "family_support"
_BOTH, _SAFE = 0.12, 0.94
_HOW, _OF_HOW = ("form", "worker", "phone"), (0.5, 0.37, 0.13)
_CONFIRMS, _STOPS_AT_ONCE, _ASKS = 0.76, 0.03, 0.03
"""Below the first a telephone answers yes; above it, in this order, stop, a question, and silence."""
_STOPS_LATER = 0.06
YES, STOP, HELP = "YES", "STOP", "HELP"
"""What a text means; how it is worded is the writer's."""


def sign_up(history: History, period: Period, chance: Chance) -> list[SignUp]:
    """Let people sign up, in the order of days.

    Args:
        history: who lives where.
        period: when.
        chance: of this concern.
    """
    count = len(history.population.households)
    share, day = chance.of("household").grid(count, 1)[:, 0], chance.of("day").grid(count, 1)[:, 0]
    days = (period.last - period.first).days
    found: list[SignUp] = []
    for household in np.flatnonzero(share < SHARE).tolist():
        on = period.first + timedelta(days=int(day[household] * days))
        rng = chance.at(household, 0)
        adults = [person for person in history.together(household, on) if person.adult]
        signing = adults if rng.random() < _BOTH else adults[:1] if rng.random() < 0.8 else adults[-1:]  # noqa: PLR2004 (invented)
        for person in signing:
            how, safe = float(rng.random()), bool(rng.random() < _SAFE)
            found.append(
                SignUp(
                    person=person.number,
                    signed_on=on,
                    language=person.language,
                    topic=TOPIC,
                    how=_HOW[int(np.searchsorted(np.cumsum(_OF_HOW), how))],
                    safe_to_text=safe,
                    replies=_replies(rng) if safe else (),
                )
            )
    return sorted(found, key=lambda each: (each.signed_on, each.person))


def _replies(rng: np.random.Generator) -> tuple[tuple[int, str], ...]:
    """Days after signing, and what is meant."""
    fate, lag, later, after = rng.random(4).tolist()
    soon = int(lag**3 * 3)
    if fate >= _CONFIRMS:
        stops, asks = _CONFIRMS + _STOPS_AT_ONCE, _CONFIRMS + _STOPS_AT_ONCE + _ASKS
        return ((soon, STOP),) if fate < stops else ((soon, HELP),) if fate < asks else ()
    if later < _STOPS_LATER:
        return ((soon, YES), (soon + 10 + int(after * 150), STOP))
    return ((soon, YES),)
