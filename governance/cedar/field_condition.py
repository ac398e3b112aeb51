"""Conditions on fields: which, for which action, where, joined with what, and how old."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from governance.cedar.condition import ALWAYS, NEVER, Condition, Scope, either
from governance.cedar.literal import entity, one_of, quoted
from governance.terms import FieldClass, FieldTerms
from governance.use import Action


def listed(scope: Scope) -> Condition:
    """`FIELD_NOT_LISTED`. Source: the agreement's list of data elements."""
    return Condition(
        code="FIELD_NOT_LISTED",
        words="every field is listed by this very name",
        test=f"{_names(scope.terms.fields)}.containsAll(context.fields)",
    )


def granted(scope: Scope) -> Condition:
    """`ACTION_NOT_GRANTED`. Source: the agreement's list of data elements."""
    alike: dict[str, list[Action]] = {}
    for action in Action:
        test = _only(scope, [field for field in scope.terms.fields if _follows(action, field)])
        alike.setdefault(test, []).append(action)
    alike.pop(NEVER, None)
    return Condition(
        code="ACTION_NOT_GRANTED",
        words="every field is listed for the action",
        test=either(_and(_any_of(actions), test) for test, actions in alike.items()),
    )


def granted_of_any(scope: Scope) -> Condition:
    """`ACTION_NOT_GRANTED` for what was derived. Source: `derived.inherits: all`; the list of data elements."""
    fields = [field for dataset in scope.agreement.datasets for field in dataset.fields]
    actions = [action for action in Action if any(_follows(action, field) for field in fields)]
    return Condition(
        code="ACTION_NOT_GRANTED",
        words="some field is listed for the action",
        test=_any_of(actions),
    )


def _follows(action: Action, field: FieldTerms) -> bool:
    """Whether a field is listed for an action. Taking it in and destroying it follow from its being listed at all."""
    return action in {Action.INGEST, Action.DESTROY} or action in field.actions


def in_place(scope: Scope) -> Condition:
    """`ZONE`. Source: the agreement's part "technology and security"."""
    fields = scope.terms.fields
    outside = [field for field in fields if field.class_ is not FieldClass.DIRECT_IDENTIFIER]
    zones = {
        "enclave": _only(scope, [field for field in fields if "enclave" in field.zones]),
        "analytic": _only(scope, [field for field in outside if "analytic" in field.zones]),
    }
    return Condition(
        code="ZONE",
        words="every field may be where the values will be; a direct identifier only in the enclave",
        test=either(_and(f"context.zone == {quoted(zone)}", test) for zone, test in zones.items() if test != NEVER),
    )


def joined_by_both(scope: Scope) -> Condition:
    """`LINK_NOT_MUTUAL`. Source: the agreement's part "infrastructure to combine and protect"."""
    datasets = one_of(entity("Dataset", dataset) for dataset in scope.joinable)
    return Condition(
        code="LINK_NOT_MUTUAL",
        words="it is joined with nothing but datasets of this agreement, or of one that it names and that names it",
        test=f"{datasets}.containsAll(context.datasets)",
    )


def _any_of(actions: Iterable[Action]) -> str:
    return f"action in {one_of(entity('Action', action.value) for action in actions)}"


def _only(scope: Scope, fields: Collection[FieldTerms]) -> str:
    """Whether the use asks for none but these fields; always, where they are all that are listed."""
    if len(fields) == len(scope.terms.fields):
        return ALWAYS
    return f"{_names(fields)}.containsAll(context.fields)" if fields else NEVER


def _names(fields: Iterable[FieldTerms]) -> str:
    return one_of(quoted(field.name) for field in fields)


def _and(one: str, other: str) -> str:
    return f"({one} && {other})" if other != ALWAYS else f"({one})"
