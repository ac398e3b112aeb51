"""Clauses about fields: which are listed, for which actions, and where they may be."""

from __future__ import annotations

from collections.abc import Iterable

from governance import asker
from governance.case import Case
from governance.errors import Reason
from governance.wording import reason, shown


def field_not_listed(case: Case) -> Reason | None:
    """`FIELD_NOT_LISTED`: any field outside the list. `*`, aliases and nested names are outside it like any other.

    Source: the agreement's list of data elements.
    """
    outside = case.ask.fields - case.terms.fields
    return _of_fields("FIELD_NOT_LISTED", case, outside, "does not list") if outside else None


def action_not_granted(case: Case) -> Reason | None:
    """`ACTION_NOT_GRANTED`: a listed field is not listed for this action.

    Source: the agreement's list of data elements, and its part "value extraction and learning" (`models`).
    """
    models = asker.models(case)
    if models is not None:
        return models
    granted = case.terms.by_action[case.use.action]
    if case.ask.fields <= granted:
        return None
    barred = (case.ask.fields & case.terms.fields) - granted
    return _of_fields("ACTION_NOT_GRANTED", case, barred, f"does not grant {case.use.action} of") if barred else None


def zone(case: Case) -> Reason | None:
    """`ZONE`: a field where it may not be; a direct identifier outside the enclave, whatever is listed.

    Source: the agreement's part "technology and security".
    """
    allowed = case.terms.by_zone[case.use.zone]
    if case.ask.fields <= allowed:
        return None
    outside = (case.ask.fields & case.terms.fields) - allowed
    return _of_fields("ZONE", case, outside, f"does not allow in the {case.use.zone} zone") if outside else None


def _of_fields(code: str, case: Case, names: Iterable[str], what: str) -> Reason:
    where = f"datasets.{case.ask.dataset}.fields"
    return reason(code, case.standing, where, f"{what} {shown(names)} in {case.ask.dataset}")
