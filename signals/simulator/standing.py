"""Where every household stands in a month: its money, its debts, its troubles; and how hard all that weighs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signals.simulator.chance import Chance, Grid
from signals.simulator.means import Means

_SAVED, _SAVED_BY_FRAILTY, _SAVED_SPREAD, _SAVED_MOST = 0.45, -0.55, 0.8, 1.2
"""Savings at the beginning and at most, in months of usual income; the share of adults in the United States who could
not pay 400 dollars at once is near 37 percent (Federal Reserve, Survey of Household Economics and Decisionmaking)."""
_TIGHTENED = 0.25
"""Share of the cost of living that a family can do without for a time."""
_BILLS_WAIT = 0.45
"""Share of what is missing that is left unpaid at the companies; the rest at the landlord's."""
_CATCHES_UP = 0.55
"""Share of what is left over that goes to debts."""
_EASE = 0.4
"""What hazards are multiplied by while a household has help. Invented."""
_WEIGHTS = {"arrears": 0.42, "overdue": 0.12, "lapsed": 0.7, "dark": 0.6, "pressed": 0.6}
_CHRONIC = 0.35
"""Strain of a frailty of 1 that nothing has befallen."""
_LAPSE_FADES = 0.72


@dataclass(slots=True, kw_only=True)
class Standing:
    """Where every household stands; arrays by household.

    `savings`, `arrears` (of rent) and `overdue` (of bills) are dollars; `eased` months of help that are left; `lapsed`
    is 1 when benefits lapse and fades; `dark` while they are shut off; `pressed` while an execution hangs over them;
    `sheltered` while they are in a shelter; `adrift` months that are left of staying with others after being moved out.
    """

    frailty: Grid
    renters: NDArray[np.bool_]
    savings: Grid
    arrears: Grid
    overdue: Grid
    lapsed: Grid
    strain: Grid
    eased: NDArray[np.int64]
    adrift: NDArray[np.int64]
    dark: NDArray[np.bool_]
    pressed: NDArray[np.bool_]
    sheltered: NDArray[np.bool_]

    @classmethod
    def begin(cls, means: Means, frailty: Grid, renters: NDArray[np.bool_], chance: Chance) -> Standing:
        """Where they stand before anything is simulated."""
        count = len(frailty)
        saved = _SAVED * np.exp(_SAVED_BY_FRAILTY * frailty + _SAVED_SPREAD * chance.normal(count))
        return cls(
            frailty=frailty,
            renters=renters,
            savings=np.minimum(saved, _SAVED_MOST) * means.usual,
            arrears=np.zeros(count),
            overdue=np.zeros(count),
            lapsed=np.zeros(count),
            strain=np.zeros(count),
            eased=np.zeros(count, dtype=np.int64),
            adrift=np.zeros(count, dtype=np.int64),
            dark=np.zeros(count, dtype=np.bool_),
            pressed=np.zeros(count, dtype=np.bool_),
            sheltered=np.zeros(count, dtype=np.bool_),
        )

    def spend(self, means: Means, month: int, income: Grid, cost: Grid) -> None:
        """A month's money: what cannot be paid is owed, what is left over pays back.

        Args:
            means: what they need and pay.
            month: which.
            income: of the month.
            cost: beyond rent, bills and living.
        """
        housed = ~self.sheltered
        rent, bills = means.rents[:, month] * housed, means.bills[:, month] * housed
        left = income - rent - bills - means.living - cost
        taken = np.clip(-left, 0.0, self.savings)
        short = np.clip(-left - taken - _TIGHTENED * means.living, 0.0, None)
        unpaid = np.minimum(bills, short * _BILLS_WAIT)
        self.overdue += unpaid
        self.arrears += np.minimum(short - unpaid, rent) * self.renters
        over = np.clip(left, 0.0, None)
        to_bills = np.minimum(self.overdue, over * _CATCHES_UP)
        to_rent = np.minimum(self.arrears, over * _CATCHES_UP - to_bills)
        self.overdue -= to_bills
        self.arrears -= to_rent
        saved = self.savings - taken + (over - to_bills - to_rent) * 0.4
        self.savings = np.minimum(saved, _SAVED_MOST * means.usual)

    def weigh(self, shocks: Grid, means: Means, month: int) -> None:
        """How hard everything weighs: the shocks, and what followed from them. Help takes a part of it away.

        Args:
            shocks: the strain of the shocks this month.
            means: debts weigh by months of rent and of bills.
            month: which.
        """
        owed = np.minimum(self.arrears / means.rents[:, month], 4.0)
        behind = np.minimum(self.overdue / means.bills[:, month], 4.0)
        follows = _WEIGHTS["arrears"] * owed + _WEIGHTS["overdue"] * behind + _WEIGHTS["lapsed"] * self.lapsed
        follows += _WEIGHTS["dark"] * self.dark + _WEIGHTS["pressed"] * self.pressed
        self.strain = shocks + _CHRONIC * np.maximum(self.frailty, 0.0) ** 1.5 + follows

    def ease(self) -> Grid:
        """What hazards are multiplied by."""
        return np.where(self.eased > 0, _EASE, 1.0)

    def eased_by(self, household: int) -> float:
        """What the hazards of one household are multiplied by."""
        return _EASE if self.eased[household] else 1.0

    def hardship(self, household: int, by_strain: float) -> float:
        """What one household's hazards are multiplied by: for its strain, and for its help."""
        return float(np.exp(by_strain * self.strain[household])) * self.eased_by(household)

    def pass_on(self) -> None:
        """The month is over."""
        self.eased = np.maximum(self.eased - 1, 0)
        self.adrift = np.maximum(self.adrift - 1, 0)
        self.lapsed *= _LAPSE_FADES
