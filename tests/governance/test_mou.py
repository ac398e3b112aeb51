"""The memorandum: what it must say, and what its floor bans."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.document import sha256
from governance.errors import Misconfigured
from governance.mou import Floor
from tests.governance.papers import MOU, mou

WORD = st.from_regex(r"[a-z][a-z0-9_]{0,5}", fullmatch=True)
PURPOSE = st.lists(WORD, min_size=1, max_size=4).map(".".join)


def floor(*prohibited: str) -> Floor:
    return Floor(prohibited_purposes=prohibited, prohibited_actions=(), min_cell=11, breach_notice_hours=24)


@given(PURPOSE, PURPOSE)
def test_a_prohibited_purpose_covers_everything_below_it(banned: str, below: str) -> None:
    assert floor(banned).prohibits(banned) == banned
    assert floor(banned).prohibits(f"{banned}.{below}") == banned


@given(PURPOSE, PURPOSE)
def test_a_prohibited_purpose_cannot_hide_below_a_listed_one(banned: str, listed: str) -> None:
    assert floor(banned).prohibits(f"{listed}.{banned}") == banned


@pytest.mark.parametrize("purpose", ["law_enforcement_training", "prelaw_enforcement", "law", "prevention.law"])
def test_a_name_that_only_resembles_a_prohibited_one_is_not_prohibited(purpose: str) -> None:
    assert floor("law_enforcement").prohibits(purpose) is None


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("effective",), "2031-01-01"),
        (("floor", "min_cell"), "11"),
        (("floor", "min_cell"), True),
        (("floor", "prohibited_purposes"), ["Law Enforcement"]),
        (("participants",), []),
        (("surprise",), 1),
    ],
)
def test_a_memorandum_that_cannot_mean_what_it_says_is_refused(path: tuple[str, ...], value: Any) -> None:
    document = {**deepcopy(MOU), "expires": "2030-01-01"}
    place = document
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(Misconfigured) as refused:
        mou(document)
    assert refused.value.code == "POLICY_INVALID"


def test_an_agency_can_join_without_everybody_signing_again() -> None:
    longer = deepcopy(MOU)
    longer["participants"].append({**MOU["participants"][0], "agency": "TRC"})
    assert sha256(mou(longer)) == sha256(mou())


def test_loosening_the_floor_changes_what_was_signed() -> None:
    looser = deepcopy(MOU)
    looser["floor"]["prohibited_purposes"].remove("law_enforcement")
    assert sha256(mou(looser)) != sha256(mou())
