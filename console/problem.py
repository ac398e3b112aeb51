"""Errors to HTTP: one table. Nothing below this package knows HTTP, and no other module of it chooses a status.

A program gets problem+json (RFC 9457), a person a page. Both say what happened, to what, and what to do next; neither
ever repeats the message of an error that is not ours, because it could hold a value.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException
from litestar.response import Template

from governance.errors import (
    Busy,
    ContractBroken,
    HearthlineError,
    LedgerBroken,
    Misconfigured,
    Refused,
    RulebookError,
    ScorerError,
    Undeliverable,
)

STATUS: Mapping[type[HearthlineError], HTTPStatus] = {
    Refused: HTTPStatus.FORBIDDEN,
    ContractBroken: HTTPStatus.UNPROCESSABLE_ENTITY,
    RulebookError: HTTPStatus.INTERNAL_SERVER_ERROR,
    ScorerError: HTTPStatus.SERVICE_UNAVAILABLE,
    Undeliverable: HTTPStatus.BAD_GATEWAY,
    LedgerBroken: HTTPStatus.INTERNAL_SERVER_ERROR,
    Busy: HTTPStatus.SERVICE_UNAVAILABLE,
    Misconfigured: HTTPStatus.SERVICE_UNAVAILABLE,
    HearthlineError: HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""Families of errors, and the status that each is answered with; the nearest family counts."""

STATUS_OF_CODE: Mapping[str, HTTPStatus] = {
    "CONTACT_UNKNOWN": HTTPStatus.NOT_FOUND,
    "ENVELOPE_UNKNOWN": HTTPStatus.NOT_FOUND,
    "ENVELOPE_UNREADABLE": HTTPStatus.UNPROCESSABLE_ENTITY,
    "HOUSEHOLD_UNKNOWN": HTTPStatus.NOT_FOUND,
    "LINK_NUMBERS_DIFFER": HTTPStatus.CONFLICT,
    "LINK_REVIEW_GONE": HTTPStatus.NOT_FOUND,
    "LINK_REVIEW_UNKNOWN": HTTPStatus.NOT_FOUND,
    "MESSAGE_UNKNOWN": HTTPStatus.NOT_FOUND,
    "NIGHT_UNKNOWN": HTTPStatus.NOT_FOUND,
    "REASON_NEEDED": HTTPStatus.CONFLICT,
}
"""Members of a family that mean something else to a browser than their family does."""

TITLES: Mapping[HTTPStatus, tuple[str, str]] = {
    HTTPStatus.BAD_REQUEST: ("This request cannot be understood", "Go back to the queue and try again."),
    HTTPStatus.FORBIDDEN: ("Governance said no", "The refusal is in the ledger. Nothing was shown."),
    HTTPStatus.NOT_FOUND: ("There is nothing here", "It may have been on an earlier list. See the queue."),
    HTTPStatus.METHOD_NOT_ALLOWED: ("This cannot be done here", "Go back to the queue and try again."),
    HTTPStatus.CONFLICT: ("This needs a word more", "Go back, say it, and send the form again."),
    HTTPStatus.MISDIRECTED_REQUEST: ("This is not that server", "Open the console under 127.0.0.1 or localhost."),
    HTTPStatus.UNPROCESSABLE_ENTITY: ("A file is not what its feed promises", ""),
    HTTPStatus.INTERNAL_SERVER_ERROR: ("Something went wrong on our side", "Try again; tell the data steward if not."),
    HTTPStatus.BAD_GATEWAY: ("A message could not be handed over", ""),
    HTTPStatus.SERVICE_UNAVAILABLE: ("Hearthline is not ready for this", ""),
}
"""A heading for each status, and what to do where the error itself does not say it."""

PROBLEM_JSON = "application/problem+json"


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """The answer to a request that ended in an error.

    Args:
        request: the request; what it accepts decides between a page and problem+json.
        error: what was raised.
    """
    problem = describe(error)
    status = problem["status"]
    headers = {"Retry-After": "5"} if getattr(error, "retryable", False) else {}
    if request.headers.get("HX-Request"):
        return Template("fragments/problem.html", context={"problem": problem}, status_code=status, headers=headers)
    if _wants_a_page(request):
        return Template("problem.html", context={"problem": problem}, status_code=status, headers=headers)
    return Response(problem, status_code=status, media_type=PROBLEM_JSON, headers=headers)


def describe(error: Exception) -> dict[str, Any]:
    """An error as RFC 9457 asks for it, with our code and, for a refusal, every clause that failed.

    Args:
        error: what was raised.
    """
    status = status_of(error)
    title, do = TITLES.get(status, (status.phrase, ""))
    if not isinstance(error, HearthlineError):
        return {"type": "about:blank", "title": title, "status": int(status), "detail": do, "code": status.name}
    problem: dict[str, Any] = {
        "type": f"urn:hearthline:error:{error.code}",
        "title": title,
        "status": int(status),
        "detail": f"{error.what} {error.do or do}".strip(),
        "code": error.code,
    }
    if isinstance(error, Refused):
        problem["reasons"] = [{"code": r.code, "clause": r.clause, "detail": r.detail} for r in error.reasons]
    return problem


def status_of(error: Exception) -> HTTPStatus:
    """The status that an error is answered with."""
    if isinstance(error, HTTPException):
        return HTTPStatus(error.status_code)
    if not isinstance(error, HearthlineError):
        return HTTPStatus.INTERNAL_SERVER_ERROR
    family = next(kind for kind in type(error).__mro__ if kind in STATUS)
    return STATUS_OF_CODE.get(error.code, STATUS[family])


def _wants_a_page(request: Request[Any, Any, Any]) -> bool:
    wanted = request.accept.best_match([PROBLEM_JSON, MediaType.JSON, MediaType.HTML], default=PROBLEM_JSON)
    return wanted == MediaType.HTML
