"""The model's page: what it foresees, how good it is beside simpler lists, or why there is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from console.foresight import WEIGHED, model_view
from console.view import ModelView
from rules.scorer.card import WAYS, Card, Compared, Curve
from tests.console.example import DAY, example
from tests.console.look import opened, parsed, words


def card() -> Card:
    curve = Curve(indicator="x", title="Days since a filing", dataset="docket.filings", unit="days", steps=())
    names = ("this model, by itself", WAYS["most_recent_filing"], f"{WAYS['best_single_rule']} (eviction.execution)")
    return Card(
        id="model-1",
        outcome="Loss of a home",
        statement="Within 90 days somebody loses a home.",
        horizon_days=90,
        purpose="prevention.outreach",
        kind="additive",
        trained_on=DAY,
        first_day=date(2025, 3, 1),
        last_day=date(2026, 2, 28),
        days=12,
        agreements=("DULA-2026-004",),
        datasets=("docket.filings",),
        promoted=True,
        baseline_odds=-4.0,
        curves=(curve,) * (WEIGHED + 3),
        backtest={
            "k": 40,
            "base_rate": 0.02,
            "cutoffs": [{"test_as_of": "2026-02-28"}, {"test_as_of": date(2026, 1, 29)}],
            "calibration": [{"households": 100, "said": 0.02, "came_true": 0.03}],
        },
        compared=tuple(
            Compared(name=name, precision_at_k=lift / 50, lift_at_k=lift, recall_at_k=None)
            for name, lift in zip(names, (12.0, 13.0, 9.0), strict=True)
        ),
        groups=(),
        rows=23_760,
        outcomes=506,
        considered=51,
    )


def test_a_card_in_short_has_its_lists_best_first_and_knows_which_are_ours() -> None:
    view = model_view(card())
    assert [(each.lift, each.is_ours) for each in view.compared] == [(13.0, False), (12.0, True), (9.0, False)]
    assert view.tested_on == (date(2026, 2, 28), date(2026, 1, 29))
    assert (view.k, view.base_rate, len(view.weighs)) == (40, 0.02, WEIGHED)
    assert (view.share(13.0), view.share(6.5), view.share(None)) == (100, 50, 0)
    assert view.calibration[0].came_true == 0.03
    assert view.place(0.03) == 98


def test_a_card_without_a_test_says_so() -> None:
    view = model_view(replace(card(), backtest=None, compared=()))
    with opened(replace(example(), model=lambda: view)) as client:
        assert "It was not tried on past days" in words(client, "/model")


def test_the_page_puts_simpler_lists_beside_it_and_chance_at_the_end() -> None:
    with opened(example()) as client:
        page = parsed(client.get("/model").text)
    rows = page.xpath("//table[contains(@class, 'hl-table--lifts')]/tbody/tr")
    told = [(" ".join(row.xpath("string(.//th)").split()), row.xpath("string(.//strong)")) for row in rows]
    assert told[0] == ("The list as handed out: deadlines first", "15.8")
    assert told[-1] == ("Any household, by chance", "1.0")
    assert rows[0].xpath(".//rect/@width") == ["100.0%"]
    text = " ".join(page.text_content().split())
    assert "Of all households, 1.7% came to it" in text
    assert "DULA-2026-009" in text
    assert "It decides nothing." in text


def test_a_night_by_rules_alone_says_why() -> None:
    none = ModelView(why_none="DULA-2026-004 is suspended.")
    with opened(replace(example(), model=lambda: none)) as client:
        text = words(client, "/model")
    assert "No model is in use tonight: rules alone." in text
    assert "DULA-2026-004 is suspended." in text
