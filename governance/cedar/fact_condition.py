"""Conditions on the rows, and on what leaves: what is known of them, and what an agreement or the law says to that.

Destroying is held up by none of those on the rows: what may not be kept must be able to go.
"""

from __future__ import annotations

from governance.cedar.condition import ALWAYS, Condition, Scope, doing, either, every, where
from governance.cedar.literal import days, entity, one_of, quoted
from governance.use import Action

_NOT_BY_PERSON = (Action.AGGREGATE, Action.RELEASE, Action.DESTROY)
_DESTROYED = doing(Action.DESTROY)
_NOT_RELEASED = f"!({doing(Action.RELEASE)})"


TOLD_FIRST = Condition(
    code="LEGAL_PROCESS_HOLD",
    words="an order is answered only after owner and subject were told",
    test=either(
        ['context.facts.legal_process == ""', 'context.facts.notices.containsAll(["owner", "subject"])'],
    ),
)
"""`LEGAL_PROCESS_HOLD`. Source: part "dissemination"; M.G.L. c.66A s.2(k); 34 CFR 99.31(a)(9)(ii)."""


def not_victim_services(scope: Scope) -> Condition:
    """`VICTIM_SERVICES_BARRED`. Source: 34 USC 12291(b)(2) (VAWA); 42 USC 11363 for homeless services."""
    under = _of_regime(scope, "VAWA")
    rows = 'context.facts.victim_services != "yes"'
    return Condition(
        code="VICTIM_SERVICES_BARRED",
        words="nothing of victim services is used person by person, hashed or not",
        test=either([_not_by_person(), f"({rows} && !{under}.containsAny(context.fields))" if under else rows]),
    )


def consented(scope: Scope) -> Condition:
    """`PART2_CONSENT`. Source: 42 CFR 2.31, 2.33; 42 USC 290dd-2."""
    under = _of_regime(scope, "PART2")
    unasked = 'context.facts.part2_consent == "unknown"'
    return Condition(
        code="PART2_CONSENT",
        words="a substance-use record is used person by person only with the patient's consent",
        test=either(
            [
                _not_by_person(),
                'context.facts.part2_consent == "yes"',
                f"({unasked} && !{under}.containsAny(context.fields))" if under else unasked,
            ]
        ),
    )


NOTHING_SEALED = Condition(
    code="SEALED_PRESENT",
    words="no sealed or expunged rows are among them",
    test=either([_DESTROYED, 'context.facts.sealed_present != "yes"']),
)
"""`SEALED_PRESENT`. Source: M.G.L. c.239 s.16, c.119 s.51F, c.276 ss.100A-100U."""


def attested(scope: Scope) -> Condition:
    """`UNATTESTED`. Source: `attestation: required`; part "infrastructure to combine and protect"."""
    inside = f'(context.zone != "analytic" && !({doing(Action.EXPORT)} && context.role != "data_steward"))'
    tests = [_DESTROYED, inside, 'context.facts.attested == "yes"']
    asked = scope.terms.attestation
    free = [] if asked == "required" or asked is None else sorted(set(Action) - set(asked.actions or Action))
    if asked is None:
        tests.append('context.facts.attested == "unknown"')
    elif free:
        tests.append(f'(context.facts.attested == "unknown" && ({either(doing(each) for each in free)}))')
    return Condition(
        code="UNATTESTED",
        words=f"in the analytic zone, that the delivery is anonymous is {'attested' if asked else 'not denied'}",
        test=either(tests),
    )


def kept_no_longer(scope: Scope) -> Condition:
    """`RETENTION_EXCEEDED`. Source: the agreement's `retain_days`, counted in days where the agency works."""
    kept: dict[int, list[str]] = {}
    for field in scope.terms.fields:
        if field.retain_days is not None:
            kept.setdefault(field.retain_days, []).append(quoted(field.name))
    if not kept:
        return Condition(code="RETENTION_EXCEEDED", words="the term is the limit for every field", test=ALWAYS)
    age = "context.day.durationSince(context.facts.oldest_known_on)"
    tests = [
        f"(!{one_of(names)}.containsAny(context.fields) || {age} <= {days(number)})"
        for number, names in sorted(kept.items())
    ]
    return Condition(
        code="RETENTION_EXCEEDED",
        words="no row has been known for longer than its field may be kept",
        test=either([_DESTROYED, where("context.facts has oldest_known_on", every(tests))]),
    )


def large_enough(scope: Scope) -> Condition:
    """`SMALL_CELL`. Source: the agreement's `outputs.min_cell` and `outputs.zeros`; the memorandum's floor."""
    outputs, shown = scope.agreement.outputs, "context.facts.smallest_cell"
    least = max(outputs.min_cell, scope.mou.mou.floor.min_cell)
    enough = f"{shown} >= {least}" + (f" || {shown} == 0" if outputs.zeros == "allowed" else "")
    return Condition(
        code="SMALL_CELL",
        words=f"a published table was audited and shows no count below {least}; zeros: {outputs.zeros}",
        test=either([_NOT_RELEASED, f"(context.facts has smallest_cell && ({enough}))"]),
    )


NOT_RECOVERABLE = Condition(
    code="RECOVERABLE",
    words="a published table was audited, and no hidden count can be worked out from it",
    test=either([_NOT_RELEASED, "(context.facts has recoverable_cells && context.facts.recoverable_cells == 0)"]),
)
"""`RECOVERABLE`. Source: the agreement's `outputs.complementary` and `outputs.interval_width`."""


def _not_by_person() -> str:
    return f"action in {one_of(entity('Action', action.value) for action in _NOT_BY_PERSON)}"


def _of_regime(scope: Scope, regime: str) -> str:
    """The fields under a regime, as a set; empty where there is none."""
    names = [quoted(field.name) for field in scope.terms.fields if field.regime.upper() == regime]
    return one_of(names) if names else ""
