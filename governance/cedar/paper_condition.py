"""Conditions on the papers: the agreement is in force, the memorandum is, and its floor leaves room."""

from __future__ import annotations

from governance.cedar.condition import ALWAYS, FEEDS, MEMORANDUM, Condition, Scope, either, every
from governance.cedar.literal import day, entity, one_of, quoted, within
from governance.use import Action

DECLARED = Condition(
    code="DATASET_UNKNOWN",
    words="a feed declares every dataset of the use",
    test=f"{FEEDS}.declared.containsAll(context.datasets)",
)
"""`DATASET_UNKNOWN`. Source: house rule (fail closed)."""


def started(scope: Scope) -> Condition:
    """`TERM_NOT_STARTED`. Source: the agreement's part "term and termination"."""
    return Condition(
        code="TERM_NOT_STARTED",
        words="its term has begun",
        test=f"context.day >= {day(scope.agreement.term.effective)}",
    )


def not_over(scope: Scope) -> Condition:
    """`TERM_EXPIRED`. Source: the agreement's part "term and termination"."""
    return Condition(
        code="TERM_EXPIRED",
        words="its term is not over",
        test=f"context.day < {day(scope.agreement.term.expires)}",
    )


def active(scope: Scope) -> Condition:
    """`NOT_ACTIVE`. Source: the process of the agreements: both sides review, both sides sign, then active."""
    return Condition(
        code="NOT_ACTIVE",
        words="this very document is active, signed, and was not edited since",
        test=every(
            [
                f'{scope.standing}.status == "active"',
                f'{scope.standing}.flaw == ""',
                f"{scope.standing}.version == {scope.agreement.version}",
                f"{scope.standing}.sha256 == {quoted(scope.sha256)}",
            ]
        ),
    )


def mou_in_force(scope: Scope) -> Condition:
    """`MOU_INACTIVE`, also where the asker's own agency left. Source: the statewide memorandum."""
    recipients = one_of(quoted(party.agency) for party in scope.agreement.parties.recipients)
    part = f"{MEMORANDUM}.participants.contains(context.organisation)"
    return Condition(
        code="MOU_INACTIVE",
        words="the memorandum is in force, and both the owner and the asker's agency take part in it",
        test=every([*_memorandum(scope), f"({part} || !{recipients}.contains(context.organisation))"]),
    )


def mou_in_force_for_owner(scope: Scope) -> Condition:
    """`MOU_INACTIVE` for what was derived: the owner still takes part. Source: the statewide memorandum."""
    return Condition(
        code="MOU_INACTIVE",
        words="the memorandum is in force, and the owner takes part in it",
        test=every(_memorandum(scope)),
    )


def _memorandum(scope: Scope) -> list[str]:
    named, mou = scope.agreement.mou, scope.mou
    tests = [
        f"{MEMORANDUM}.id == {quoted(named.id)}",
        f"{MEMORANDUM}.version >= {named.version}",
        f"{MEMORANDUM}.sha256 == {quoted(mou.sha256)}",
        f'{MEMORANDUM}.status == "active"',
        f'{MEMORANDUM}.flaw == ""',
        f"context.day >= {day(mou.mou.effective)}",
        f"{MEMORANDUM}.participants.contains({quoted(scope.agreement.parties.owner.agency)})",
    ]
    return tests if mou.mou.expires is None else [*tests, f"context.day < {day(mou.mou.expires)}"]


def floor_leaves_room(scope: Scope) -> Condition:
    """`MOU_PROHIBITED`. Source: the memorandum's floor; nothing below may loosen it."""
    floor = scope.mou.mou.floor
    names = [quoted(purpose) for purpose in floor.prohibited_purposes]
    tests = [f"context.purpose == {name}" for name in names]
    tests += [f"context.purpose like {form}" for name in floor.prohibited_purposes for form in within(name)]
    real = [action for action in Action if action.value in floor.prohibited_actions]
    if real:
        tests.append(f"action in {one_of(entity('Action', action.value) for action in real)}")
    return Condition(
        code="MOU_PROHIBITED",
        words="the memorandum bans neither the purpose, wherever its words stand, nor the action",
        test=f"!({either(tests)})" if tests else ALWAYS,
    )
