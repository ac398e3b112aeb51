"""Laws of quarantine: no row is lost or doubled whatever is decided, and deciding again changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.database import reading
from governance.ids import DatasetId, DeliveryId
from signals import delivery as deliveries
from signals.contract import Contract
from signals.delivery import quarantined_row
from signals.feed import Feed, Feeds
from signals.parser import SHAPE
from signals.quarantine import Fate, piles
from signals.release import release
from tests.signals.mailroom import FEEDS, NOW, Mailroom, mailroom

NOTICE = DatasetId("utility.notices")
FEED = FEEDS[NOTICE]
SERVICES = st.lists(st.sampled_from(["gas", "steam", "zanzibar", "water", ""]), min_size=1, max_size=12)


def wider() -> Feeds:
    """The feeds, with a service more."""
    columns = [
        each.model_copy(update={"codes": (*(each.codes or ()), "steam")}) if each.name == "service" else each
        for each in FEED.columns
    ]
    return Feeds({**FEEDS, NOTICE: FEED.model_copy(update={"columns": tuple(columns)})})


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Mailroom:
    return mailroom(tmp_path_factory.mktemp("room"))


FILES = iter(range(1_000_000))


def take(room: Mailroom, services: Sequence[str]) -> DeliveryId:
    """A file of notices like no other."""
    file = next(FILES)
    lines = [",".join(column.sources[0] for column in FEED.columns)]
    for number, service in enumerate(services):
        cells = {"notice_id": f"N{file}-{number}", "customer_id": f"C{number}", "kind": "past_due", "service": service}
        days = dict.fromkeys((column.name for column in FEED.columns if column.is_day), "2026-05-20")
        lines.append(",".join({**days, **cells}.get(column.name, "1") for column in FEED.columns))
    return DeliveryId(room.text(NOTICE, "\n".join([*lines, ""])).delivery)


def kept(room: Mailroom, id: DeliveryId) -> list[int]:
    """The rows of a delivery that can be read."""
    rows = room.read(NOTICE, ["service"])
    return sorted(rows.filter(pl.col("_delivery") == id)["_row"].to_list()) if rows.width else []


def standing(room: Mailroom, id: DeliveryId) -> dict[int, str]:
    with reading(room.engine) as connection:
        columns = quarantined_row.c
        rows = connection.execute(quarantined_row.select().where(columns.delivery == id)).all()
    return {row.row: row.state for row in rows}


@given(SERVICES)
@settings(max_examples=12, deadline=None)
def test_no_row_is_lost_or_doubled_and_releasing_again_changes_nothing(room: Mailroom, services: list[str]) -> None:
    id, every = take(room, services), set(range(1, len(services) + 1))
    assert (set(kept(room, id)) | set(standing(room, id))) == every
    intake = replace(room.intake, feeds=wider())
    first = release(intake, id, by="steward-7")
    after = (kept(room, id), standing(room, id))
    steam = {number for number, service in enumerate(services, 1) if service == "steam"}
    assert {row for row, state in after[1].items() if state == Fate.RELEASED} == steam
    assert first.kept == len(steam)
    open_rows = {row for row, state in after[1].items() if state == Fate.OPEN}
    assert sorted([*after[0], *open_rows]) == sorted(every), "each once"
    again = release(intake, id, by="steward-7")
    assert (again.kept, again.looked) == (0, len(open_rows))
    assert (kept(room, id), standing(room, id)) == after


@given(st.lists(st.sampled_from(["gas", "zanzibar", "", " water "]), max_size=20))
@settings(max_examples=60, deadline=None)
def test_both_halves_together_are_always_the_input(services: list[str]) -> None:
    cells = {
        column.name: ["2026-05-20" if column.is_day else "1"] * len(services)
        for column in FEED.columns
        if column.name not in {"service", "kind"}
    }
    raw = pl.DataFrame(
        {
            "_row": range(1, len(services) + 1),
            SHAPE: [True] * len(services),
            **cells,
            "service": services,
            "kind": ["past_due"] * len(services),
        },
        schema={"_row": pl.UInt32, SHAPE: pl.Boolean, **dict.fromkeys(FEED.column, pl.String)},
    )
    judged = Contract(FEED, delivered_on=NOW.date()).judge(raw)
    assert sorted([*judged.kept["_row"], *judged.failed["_row"]]) == list(range(1, len(services) + 1))


def test_a_released_row_is_known_when_it_would_have_been_and_says_where_it_came_from(room: Mailroom) -> None:
    id = take(room, ["gas", "steam"])
    release(replace(room.intake, feeds=wider()), id, by="steward-7")
    rows = room.read(NOTICE, ["service"]).filter(pl.col("_delivery") == id).sort("_row")
    assert rows["_row"].to_list() == [1, 2]
    assert rows["_known_on"].n_unique() == 1
    assert rows["service"].to_list() == ["gas", "steam"]


def test_another_contract_has_another_version() -> None:
    versions = {Contract(each, delivered_on=NOW.date()).version for each in (FEED, wider()[NOTICE], FEED)}
    assert len(versions) == 2
    assert isinstance(wider()[NOTICE], Feed)


def test_a_row_that_did_not_fit_its_file_can_only_come_anew(tmp_path: Path) -> None:
    room = mailroom(tmp_path)
    good = ",".join(column.sources[0] for column in FEED.columns)
    id = DeliveryId(room.text(NOTICE, f"{good}\n1,2,3\n").delivery)
    found = release(replace(room.intake, feeds=wider()), id, by="steward-7")
    assert (found.looked, found.kept, found.unreadable) == (1, 0, 1)
    (pile,) = piles(room.engine)
    assert (pile.check, pile.rows) == ("row_shape", 1)


def test_a_delivery_under_another_feed_is_counted_the_same(room: Mailroom) -> None:
    id = take(room, ["steam", "zanzibar", "gas"])
    release(replace(room.intake, feeds=wider()), id, by="steward-7")
    with reading(room.engine) as connection:
        taken = deliveries.find(connection, id)
    assert taken is not None
    assert (taken.delivered, taken.kept, taken.quarantine_counts) == (3, 2, {"service.codes": 1})
