"""Figures of areas: kept without anybody in them, and no way from them to a family."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from governance.errors import ActionNotGranted
from governance.ids import DatasetId
from governance.use import Action, Use
from rules.indicator import load_indicators
from signals.signal import current
from tests.signals.letters import given, letter
from tests.signals.mailroom import FEEDS, FLOW, Mailroom, balanced, mailroom

AREA = "area.rates"
RATE = {
    "area_kind": "tract",
    "area_id": "25013800101",
    "measure": "poverty_rate",
    "period_start": "2020-01-01",
    "period_end": "2024-12-31",
    "estimate": "31.4",
    "margin_of_error": "6.2",
    "confidence": "90",
    "universe": "2210",
    "published_on": "2025-12-11",
}


@pytest.fixture
def room(tmp_path: Path) -> Mailroom:
    return mailroom(tmp_path)


def use(action: Action, *fields: str, zone: str = "analytic") -> Use:
    return Use.of(
        actor=FLOW,
        action=action,
        purpose="prevention.outreach",
        dataset=DatasetId(AREA),
        fields=fields,
        zone=zone,
    )


def figures(room: Mailroom, as_of: date) -> list[tuple[Any, ...]]:
    fields = ("area_id", "measure", "estimate", "margin_of_error")
    with room.gate.open(room.gate.request(use(Action.AGGREGATE, *fields))) as opened:
        frames = list(room.store.read(opened, DatasetId(AREA), fields, as_of))
    return current(pl.concat(frames), as_of).select(fields).sort(fields).rows()


def test_a_figure_stands_until_it_is_revised_or_withdrawn(room: Mailroom) -> None:
    given(room, AREA, RATE, RATE | {"measure": "median_rent", "estimate": "", "margin_of_error": ""})
    given(room, AREA, RATE | {"estimate": "29.8", "published_on": "2026-01-15"})
    given(room, AREA, RATE | {"published_on": "2026-02-01", "withdrawn_on": "2026-02-01"})
    rent = ("25013800101", "median_rent", None, None)
    assert figures(room, date(2025, 12, 11)) == [rent, ("25013800101", "poverty_rate", 31.4, 6.2)]
    assert figures(room, date(2026, 1, 15)) == [rent, ("25013800101", "poverty_rate", 29.8, 6.2)]
    assert figures(room, date(2026, 2, 1)) == [rent]


def test_each_area_measure_and_period_is_a_row_of_its_own(room: Mailroom) -> None:
    zip_code = {"area_kind": "zip", "area_id": "01105", "estimate": "20"}
    earlier = {"period_start": "2015-01-01", "period_end": "2019-12-31", "estimate": "25"}
    given(room, AREA, RATE, RATE | zip_code, RATE | earlier)
    assert [estimate for _, _, estimate, _ in figures(room, date(2026, 1, 1))] == [20.0, 25.0, 31.4]


@pytest.mark.parametrize("action", [Action.MATCH, Action.SCORE, Action.TRAIN, Action.EXPLAIN, Action.CONTACT])
def test_a_family_is_not_its_neighbourhood(room: Mailroom, action: Action) -> None:
    given(room, AREA, RATE)
    for field in FEEDS[DatasetId(AREA)].fields:
        with pytest.raises(ActionNotGranted):
            room.gate.request(use(action, field, zone="enclave"))
    assert FEEDS[DatasetId(AREA)].kinds == ()
    assert not any(each.dataset == AREA for each in load_indicators(None, FEEDS).values())


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"universe": "10"}, "about_enough_to_hide_in"),
        ({"universe": ""}, "universe.required"),
        ({"area_id": "1105"}, "area_is_numbered"),
        ({"area_kind": "street"}, "area_kind.codes"),
        ({"measure": "crime"}, "measure.codes"),
        ({"margin_of_error": "-1"}, "margin_not_negative"),
        ({"confidence": "100"}, "confidence_is_a_share"),
        ({"period_start": "2025-01-01"}, "ends_not_before_it_starts"),
        ({"published_on": "2024-12-30"}, "published_not_before_it_ended"),
    ],
)
def test_a_figure_that_cannot_be_or_could_show_somebody_is_set_aside(
    room: Mailroom, changes: dict[str, str], check: str
) -> None:
    taken = room.text(AREA, letter(AREA, RATE | changes))
    assert balanced(taken)
    assert taken.quarantine_counts == {check: 1}
