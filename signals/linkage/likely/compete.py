"""How likely a pair is one person, given everybody else who would fit: a file that has everybody once has room for one.

Two sisters fit their mother's tax return equally well by surname and home; each alone looks like a sure link. Together
they share what there is to share, and so does the chance that it is neither of them.

Source: the posterior of a one-to-one assignment with one side fixed, as in Fortini et al. 2001, "On Bayesian Record
Linkage", Research in Official Statistics 4; both sides are taken together here as by independent witnesses.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from signals.linkage.likely.promise import Numbers, Promise, Reals

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


def compete(weights: Reals, field: Field, expected: Reals) -> Reals:
    """How likely each pair is one person.

    Args:
        weights: of each pair, natural logarithm of the Bayes factor.
        field: the pairs.
        expected: spaces × spaces, symmetric: how many pairs are one person.

    Returns:
        A probability (0 to 1) for each pair.
    """
    left, right = field.spaces
    factor = np.exp(np.clip(weights, _FLOOR, _CEILING))
    prior = expected[left, right] / field.promise.possible(left, right)
    alone = factor * prior / (1 + factor * prior)
    rivals_right = _side(factor, prior, field.left, field.right, field, expected)
    rivals_left = _side(factor, prior, field.right, field.left, field, expected)
    both = rivals_right * rivals_left / np.maximum(rivals_right + rivals_left - rivals_right * rivals_left, _NEVER)
    once = field.promise.once
    found = np.where(once[right], np.where(once[left], both, rivals_right), np.where(once[left], rivals_left, alone))
    return np.where(left == right, alone, found)


def _side(factor: Reals, prior: Reals, own: Numbers, other: Numbers, field: Field, expected: Reals) -> Reals:
    """The share of each pair in all that would fit its own end in the other's space; one person counts once there."""
    space = field.promise.space
    key = field.entity[own] * len(field.promise.size) + space[other]
    rival = field.entity[other]
    order = np.lexsort((-factor, rival, key))
    sorted_key, sorted_rival = key[order], rival[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (sorted_key[1:] != sorted_key[:-1]) | (sorted_rival[1:] != sorted_rival[:-1])
    group = np.cumsum(first) - 1
    best = factor[order][first]
    _, place = np.unique(sorted_key[first], return_inverse=True)
    total = np.bincount(place, weights=best) if len(best) else best
    strongest, everybody = np.empty_like(factor), np.empty_like(factor)
    strongest[order], everybody[order] = best[group], total[place][group]
    within, beyond = space[own], space[other]
    found = np.minimum(_MOST, expected[within, beyond] / field.promise.size[within])
    return strongest * prior / ((1 - found) + everybody * prior + _NEVER)
