from __future__ import annotations

import numpy as np
import pytest

from signals.simulator.name import COMMUNITIES
from signals.simulator.signup import HELP, STOP, YES
from signals.simulator.writer.reply import worded


@pytest.mark.parametrize("meaning", [YES, STOP, HELP])
@pytest.mark.parametrize("language", sorted({each.language for each in COMMUNITIES}))
def test_people_say_it_in_more_than_one_way(meaning: str, language: str) -> None:
    rng = np.random.default_rng(1)
    said = {worded(meaning, language, rng) for _ in range(200)}
    assert len(said) > 1
    assert all(text.strip() == text and text for text in said)


def test_spanish_is_answered_in_spanish() -> None:
    rng = np.random.default_rng(2)
    assert {worded(YES, "es", rng).lower().rstrip(".") for _ in range(200)} >= {"si", "sí"}


def test_what_is_a_text_already_stays() -> None:
    assert worded("Call me tomorrow", "es", np.random.default_rng(3)) == "Call me tomorrow"
