"""Programmes are read strictly, and the packaged ones are invented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from alerts.programme import PACKAGED, load_programmes, named
from governance.errors import Misconfigured

TEXT = (PACKAGED / "family_navigator.yaml").read_text(encoding="utf-8")


def test_the_packaged_programmes_are_enough_to_help() -> None:
    programmes = load_programmes()
    assert 12 <= len(programmes) <= 20
    helped = {topic for each in programmes.values() for topic in each.helps_with}
    assert {"school", "shelter", "eviction", "utility", "income", "family"} <= helped


def test_the_packaged_programmes_are_invented() -> None:
    for programme in load_programmes().values():
        assert re.fullmatch(r"\(\d{3}\) 555-01\d\d", programme.reach.phone)
        assert programme.reach.web is None or programme.reach.web.endswith(".example")


def test_an_unknown_key_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "family_navigator.yaml").write_text(TEXT + "score: 3\n", encoding="utf-8")
    with pytest.raises(Misconfigured, match="score"):
        load_programmes(tmp_path)


def test_a_programme_lives_in_the_file_of_its_name(tmp_path: Path) -> None:
    (tmp_path / "another.yaml").write_text(TEXT, encoding="utf-8")
    with pytest.raises(Misconfigured, match=r"another\.yaml"):
        load_programmes(tmp_path)


def test_a_programme_that_is_gone_is_left_out_of_the_answer() -> None:
    programmes = load_programmes()
    found = named(programmes, ["family_navigator", "long_gone", "family_navigator"])
    assert [each.id for each in found] == ["family_navigator"]
