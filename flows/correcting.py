"""What a new delivery does to corrections that were asked for: the owner's corrected row closes them.

Of each row of the household, the version that counted when the correction was asked is compared with the newest one
that came since. A row that is gone was deleted; one whose field says something else, or that belongs to somebody else
now, was corrected; one that came again as it was answers nothing, and stays open until somebody writes down what the
owner said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from flows.services import Services
from flows.subject import linker_for
from governance.accounting import ACCESS
from governance.correction import Answer, Correction
from governance.database import reading
from governance.decision import Decision
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


def follow_up(house: Services) -> list[Correction]:
    """Close every open correction that a delivery since has answered. Run it after files were taken in.

    Args:
        house: the services.

    Returns:
        Those that were closed now.
    """
    waiting = [each for each in house.corrections.open() if each.subjects]
    if not waiting:
        return []
    linker = linker_for(house)
    about = house.subjects.households_of({each.subjects for each in waiting})
    link = linker.link().id
    now = linker.whose({name for names in about.values() for name in names})
    closed = []
    for each in waiting:
        households = [now[name].household for name in about.get(each.subjects, ()) if name in now]
        answer = _answer(house, each, households[0], link) if households else None
        if answer is not None:
            closed.append(house.corrections.answered(each.number, answer[0], by=BY, delivery=answer[1]))
    return closed


def _answer(house: Services, asked: Correction, household: HouseholdId, link: str) -> tuple[Answer, str] | None:
    """What the newest delivery made of it, and which that was; None where nothing came, or nothing else."""
    versions = _versions(house, asked, household, link)
    if versions is None:
        return None
    arrived = {each: _taken(house, each) for each in versions["_delivery"].unique()}
    before = versions.filter(pl.col("_delivery").is_in([each for each, at in arrived.items() if at <= asked.asked_at]))
    today = house.clock.today()
    then, now = _rows(current(before, today), asked.field), _rows(current(versions, today), asked.field)
    mine = {record for record, row in then.items() if row.household == household}
    newest = max(arrived, key=lambda each: arrived[each], default="")
    if any(record not in now for record in mine):
        return Answer.DELETED, newest
    if any(now[record].value != then[record].value or now[record].household != household for record in mine):
        return Answer.CORRECTED, newest
    return None


def _versions(house: Services, asked: Correction, household: HouseholdId, link: str) -> pl.DataFrame | None:
    """Every version of every row that was ever the household's; None where it may not be looked at."""
    grant = next((grant for grant in map(house.gate.ask, _uses(house, asked, household)) if _given(grant)), None)
    if grant is None or isinstance(grant, Decision):
        return None
    with house.gate.open(grant) as opened:
        read = house.store.read(opened, asked.dataset, [asked.field], house.clock.today(), link=link)
        frames = [frame.select(*_OWN, asked.field) for frame in read]
    if not frames:
        return None
    every = pl.concat(frames, how="vertical_relaxed")
    mine = every.filter(pl.col("_household") == household)["_record"].unique()
    return every.filter(pl.col("_record").is_in(mine.implode()))


def _uses(house: Services, asked: Correction, household: HouseholdId) -> Iterator[Use]:
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
                    about={household},
                )


def _given(answer: object) -> bool:
    return not isinstance(answer, Decision)


def _taken(house: Services, delivery: str) -> datetime:
    """When a delivery was taken in; one that is not on record came before anything was asked."""
    with reading(house.engine) as connection:
        at = taken_at(connection, {DeliveryId(delivery)})
    return at if at is not None else datetime.min.replace(tzinfo=house.clock.now().tzinfo)


def _rows(counting: pl.DataFrame, field: str) -> dict[str, _Row]:
    columns = counting.select("_record", "_household", field).iter_rows()
    return {record: _Row(household=household, value=value) for record, household, value in columns}
