"""The case numbers of the Department of Transitional Assistance: a family's SNAP and TANF case have the same one."""

from __future__ import annotations

_MODULUS, _STRIDE, _OFFSET = 9_999_991, 3_141_593, 271_828  # a prime, so that no two households meet


def case_number(household: int) -> str:
    """The case number of a household: nine digits.

    Args:
        household: its number in the population.
    """
    return f"25{(_OFFSET + household * _STRIDE) % _MODULUS:07d}"
