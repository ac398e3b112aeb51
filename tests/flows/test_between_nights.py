"""What happens between two nights changes exactly what it should, and nothing of anybody else's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flows.nights import Played, Story, differences, stories

STORIES = dict(stories())


@pytest.mark.parametrize("name", STORIES)
def test_what_happens_between_two_nights_changes_exactly_what_it_should(name: str, tmp_path: Path) -> None:
    story: Story = STORIES[name]
    without = Played(tmp_path / "without", story).play(events=False)
    played = Played(tmp_path / "with", story)
    with_ = played.play(events=True)
    expected = {
        family: {thing: dict(both) for thing, both in things.items()} for family, things in story.changes.items()
    }
    assert differences(without, with_) == expected
    refused = " ".join(f"{each.what} {each.detail}" for each in played.report.refusals)
    assert all(agreement in refused for agreement in story.refused)
    assert bool(played.report.refusals) == bool(story.refused)


def test_there_is_a_story_of_a_consent_an_agreement_a_sealed_row_and_a_corrected_row() -> None:
    assert {"consent_revoked", "agreement_suspended", "row_sealed", "row_corrected"} <= set(STORIES)
