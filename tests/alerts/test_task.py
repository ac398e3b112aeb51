"""One open task a household, none deleted, and the same night twice is one night. On both databases."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import IntegrityError

from alerts.queue import alert_counts, history, newest, owners, queue
from alerts.task import Handed, TaskItem, count_alerts, households_with_tasks, open_tasks, task_id, upsert
from alerts.task_table import Status, alert_count, task, task_event
from governance.database import metadata, reading, transaction
from governance.errors import Misconfigured
from governance.ids import AgreementId, DatasetId, HouseholdId, RunId

DAY = date(2022, 5, 27)
AT = datetime(2022, 5, 28, 3, 0, tzinfo=UTC)
WORKERS = ("worker-1", "worker-2")
Rows = list[tuple[object, ...]]


@pytest.fixture
def house(engine: Engine) -> Engine:
    metadata.create_all(engine, tables=[task, task_event, alert_count])
    return engine


def item(number: int, *, tier: int = 2, due: int = 5, sealed: bytes = b"sealed") -> TaskItem:
    return TaskItem(
        household=HouseholdId(f"hh-{number:02}"),
        tier=tier,
        rank=1,
        due_on=DAY + timedelta(days=due),
        lineage=(AgreementId("DULA-2026-002"), AgreementId("DULA-2026-001")),
        datasets=(DatasetId("hmis.exit"),),
        reasons_sealed=sealed,
    )


def night(
    house: Engine,
    items: list[TaskItem],
    *,
    run: str = "n1",
    day: date = DAY,
    still: tuple[int, ...] = (),
    looked: bool = True,
    workers: tuple[str, ...] = WORKERS,
    renamed: dict[int, int] | None = None,
) -> Handed:
    supported = {HouseholdId(f"hh-{number:02}") for number in still} if looked else None
    called = {HouseholdId(f"hh-{old:02}"): HouseholdId(f"hh-{new:02}") for old, new in (renamed or {}).items()}
    with transaction(house) as connection:
        return upsert(
            connection, RunId(run), items, supported=supported, as_of=day, workers=workers, at=AT, renamed=called
        )


def everything(connection: Connection) -> tuple[Rows, Rows]:
    tasks = connection.execute(select(task).order_by(task.c.id)).all()
    events = connection.execute(select(task_event).order_by(task_event.c.id)).all()
    return [tuple(row) for row in tasks], [tuple(row) for row in events]


def after(house: Engine) -> tuple[Rows, Rows]:
    with reading(house) as connection:
        return everything(connection)


def test_a_night_opens_one_task_for_each_household(house: Engine) -> None:
    assert night(house, [item(1), item(2), item(3)]) == Handed(opened=3)
    with reading(house) as connection:
        assert open_tasks(connection) == 3
        found = queue(connection)
    assert [each.household for each in found] == ["hh-01", "hh-02", "hh-03"]
    assert found[0].id == task_id(HouseholdId("hh-01"), DAY)
    assert found[0].lineage == {"DULA-2026-001", "DULA-2026-002"}
    assert found[0].reasons_sealed == b"sealed"


def test_the_same_night_twice_changes_nothing(house: Engine) -> None:
    night(house, [item(1), item(2)])
    once = after(house)
    assert night(house, [item(1, sealed=b"sealed again"), item(2, due=1)]) == Handed(unchanged=2)
    assert after(house) == once


def test_a_later_night_refreshes_the_task_that_is_open(house: Engine) -> None:
    night(house, [item(1)])
    assert night(house, [item(1, tier=1, sealed=b"newer")], run="n2", day=DAY + timedelta(days=1)) == Handed(
        refreshed=1
    )
    with reading(house) as connection:
        (found,) = queue(connection)
        moves = [move.kind for move in history(connection, found.id)]
    assert (found.tier, found.reasons_sealed, found.run) == (1, b"newer", "n2")
    assert (found.opened_on, found.refreshed_on) == (DAY, DAY + timedelta(days=1))
    assert moves == ["opened", "refreshed"]


@pytest.mark.parametrize(("later", "expected"), [(9, 5), (2, 2)])
def test_a_deadline_comes_nearer_but_never_drifts_away(house: Engine, later: int, expected: int) -> None:
    night(house, [item(1, due=5)])
    night(house, [item(1, due=later)], run="n2", day=DAY + timedelta(days=1))
    with reading(house) as connection:
        assert queue(connection)[0].due_on == DAY + timedelta(days=expected)


def test_what_nothing_supports_any_more_lapses_and_is_kept(house: Engine) -> None:
    night(house, [item(1), item(2)])
    assert night(house, [item(2)], run="n2", day=DAY + timedelta(days=1)) == Handed(refreshed=1, lapsed=1)
    with reading(house) as connection:
        gone = newest(connection, HouseholdId("hh-01"))
        assert gone is not None
        assert gone.status is Status.LAPSED
        assert [move.kind for move in history(connection, gone.id)] == ["opened", "lapsed"]
        assert open_tasks(connection) == 1


def test_a_household_beyond_tonights_capacity_waits_and_its_task_comes_back(house: Engine) -> None:
    night(house, [item(1), item(2)])
    with reading(house) as connection:
        first = queue(connection)[0]
    later = DAY + timedelta(days=1)
    assert night(house, [item(3)], run="n2", day=later, still=(1, 2, 3)) == Handed(opened=1, put_back=2)
    with reading(house) as connection:
        assert open_tasks(connection) == 1
    assert night(house, [item(1)], run="n3", day=later + timedelta(days=1), still=(1, 2, 3)) == Handed(
        opened=1, put_back=1
    )
    with reading(house) as connection:
        assert [each.id for each in queue(connection)] == [first.id]
        assert [move.kind for move in history(connection, first.id)] == ["opened", "put back", "opened"]


def test_a_task_follows_a_household_that_is_called_anew(house: Engine) -> None:
    night(house, [item(1)])
    with reading(house) as connection:
        first = queue(connection)[0]
    later = DAY + timedelta(days=1)
    assert night(house, [item(7)], run="n2", day=later, renamed={1: 7}) == Handed(refreshed=1)
    with reading(house) as connection:
        (kept,) = queue(connection)
        assert (kept.id, kept.household, kept.owner) == (first.id, "hh-07", first.owner)
    assert night(house, [], run="n3", day=later + timedelta(days=1), still=(8,), renamed={7: 8}) == Handed(put_back=1)
    with reading(house) as connection:
        assert households_with_tasks(connection) == {"hh-07"}
    assert night(house, [item(8)], run="n4", day=later + timedelta(days=2), renamed={7: 8}) == Handed(opened=1)
    with reading(house) as connection:
        assert [(each.id, each.household) for each in queue(connection)] == [(first.id, "hh-08")]


def test_of_two_households_that_become_one_the_more_urgent_task_stays_with_its_deadline(house: Engine) -> None:
    night(house, [item(1, tier=1, due=3), item(2, due=9)])
    with reading(house) as connection:
        urgent, other = queue(connection)
    later = DAY + timedelta(days=1)
    assert night(house, [item(2, due=9)], run="n2", day=later, renamed={1: 2}) == Handed(refreshed=1, merged=1)
    with reading(house) as connection:
        (kept,) = queue(connection)
        assert (kept.id, kept.household, kept.due_on) == (urgent.id, "hh-02", urgent.due_on)
        assert [move.kind for move in history(connection, other.id)] == ["opened", "merged"]
    before = after(house)
    night(house, [item(2, due=9)], run="n2", day=later, renamed={1: 2})
    assert after(house) == before


def test_a_night_that_was_not_allowed_to_look_lets_nothing_lapse(house: Engine) -> None:
    night(house, [item(1)])
    assert night(house, [], run="n2", day=DAY + timedelta(days=1), looked=False) == Handed()


def test_an_earlier_day_looked_at_later_leaves_newer_tasks_alone(house: Engine) -> None:
    night(house, [item(1), item(2)], day=DAY)
    before = after(house)
    assert night(house, [item(1, tier=1)], run="n0", day=DAY - timedelta(days=30)) == Handed(unchanged=1)
    assert after(house) == before


def test_a_household_that_fires_again_gets_a_new_task(house: Engine) -> None:
    night(house, [item(1)])
    night(house, [], run="n2", day=DAY + timedelta(days=1))
    assert night(house, [item(1)], run="n3", day=DAY + timedelta(days=2)) == Handed(opened=1)
    assert len(after(house)[0]) == 2


def test_a_revision_of_the_same_night_can_bring_back_what_another_one_closed(house: Engine) -> None:
    night(house, [item(1)], run="n1-r1")
    night(house, [], run="n1-r2")
    assert night(house, [item(1)], run="n1-r3") == Handed(opened=1)
    tasks, events = after(house)
    assert (len(tasks), len(events)) == (1, 3)


def test_new_tasks_go_to_whoever_has_the_fewest(house: Engine) -> None:
    night(house, [item(number) for number in range(5)])
    night(house, [item(number) for number in range(9)], run="n2", day=DAY + timedelta(days=1))
    with reading(house) as connection:
        loads = Counter(each.owner for each in queue(connection))
        assert loads == {"worker-1": 5, "worker-2": 4}
        assert {each.owner for each in queue(connection, "worker-2")} == {"worker-2"}
        assert owners(connection) == ["worker-1", "worker-2"]


def test_a_task_of_somebody_who_left_finds_a_new_owner(house: Engine) -> None:
    night(house, [item(1)], workers=("worker-9",))
    night(house, [item(1)], run="n2", day=DAY + timedelta(days=1))
    with reading(house) as connection:
        assert queue(connection)[0].owner == "worker-1"


def test_a_list_without_workers_is_an_error_and_an_empty_one_is_not(house: Engine) -> None:
    assert night(house, [], workers=()) == Handed()
    with pytest.raises(Misconfigured) as raised:
        night(house, [item(1)], workers=())
    assert raised.value.code == "WORKERS_MISSING"


def test_the_database_itself_refuses_a_second_open_task(house: Engine) -> None:
    night(house, [item(1)])
    with transaction(house) as connection:
        row = connection.execute(select(task)).one()._asdict()
    with pytest.raises(IntegrityError), transaction(house) as connection:
        connection.execute(task.insert(), {**row, "id": "t-another"})


def test_the_queue_is_ordered_by_tier_then_day_then_household(house: Engine) -> None:
    night(house, [item(4, tier=1, due=9), item(3, due=1), item(1, due=3), item(2, due=3)])
    with reading(house) as connection:
        assert [each.household for each in queue(connection)] == ["hh-04", "hh-03", "hh-01", "hh-02"]


def test_counts_of_a_night_are_recorded_once(house: Engine) -> None:
    for counts in ({"school.a": ("A", 3), "shelter.b": ("B", 40)}, {"school.a": ("A", 4), "shelter.b": ("B", 40)}):
        with transaction(house) as connection:
            count_alerts(connection, RunId("n1"), counts)
    with reading(house) as connection:
        found = [(each.rule, each.title, each.households) for each in alert_counts(connection, RunId("n1"))]
        assert alert_counts(connection, RunId("n2")) == []
    assert found == [("shelter.b", "B", 40), ("school.a", "A", 4)]


def test_a_household_that_never_had_a_task_has_none(house: Engine) -> None:
    with reading(house) as connection:
        assert newest(connection, HouseholdId("hh-99")) is None
