"""The night as a Prefect flow: what is deployed exists, nothing is kept, only what may pass by itself is retried."""

from __future__ import annotations

import importlib.util
import inspect
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy.exc import OperationalError

from governance.errors import Busy, HearthlineError, Misconfigured, NotActive

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def nightly() -> Any:
    """The flow's module; Prefect takes its time to import."""
    return importlib.import_module("flows.nightly")


class Ended:
    """What Prefect hands to a retry condition, as far as it is looked at."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def result(self, *, raise_on_failure: bool) -> BaseException:
        """The error that the run ended with."""
        assert not raise_on_failure
        return self._error


def test_every_deployment_names_a_flow_and_its_own_parameters(nightly: Any) -> None:
    deployments = yaml.safe_load((ROOT / "prefect.yaml").read_text())["deployments"]
    assert deployments
    for deployment in deployments:
        file, _, name = deployment["entrypoint"].partition(":")
        assert (ROOT / file).exists()
        flow = getattr(nightly, name)
        assert set(deployment["parameters"]) <= set(inspect.signature(flow.fn).parameters)


def test_no_result_is_kept_and_nothing_is_cached(nightly: Any) -> None:
    assert nightly.nightly.persist_result is False
    assert nightly.run_stage.persist_result is False
    assert type(nightly.run_stage.cache_policy).__name__ == "_None"


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (Busy("Somebody else is at it."), True),
        (OperationalError("", {}, Exception()), True),
        (NotActive("Suspended."), False),
        (Misconfigured("Not set up."), False),
        (HearthlineError("Something."), False),
        (ValueError("wrong"), False),
    ],
)
def test_only_what_may_pass_by_itself_is_tried_again(nightly: Any, error: Exception, again: bool) -> None:
    assert nightly.worth_another_try(None, None, Ended(error)) is again


def test_prefect_is_told_a_folder_and_a_day_and_nothing_else(nightly: Any) -> None:
    assert list(inspect.signature(nightly.nightly.fn).parameters) == ["home", "as_of"]
    assert list(inspect.signature(nightly.run_stage.fn).parameters) == ["run", "stage"]
