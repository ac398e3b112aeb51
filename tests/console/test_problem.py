"""One table from errors to HTTP, and every family has its place in it."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

import pytest
from litestar.exceptions import NotFoundException

from console.problem import STATUS, STATUS_OF_CODE, TITLES, describe, status_of
from governance.errors import Busy, FieldNotListed, HearthlineError, LedgerBroken, Misconfigured, Refused, TermExpired


def kinds(of: type[HearthlineError] = HearthlineError) -> Iterator[type[HearthlineError]]:
    yield of
    for kind in of.__subclasses__():
        if kind.__module__ == "governance.errors":
            yield from kinds(kind)


def test_every_family_has_a_status_of_its_own() -> None:
    families = {kind for kind in HearthlineError.__subclasses__() if kind.__module__ == "governance.errors"}
    assert families <= set(STATUS)


@pytest.mark.parametrize("kind", tuple(kinds()), ids=lambda kind: str(kind.__name__))
def test_every_error_is_answered_with_a_heading(kind: type[HearthlineError]) -> None:
    problem = describe(kind("This happened.", "Do that."))
    assert problem["status"] >= 400
    assert problem["detail"] == "This happened. Do that."
    assert problem["code"] == kind.code
    assert TITLES[HTTPStatus(problem["status"])][0] == problem["title"]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (FieldNotListed("x"), 403),
        (TermExpired("x"), 403),
        (Busy("x"), 503),
        (LedgerBroken("x"), 500),
        (Misconfigured("x"), 503),
        (Misconfigured("x", code="HOUSEHOLD_UNKNOWN"), 404),
        (NotFoundException(), 404),
        (ValueError("x"), 500),
    ],
)
def test_the_nearest_family_decides(error: Exception, status: int) -> None:
    assert status_of(error) == status


def test_a_program_gets_every_failing_clause() -> None:
    assert [reason["code"] for reason in describe(Refused("x"))["reasons"]] == ["REFUSED"]


def test_every_exception_to_a_family_has_a_heading() -> None:
    assert set(STATUS_OF_CODE.values()) <= set(TITLES)
