"""Necessity: what a purpose needs is enough for everything, and without any one field something is lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cache

import pytest

from governance.ids import DatasetId
from governance.policy import load_policy
from governance.use import Action
from rules.indicator import load_indicators
from rules.necessity import Necessities, linked, necessities
from rules.needs import needs
from rules.outcome import load_outcomes
from rules.rulebook import load_rulebook
from signals.feed import load_feeds
from signals.linkage.asking import parts_of

FEEDS = load_feeds()
INDICATORS = load_indicators(None, FEEDS)
RULEBOOK = load_rulebook(None, INDICATORS)
OUTCOMES = load_outcomes(None, FEEDS)
SIGNUPS = DatasetId("outreach.signups")
TEXTED = frozenset({"phone", "language"})
PURPOSE = "prevention.outreach"

Granted = Mapping[tuple[DatasetId, str, Action], bool]


@cache
def needed() -> Necessities:
    """What the example Commonwealth needs."""
    return necessities(RULEBOOK, OUTCOMES, FEEDS, purpose=PURPOSE, contacts={SIGNUPS: TEXTED}, past_days=720)


def works(found: Necessities, without: tuple[DatasetId, str] | None = None) -> set[str]:
    """Everything that can be done with what is listed: indicators by action, parts of linkage, dated rows, texts."""
    listed = {
        (dataset, name): each.actions
        for dataset, fields in found.items()
        for name, each in fields.items()
        if (dataset, name) != without
    }

    def may(dataset: DatasetId, fields: AbstractSet[str], action: Action) -> bool:
        return all(action in listed.get((dataset, name), set()) for name in fields)

    done = {what for what, dataset, fields, action in _asked(found) if may(dataset, fields, action)}
    dated = (dataset for dataset in found if all((dataset, day) in listed for day in _days_told(dataset)))
    return done | {f"dated {dataset}" for dataset in dated}


def _asked(found: Necessities) -> Iterator[tuple[str, DatasetId, AbstractSet[str], Action]]:
    for id in RULEBOOK.used():
        need = needs(INDICATORS[id], FEEDS)
        for action in (Action.SCORE, Action.EXPLAIN, Action.VIEW):
            yield f"{action} {id}", need.dataset, need.fields, action
    for outcome in OUTCOMES.values():
        learnt = {id: each for id, each in INDICATORS.items() if outcome.direction(id) is not None}
        for id, indicator in (learnt | outcome.pointers()).items():
            need = needs(indicator, FEEDS)
            yield f"train {id}", need.dataset, need.fields, Action.TRAIN
    for dataset in found:
        if FEEDS[dataset].person is not None:
            for part, fields in parts_of(FEEDS[dataset]).items():
                yield f"{part} of {dataset}", dataset, fields, Action.MATCH
        household = FEEDS[dataset].household
        if household is not None and FEEDS[dataset].occurred_on is not None:
            yield f"since of {dataset}", dataset, {FEEDS[dataset].occurred_on or ""}, Action.MATCH
    for name in TEXTED:
        yield f"text by {name}", SIGNUPS, {name}, Action.CONTACT


def _days_told(dataset: DatasetId) -> set[str]:
    feed = FEEDS[dataset]
    lagging = {feed.occurred_on} if feed.known_on.lag_days is not None and feed.occurred_on else set()
    return {*feed.known_on.fields, *lagging}


def test_with_what_is_needed_everything_works() -> None:
    everything = {what for what, *_ in _asked(needed())} | {f"dated {dataset}" for dataset in needed()}
    assert works(needed()) == everything
    assert len(everything) > 200


@pytest.mark.parametrize("dataset", sorted(needed()))
def test_without_any_one_field_something_is_lost(dataset: DatasetId) -> None:
    whole = works(needed())
    idle = [name for name in needed()[dataset] if works(needed(), (dataset, name)) == whole]
    assert idle == []


@pytest.mark.parametrize("dataset", sorted(needed()))
def test_every_action_on_a_field_is_one_that_something_asks_for(dataset: DatasetId) -> None:
    asked = {(where, name, action) for _, where, fields, action in _asked(needed()) for name in fields}
    dated = _days_told(dataset)
    for name, each in needed()[dataset].items():
        for action in each.actions - {Action.EXPLAIN, Action.VIEW, Action.SCORE}:
            assert (dataset, name, action) in asked or name in dated
        assert each.because


def test_the_example_agreements_list_all_that_is_needed() -> None:
    listed = {
        (dataset.id, field.name): set(field.actions)
        for paper in load_policy().agreements
        for dataset in paper.datasets
        for field in dataset.fields
    }
    for dataset, fields in needed().items():
        for name, each in fields.items():
            assert each.actions <= listed[dataset, name], (dataset, name)


def test_who_a_person_is_stays_in_the_enclave() -> None:
    members = needed()[DatasetId("snap.members")]
    assert all(each.zones == {"enclave"} for each in members.values())
    assert "language" not in members
    assert "relationship" not in members


def test_bare_numbers_bring_along_what_says_whose_they_are() -> None:
    assert linked([DatasetId("snap.closures")], FEEDS) == ["snap.closures", "snap.members"]
    school = set(linked([DatasetId("edfi.attendance")], FEEDS))
    assert {"edfi.students", "edfi.student_contacts", "edfi.contacts"} < school
    assert "tanf.adults" in linked([DatasetId("tanf.families")], FEEDS)
    assert linked([DatasetId("oca.index")], FEEDS) == []


def test_another_purpose_needs_nothing() -> None:
    found = necessities(RULEBOOK, OUTCOMES, FEEDS, purpose="law_enforcement", contacts={}, past_days=720)
    assert found == {}


def test_a_window_says_how_long_a_field_is_looked_at_and_a_date_ahead_has_no_end() -> None:
    certified = needed()[DatasetId("snap.certifications")]
    assert certified["benefit"].days == 365
    assert certified["end_on"].days is None
