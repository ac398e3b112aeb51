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


def test_without_a_setting_linkage_follows_its_passes(house: Services) -> None:
    assert linker_of(house).backend is None


def test_the_engine_of_one_machine_is_chosen_by_its_name(house: Services) -> None:
    assert isinstance(linker_of(with_engine(house, "duckdb")).backend, DuckDBBackend)


@pytest.mark.skipif(find_spec("pyspark") is not None, reason="Spark is installed here: nothing is missing")
def test_spark_that_is_not_installed_says_what_to_do(house: Services) -> None:
    with pytest.raises(Misconfigured, match="pyspark") as caught:
        linker_of(with_engine(house, "spark"))
    assert caught.value.code == "LINK_ENGINE_MISSING"
