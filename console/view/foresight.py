"""The model in use, in short, as a page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from governance.ids import AgreementId


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFigures:
    """A way of making the list, in words, and how often it was right on past days.

    `precision` is the share of the list that came true, `lift` how many times the usual share that is, `recall` the
    share of all that came true that was on the list. `is_ours` marks the model and the list as it is handed out.
    """

    name: str
    precision: float
    lift: float | None
    recall: float | None
    is_ours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Households of which the model said about the same: how many, what it said, how often that came true."""

    households: int
    said: float
    came_true: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelView:
    """The model in use; where `id` is empty there is none, and `why_none` says why.

    `statement` is what it foresees, within `horizon_days`. It learnt from `days` days between `first_day` and
    `last_day`; `tested_on` are the past days that it was tried on, with lists of `k` households, where `base_rate` is
    the usual share of households that it came true for. `weighs` names what it weighs, heaviest first.
    """

    id: str = ""
    why_none: str = ""
    statement: str = ""
    horizon_days: int = 0
    purpose: str = ""
    trained_on: date | None = None
    first_day: date | None = None
    last_day: date | None = None
    days: int = 0
    rows: int = 0
    outcomes: int = 0
    k: int = 0
    base_rate: float = 0.0
    tested_on: tuple[date, ...] = ()
    compared: tuple[ListFigures, ...] = ()
    calibration: tuple[Calibration, ...] = ()
    weighs: tuple[str, ...] = ()
    agreements: tuple[AgreementId, ...] = ()
    datasets: tuple[str, ...] = ()

    def share(self, lift: float | None) -> float:
        """How long the bar of a lift is, in percent of the longest."""
        most = max((each.lift or 0.0 for each in self.compared), default=0.0)
        return round(100 * (lift or 0.0) / max(most, 1.0), 1)

    def place(self, share: float) -> float:
        """Where a share stands on a line as long as the greatest that was said or came true, in percent of it."""
        most = max((max(each.said, each.came_true) for each in self.calibration), default=0.0)
        return round(2 + 96 * share / most, 1) if most else 2.0
