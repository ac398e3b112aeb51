from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from flows.bootstrap import Services, initialise
from flows.intaking import linker_of
from governance.errors import Misconfigured
from governance.settings import Settings
from signals.linkage.likely.duckdb_backend import DuckDBBackend


@pytest.fixture
def house(tmp_path: Path) -> Services:
    return initialise(Settings(home=tmp_path / "home"))


def with_engine(house: Services, name: str) -> Services:
    return replace(house, settings=house.settings.model_copy(update={"link_backend": name}))


def test_without_a_setting_linkage_looks_for_likely_links_on_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HEARTHLINE_LINK_BACKEND")
    house = initialise(Settings(home=tmp_path / "home"))
    assert isinstance(linker_of(house).backend, DuckDBBackend)


def test_passes_alone_are_chosen_by_their_name(house: Services) -> None:
    assert linker_of(with_engine(house, "passes")).backend is None


@pytest.mark.skipif(find_spec("pyspark") is not None, reason="Spark is installed here: nothing is missing")
def test_spark_that_is_not_installed_says_what_to_do(house: Services) -> None:
    with pytest.raises(Misconfigured, match="pyspark") as caught:
        linker_of(with_engine(house, "spark"))
    assert caught.value.code == "LINK_ENGINE_MISSING"
