"""Conditions on the asker: what for, on which basis, in which role, from where, how trained, and who would receive."""

from __future__ import annotations

from governance.agreement import PurposeTerms
from governance.cedar.condition import ALWAYS, NEVER, VIEWED_IN_EMERGENCY, Condition, Scope, doing, either, every
from governance.cedar.literal import below, one_of, quoted
from governance.use import Action


def purpose_listed(scope: Scope) -> Condition:
    """`PURPOSE_NOT_LISTED`. Source: the agreement's part "purpose and question"."""
    return Condition(
        code="PURPOSE_NOT_LISTED",
        words="the purpose is a listed one, or lies below one, at a dot",
        test=under([purpose.id for purpose in scope.agreement.purposes]),
    )


def under(purposes: list[str]) -> str:
    """Whether the use's purpose is one of these, or lies below one."""
    tests = [_is_or_below(listed) for listed in purposes]
    return f"context.purpose_is_a_name && ({either(tests)})"


def _is_or_below(purpose: str) -> str:
    return f"context.purpose == {quoted(purpose)} || context.purpose like {below(purpose)}"


def basis_met(scope: Scope) -> Condition:
    """`BASIS_CONDITION`. Source: part "legal compliance"; for a child in an agency's care 20 USC 1232g(b)(1)(L)."""
    return Condition(
        code="BASIS_CONDITION",
        words="the claimed legal basis is one of the purpose's and its condition is met; none claimed: one has none",
        test=either(
            f"({_is_or_below(purpose.id)}) && ({either(_claims(purpose))})" for purpose in scope.agreement.purposes
        ),
    )


def some_basis_met(scope: Scope) -> Condition:
    """`BASIS_CONDITION` for what was derived. Source: `derived.inherits: all`; part "legal compliance"."""
    return Condition(
        code="BASIS_CONDITION",
        words="a legal basis of the purpose has no condition, or its condition is met",
        test=either(
            f"({_is_or_below(purpose.id)})"
            if any(basis.condition is None for basis in purpose.legal_basis)
            else f"({_is_or_below(purpose.id)}) && context.facts.conditions.containsAny({_conditions(purpose)})"
            for purpose in scope.agreement.purposes
        ),
    )


def _claims(purpose: PurposeTerms) -> list[str]:
    """What may be claimed for a purpose, and on which condition."""
    tests = ['context.basis == ""'] if any(basis.condition is None for basis in purpose.legal_basis) else []
    for basis in purpose.legal_basis:
        claimed = f"context.basis == {quoted(basis.id)}"
        met = f"context.facts.conditions.contains({quoted(basis.condition or '')})"
        tests.append(claimed if basis.condition is None else f"({claimed} && {met})")
    return tests


def _conditions(purpose: PurposeTerms) -> str:
    return one_of(quoted(basis.condition) for basis in purpose.legal_basis if basis.condition is not None)


def models_granted(scope: Scope) -> Condition:
    """`ACTION_NOT_GRANTED`. Source: the agreement's part "value extraction and learning" (`models`)."""
    models = scope.agreement.models
    tests = [] if models.train else [f"!({doing(Action.TRAIN)})"]
    purposes = f"({under(list(models.score_purposes))})" if models.score_purposes else NEVER
    tests.append(f"(!({doing(Action.SCORE)}) || {purposes})")
    return Condition(
        code="ACTION_NOT_GRANTED",
        words=f"training is {'' if models.train else 'not '}granted, and scoring for these purposes alone",
        test=every(tests),
    )


def role_listed(scope: Scope) -> Condition:
    """`ROLE_NOT_LISTED`. Source: the agreement's part "access and confidentiality"."""
    roles = one_of(quoted(role) for role in scope.agreement.users.roles)
    return Condition(
        code="ROLE_NOT_LISTED",
        words="the asker's role is among the users, or it is a view in an emergency that two people answer for",
        test=either([f"{roles}.contains(context.role)", VIEWED_IN_EMERGENCY]),
    )


def of_a_party(scope: Scope) -> Condition:
    """`WRONG_ORGANISATION`. Source: the agreement's parties."""
    return Condition(
        code="WRONG_ORGANISATION",
        words="the asker belongs to a party",
        test=f"{one_of(_parties(scope))}.contains(context.organisation)",
    )


def trained(scope: Scope) -> Condition:
    """`TRAINING_LAPSED`. Source: the agreement's part "access and confidentiality"."""
    asked = scope.agreement.users.training
    if asked is None:
        return Condition(code="TRAINING_LAPSED", words="no training is asked for", test=ALWAYS)
    return Condition(
        code="TRAINING_LAPSED",
        words=f"the asker's training {asked.course} still counts; the nightly program takes none; or an emergency",
        test=either(
            [
                "(context has trained_until && context.trained_until >= context.day)",
                '(!(context has trained_until) && context.role == "flow")',
                VIEWED_IN_EMERGENCY,
            ]
        ),
    )


def stays_with_the_named(scope: Scope) -> Condition:
    """`REDISCLOSURE`. Source: the agreement's part "dissemination"; for education records 34 CFR 99.33(a)."""
    allowed = [quoted(""), *_parties(scope), *(quoted(agency) for agency in scope.agreement.redisclosure.allowed_to)]
    return Condition(
        code="REDISCLOSURE",
        words="whoever would receive the values is named",
        test=f"{one_of(allowed)}.contains(context.recipient)",
    )


def _parties(scope: Scope) -> list[str]:
    parties = scope.agreement.parties
    agencies = [parties.owner.agency]
    agencies += [party.agency for party in parties.recipients]
    agencies += [party.agency for party in parties.processors]
    return [quoted(agency) for agency in agencies]
