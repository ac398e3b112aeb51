"""Breaches: declared, frozen, told to everybody who must know, reviewed, closed."""

from governance.breach.breaches import Breaches

__all__ = ["Breaches"]
