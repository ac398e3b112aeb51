"""Corrections at work: which rows one is about, and what a new delivery does to it.

Of each of those rows, the version that counted when the correction was asked is compared with the newest one that came
since. A row that is gone was deleted; one whose field says something else, or that belongs to somebody else now, was
corrected; one that came again as it was answers nothing, and stays open until somebody writes down what the owner said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from flows.services import Services
from flows.subject import linker_for
from governance.accounting import ACCESS
from governance.correction import Answer, Correction
from governance.database import reading
from governance.decision import Decision
from governance.grant import Grant
from governance.ids import DeliveryId, HouseholdId
from governance.use import Action, Use
from signals.delivery import taken_at
from signals.signal import current

BY = "hearthline"
_READING = (Action.MATCH, Action.SCORE, Action.EXPLAIN, Action.VIEW)
_ZONES = ("enclave", "analytic")
_OWN = ("_record", "_household", "_delivery", "_known_on", "_deleted_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """What one version of a row says about what was asked."""

    household: str | None
    value: object


def note_rows(house: Services, asked: Correction, household: HouseholdId) -> None:
    """Keep which rows a correction is about, until it is answered.

    Args:
        house: the services.
        asked: the correction, which stands in the ledger.
        household: whose rows, as linkage at its own wish calls it.
    """
    versions = _versions(house, asked, frozenset({household}), lambda: pl.col("_household") == household)
    records = versions["_record"].unique() if versions is not None else ()
    house.correction_rows.remember(asked.number, asked.agreement, list(records))


def follow_up(house: Services) -> list[Correction]:
    """Close every open correction that a delivery since has answered. Run it after files were taken in.

    Args:
        house: the services.

    Returns:
        Those that were closed now.
    """
    closed = []
    for asked in house.corrections.open():
        records = house.correction_rows.of(asked.number)
        answer = _answer(house, asked, records) if records else None
        if answer is not None:
            closed.append(close(house, asked.number, answer[0], by=BY, delivery=answer[1]))
    return closed


def close(house: Services, number: str, answer: Answer, *, by: str, delivery: str = "") -> Correction:
    """Write down what the owner did, and forget which rows it was about.

    Args:
        house: the services.
        number: of the correction.
        answer: what the owner did.
        by: who writes it down.
        delivery: the one that brought the answer, where a delivery did.

    Raises:
        Misconfigured: `CORRECTION_UNKNOWN`.
    """
    closed = house.corrections.answered(number, answer, by=by, delivery=delivery)
    house.correction_rows.forget(number)
    return closed


def _answer(house: Services, asked: Correction, records: frozenset[str]) -> tuple[Answer, str] | None:
    """What the newest delivery made of it, and which that was; None where nothing came, or nothing else."""
    about = house.subjects.households_of({asked.subjects}).get(asked.subjects, frozenset())
    versions = _versions(house, asked, about, lambda: pl.col("_record").is_in(sorted(records)))
    if versions is None:
        return None
    arrived = {each: _taken(house, each) for each in versions["_delivery"].unique()}
    before = versions.filter(pl.col("_delivery").is_in([each for each, at in arrived.items() if at <= asked.asked_at]))
    today = house.clock.today()
    then, now = _rows(current(before, today), asked.field), _rows(current(versions, today), asked.field)
    newest = max(arrived, key=lambda each: arrived[each], default="")
    if any(record not in now for record in then):
        return Answer.DELETED, newest
    if any(now[record] != row for record, row in then.items()):
        return Answer.CORRECTED, newest
    return None


def _versions(
    house: Services, asked: Correction, about: frozenset[HouseholdId], mine: Callable[[], pl.Expr]
) -> pl.DataFrame | None:
    """Every version of the rows that are meant; None where they may not be looked at, or there are none."""
    link = linker_for(house).link().id
    answers = map(house.gate.ask, _uses(house, asked, about))
    grant: Grant | None = next((each for each in answers if not isinstance(each, Decision)), None)
    if grant is None:
        return None
    with house.gate.open(grant) as opened:
        read = house.store.read(opened, asked.dataset, [asked.field], house.clock.today(), link=link)
        frames = [frame.filter(mine()).select(*_OWN, asked.field) for frame in read]
    return pl.concat(frames, how="vertical_relaxed") if frames else None


def _uses(house: Services, asked: Correction, about: frozenset[HouseholdId]) -> Iterator[Use]:
    """The ways in which the field may be looked at, where the agreement has any."""
    terms = house.register.get(asked.agreement).terms.get(asked.dataset)
    for action in _READING if terms is not None else ():
        for zone in _ZONES:
            if terms is not None and asked.field in terms.by_action[action] & terms.by_zone[zone]:
                yield Use.of(
                    actor=house.flow,
                    action=action,
                    purpose=f"{house.settings.purpose}.{ACCESS}",
                    dataset=asked.dataset,
                    fields={asked.field},
                    zone=zone,
                    about=about,
                )


def _taken(house: Services, delivery: str) -> datetime:
    """When a delivery was taken in; one that is not on record came before anything was asked."""
    with reading(house.engine) as connection:
        at = taken_at(connection, {DeliveryId(delivery)})
    return at if at is not None else datetime.min.replace(tzinfo=house.clock.now().tzinfo)


def _rows(counting: pl.DataFrame, field: str) -> dict[str, _Row]:
    columns = counting.select("_record", "_household", field).iter_rows()
    return {record: _Row(household=household, value=value) for record, household, value in columns}
