"""What befalls people whatever anybody does for them: work, claims, shocks; what they earn, and what that costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from signals.simulator.booking import book, keeps_from_work
from signals.simulator.chance import Chance, Grid, stream
from signals.simulator.claim import claim
from signals.simulator.history import Apart, Booking, Claim, Job
from signals.simulator.job import Work, work
from signals.simulator.means import BABY_COST, BABY_MONTHLY, BAIL, ILLNESS_COST, Means, means
from signals.simulator.period import WARM_UP, Period
from signals.simulator.place import Places
from signals.simulator.population import Grown, Population
from signals.simulator.shock import Shock, Shocks, Struck, befall, weigh

_LEAST_USUAL = 1100.0
"""Dollars a month that a household without any work lives on: other income, relatives."""
_ILL_FOR, _EARNS_WHILE_ILL = 3, 0.55
_SENDS, _EARNS_WHILE_HELD = 0.15, 0.2
"""Share of wages that who moved out still gives, and that is left of those of who is held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What depends on nobody's help; grids begin with the months before the period."""

    jobs: list[Job]
    claims: list[Claim]
    shocks: Shocks
    apart: dict[int, Apart]
    bookings: list[Booking]
    means: Means
    earned: Grid
    cost: Grid


def decide(population: Population, period: Period, seed: int) -> Fate:
    """Decide what befalls everybody.

    Args:
        population: everybody.
        period: when.
        seed: the same brings the same.
    """
    chance, grown = Chance(seed, "fate"), population.grown()
    worked = work(grown, period, chance.of("work"))
    struck = [*befall(population, period, chance.of("shock")), *_job_losses(worked, grown, period)]
    best = worked.wages.max(axis=1, initial=0.0)[:, None]
    usual = np.maximum(_households(best, grown, population)[:, 0], _LEAST_USUAL)
    needs = means(population, usual, struck, period, chance.of("means"))
    claimed = claim(worked, grown, period, chance.of("claim"))
    apart = _separate(population, struck, seed)
    bookings = book(population, struck, apart, period, chance.of("booking"))
    wages = worked.wages + claimed.paid
    _leave(wages, grown, apart, bookings, period)
    earned, cost = _households(wages, grown, population), needs.surprises
    _pay(earned, cost, struck, period)
    return Fate(
        jobs=[job for job in worked.jobs if job.began_on <= period.last],
        claims=[each for each in claimed.claims if each.filed_on >= period.first],
        shocks=weigh(struck, population, period),
        apart=apart,
        bookings=[each for each in bookings if each.released_on is None or each.released_on >= period.first],
        means=needs,
        earned=earned,
        cost=cost,
    )


def _job_losses(worked: Work, grown: Grown, period: Period) -> list[Struck]:
    """Losses by somebody else's will."""
    return [
        Struck(
            household=int(grown.home[loss.adult]),
            shock=Shock.JOB_LOSS,
            on=period.day(loss.month - WARM_UP, loss.share),
        )
        for loss in worked.losses
        if not loss.quit
    ]


def _households(wages: Grid, grown: Grown, population: Population) -> Grid:
    """Sums by household of what each adult gets."""
    found = np.zeros((len(population.households), wages.shape[1]))
    np.add.at(found, grown.home, wages)
    return found


def _separate(population: Population, struck: Sequence[Struck], seed: int) -> dict[int, Apart]:
    """The second adult of a couple moves out, to an address and a household number that nobody has yet."""
    places, number = Places(stream(seed, "apart")), len(population.households)
    found: dict[int, Apart] = {}
    for each in sorted(struck, key=lambda each: (each.on, each.household)):
        if each.shock is Shock.SEPARATION:
            leaving = population.adults(each.household)[1]
            found[leaving.number] = Apart(on=each.on, household=number, address=places.address())
            number += 1
    return found


def _leave(wages: Grid, grown: Grown, apart: Mapping[int, Apart], bookings: Sequence[Booking], period: Period) -> None:
    """Who moved out earns little for the family, and who is held as little."""
    rows = {number: row for row, number in enumerate(grown.person.tolist())}
    for number, each in apart.items():
        wages[rows[number], period.month(each.on) + WARM_UP + 1 :] *= _SENDS
    for booking in bookings:
        if keeps_from_work(booking, period):
            days = (booking.booked_on, booking.released_on or period.last)
            begin, end = (period.month(day) + WARM_UP for day in days)
            wages[rows[booking.person], begin : end + 1] *= _EARNS_WHILE_HELD


def _pay(earned: Grid, cost: Grid, struck: Sequence[Struck], period: Period) -> None:
    """What shocks take: wages while somebody is ill; and what they cost."""
    for each in struck:
        month = period.month(each.on) + WARM_UP
        if each.shock is Shock.ILLNESS:
            earned[each.household, month : month + _ILL_FOR] *= _EARNS_WHILE_ILL
            cost[each.household, month : month + _ILL_FOR] += ILLNESS_COST
        elif each.shock is Shock.NEW_BABY:
            cost[each.household, month:] += BABY_MONTHLY
            cost[each.household, month] += BABY_COST
        elif each.shock is Shock.BOOKING:
            cost[each.household, month] += BAIL
