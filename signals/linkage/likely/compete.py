"""How likely a pair is one person, given everybody else who would fit: a file that has everybody once has room for one.

Two sisters fit their mother's tax return equally well by surname and home; each alone looks like a sure link. Together
they share what there is to share, and so does the chance that it is neither of them.

Source: the posterior of a one-to-one assignment with one side fixed, as in Fortini et al. 2001, "On Bayesian Record
Linkage", Research in Official Statistics 4; both sides are taken together here as by independent witnesses.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from signals.linkage.likely.promise import Flags, Numbers, Promise, Reals, summed

_FLOOR, _CEILING = -50.0, 70.0
_MOST = 0.995
"""The share of a file at most that is taken to be in the other one before anything was compared."""
_NEVER = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """Pairs that compete: both ends (`rid`), who is the same already (`entity` of each record), and the promises."""

    left: Numbers
    right: Numbers
    entity: Numbers
    promise: Promise

    @property
    def spaces(self) -> tuple[Numbers, Numbers]:
        """The spaces of both ends."""
        return self.promise.space[self.left], self.promise.space[self.right]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rivals:
    """Pairs seen from one of their ends: all that would fit a record's person in one other file share a `place`.

    Attributes:
        place: of each pair.
        places: how many there are.
        same: the pairs of which several are one person's already, in the order of `place` and person; None where
            everybody is one record still.
        first: of `same`, whether a person begins.
    """

    place: Numbers
    places: int
    same: Numbers | None
    first: Flags | None

    def shared(self, factor: Reals) -> tuple[Reals, Reals]:
        """For each pair the strongest of its person's, and what all persons at its place come to together."""
        if self.same is None or self.first is None:
            return factor, summed(self.place, factor, self.places)[self.place]
        group = np.cumsum(self.first) - 1
        best = np.maximum.reduceat(factor[self.same], np.flatnonzero(self.first)) if len(factor) else factor
        total = summed(self.place[self.same][self.first], best, self.places)
        strongest = np.empty_like(factor)
        strongest[self.same] = best[group]
        return strongest, total[self.place]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """A field made ready: who competes with whom does not change while weights are learnt."""

    field: Field
    left: Rivals
    right: Rivals

    def likely(self, weights: Reals, expected: Reals) -> Reals:
        """How likely each pair is one person.

        Args:
            weights: of each pair, natural logarithm of the Bayes factor.
            expected: spaces × spaces, symmetric: how many pairs are one person.

        Returns:
            A probability (0 to 1) for each pair.
        """
        left, right = self.field.spaces
        promise = self.field.promise
        factor = np.exp(np.clip(weights, _FLOOR, _CEILING))
        prior = expected[left, right] / promise.possible(left, right)
        alone = factor * prior / (1 + factor * prior)
        to_left = _share(factor, prior, self.left, _found(expected, promise, left, right))
        to_right = _share(factor, prior, self.right, _found(expected, promise, right, left))
        both = to_left * to_right / np.maximum(to_left + to_right - to_left * to_right, _NEVER)
        once = promise.once
        found = np.where(once[right], np.where(once[left], both, to_left), np.where(once[left], to_right, alone))
        return np.where(left == right, alone, found)


def contest(field: Field) -> Contest:
    """Who competes with whom."""
    return Contest(
        field=field, left=_rivals(field.left, field.right, field), right=_rivals(field.right, field.left, field)
    )


def compete(weights: Reals, field: Field, expected: Reals) -> Reals:
    """How likely each pair is one person, where it is asked once; see `Contest.likely`."""
    return contest(field).likely(weights, expected)


def _rivals(own: Numbers, other: Numbers, field: Field) -> Rivals:
    space = field.promise.space
    key = field.entity[own] * len(field.promise.size) + space[other]
    _, place = np.unique(key, return_inverse=True)
    places = int(place.max()) + 1 if len(place) else 0
    if np.array_equal(field.entity, np.arange(len(field.entity))):
        return Rivals(place=place, places=places, same=None, first=None)
    rival = field.entity[other]
    order = np.lexsort((rival, place))
    first = np.ones(len(order), dtype=bool)
    first[1:] = (place[order][1:] != place[order][:-1]) | (rival[order][1:] != rival[order][:-1])
    return Rivals(place=place, places=places, same=order, first=first)


def _found(expected: Reals, promise: Promise, within: Numbers, beyond: Numbers) -> Reals:
    """How likely it is that a record has somebody in the other file, before anything was compared."""
    return np.minimum(_MOST, expected[within, beyond] / promise.size[within])


def _share(factor: Reals, prior: Reals, rivals: Rivals, found: Reals) -> Reals:
    """The share of each pair in all that would fit its own end in the other's space; one person counts once there."""
    strongest, everybody = rivals.shared(factor)
    return strongest * prior / ((1 - found) + everybody * prior + _NEVER)
