"""The utilities' extract: accounts that are or were behind, and what the companies wrote to their holders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from signals.simulator.clerk import Habits
from signals.simulator.history import History, UtilityTrouble
from signals.simulator.period import Period
from signals.simulator.writer.desk import WHO, Desk
from signals.simulator.writer.file import Extract, Numbers, csv_file
from signals.simulator.writer.sheet import Mishaps, Row, Sheet, State

ACCOUNTS = ("account_no", "customer_id", *WHO, "opened_on", "closed_on", "updated_on", "deleted_on")
NOTICES = (
    "notice_id", "account_no", "customer_id", "service", "kind", "issued_on", "effective_on", "amount_due",
    "updated_on", "withdrawn_on",
)  # fmt: skip
_HABITS = Habits(plain=0.85, nickname=0.05, typo=0.025, halved=0.15, no_middle=0.75, no_birth=0.4, old_address=0.02)
_ACCOUNT_FLAWS: tuple[Row, ...] = ({"last_name": ""}, {"born_on": "1980-02-30"}, {"customer_id": ""})
_NOTICE_FLAWS: tuple[Row, ...] = ({"kind": "letter"}, {"issued_on": "2026-02-30"}, {"amount_due": "-1.00"})
_SECOND_ADULT = 0.3
_OTHER_COMPANY = 0.4
"""Chance that somebody's next account is with a company that has another number for them."""
_CLOSED, _CLOSED_AFTER = 0.04, 60
_OPENED = (60, 2600)
"""Days before the first trouble in which an account was opened."""


def write(folder: Path, history: History, period: Period, rng: np.random.Generator) -> Extract:
    """Write the companies' files, as far as they had been entered by the last day.

    Only who was behind once is in them: nobody else's account is anybody's business.

    Args:
        folder: an existing one.
        history: what happened.
        period: when.
        rng: where chance comes from.
    """
    extract = Extract()
    desk = Desk("utility", _HABITS, history, rng, extract, forgets=_OTHER_COMPANY)
    troubles: dict[tuple[int, str], list[UtilityTrouble]] = {}
    for each in sorted(history.utilities, key=lambda each: (each.household, each.service, each.past_due_on)):
        troubles.setdefault((each.household, each.service), []).append(each)
    with (
        csv_file(folder / "utility_accounts.csv", ACCOUNTS, extract.files) as accounts,
        csv_file(folder / "utility_notices.csv", NOTICES, extract.files) as notices,
    ):
        company = _Company(
            desk,
            history,
            rng,
            Sheet(accounts, rng, until=period.last, flaws=_ACCOUNT_FLAWS),
            Sheet(
                notices, rng, until=period.last, flaws=_NOTICE_FLAWS, gone="withdrawn_on", mishaps=Mishaps(erased=60)
            ),
        )
        for (household, service), found in troubles.items():
            company.bill(household, service, found, period.last)
    return extract


class _Company:
    """Sends bills and what comes after them."""

    def __init__(self, desk: Desk, history: History, rng: np.random.Generator, accounts: Sheet, notices: Sheet) -> None:
        self._desk, self._history, self._rng = desk, history, rng
        self._accounts, self._notices = accounts, notices
        self._account, self._notice = (Numbers(int(rng.integers(0, 800_000))) for _ in range(2))

    def bill(self, household: int, service: str, troubles: list[UtilityTrouble], until: date) -> None:
        """An account and its troubles, in the order of days."""
        since = troubles[0].past_due_on
        if since > until:
            return
        adults = [person for person in self._history.together(household, since) if person.adult]
        holder = adults[1 if len(adults) > 1 and self._desk.clerk.often(_SECOND_ADULT) else 0]
        customer, ago = self._desk.number(holder), _OPENED[0] + int(self._rng.random() * (_OPENED[1] - _OPENED[0]))
        account: Row = {"customer_id": customer, **self._desk.who(holder, since), "opened_on": since - timedelta(ago)}
        states: list[State] = [(since, account)]
        last = max(day for each in troubles for day in _days(each))
        closed = last + timedelta(days=_CLOSED_AFTER)
        if self._desk.clerk.often(_CLOSED):
            states.append((closed, {"closed_on": closed}))
        number = ""

        def fresh() -> Row:
            nonlocal number
            number = f"{service[0].upper()}{self._account.new()}"
            return {"account_no": number}

        if self._accounts.record(fresh, states, wrong={"phone": None, "unit": None}):
            whose: Row = {"account_no": number, "customer_id": customer, "service": service}
            for each in troubles:
                for states in _notices(each):
                    day, first = states[0]
                    due = first["amount_due"]
                    wrong: Row | None = {"amount_due": f"{due}0".replace(".00", "0.0")} if due else None
                    self._notices.record(self._id, [(day, {**whose, **first}), *states[1:]], wrong=wrong)

    def _id(self) -> Row:
        return {"notice_id": f"U{self._notice.new()}"}


def _days(trouble: UtilityTrouble) -> Iterator[date]:
    found = (
        trouble.past_due_on, trouble.notice_on, trouble.planned_on, trouble.disconnected_on, trouble.reconnected_on,
    )  # fmt: skip
    yield from (day for day in found if day is not None)


def _notices(trouble: UtilityTrouble) -> Iterator[list[State]]:
    """What is written, each with what becomes of it: a shut-off that a plan settles before its day is withdrawn."""
    yield [_notice("past_due", trouble.past_due_on, None, trouble.amount)]
    if trouble.notice_on is not None:
        found = [_notice("shutoff_notice", trouble.notice_on, trouble.shutoff_on, trouble.amount)]
        if trouble.planned_on is not None and trouble.disconnected_on is None:
            found.append((trouble.planned_on, {"withdrawn_on": trouble.planned_on}))
        yield found
    if trouble.planned_on is not None:
        yield [_notice("payment_plan", trouble.planned_on, trouble.planned_on, trouble.amount)]
    if trouble.disconnected_on is not None:
        yield [_notice("disconnected", trouble.disconnected_on, trouble.disconnected_on, trouble.amount)]
    if trouble.reconnected_on is not None:
        yield [_notice("reconnected", trouble.reconnected_on, trouble.reconnected_on, None)]


def _notice(kind: str, issued: date, effective: date | None, amount: int | None) -> State:
    due = None if amount is None else f"{amount}.00"
    return issued, {"kind": kind, "issued_on": issued, "effective_on": effective, "amount_due": due}
