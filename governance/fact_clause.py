"""Clauses about rows: what is known about them, and what an agreement or the law says to that.

Destroying is never held up by any of them: what may not be kept must be able to go.
"""

from __future__ import annotations

from governance.case import Case
from governance.errors import Reason
from governance.use import Action
from governance.wording import reason, shown

PERSON_LEVEL = frozenset(Action) - {Action.AGGREGATE, Action.RELEASE, Action.DESTROY}
"""Actions that touch one person's row as such. The others make, or show, counts; or end it."""

DRAWS_FRAMES = "data_steward"
"""The role that exports inside the enclave: it draws the frames that are checked before they leave it."""

VAWA, PART2 = "VAWA", "PART2"
"""Regimes (`regime` of a field, in capitals) that bring a law of their own with them."""


def unattested(case: Case) -> Reason | None:
    """`UNATTESTED`: in the analytic zone, a delivery whose attestation that it is anonymous is missing or was denied.

    An export counts as one into the analytic zone, whatever zone is named: only the data steward exports inside the
    enclave, to draw the frame that is to be attested.

    Source: the agreement's `attestation: required`; its part "infrastructure to combine and protect".
    """
    use = case.use
    leaves = use.action is Action.EXPORT and use.actor.role != DRAWS_FRAMES
    if not (leaves or use.zone == "analytic") or use.action is Action.DESTROY or use.facts.attested:
        return None
    if use.facts.attested is None and use.action not in case.terms.attested:
        return None
    what = f"needs the attestation, for the frame that is named, that what there is of {case.ask.dataset} is anonymous"
    return reason("UNATTESTED", case.standing, f"datasets.{case.ask.dataset}.attestation", what)


def victim_services_barred(case: Case) -> Reason | None:
    """`VICTIM_SERVICES_BARRED`: data of a victim-service provider, person by person, hashed or not.

    Source: 34 USC 12291(b)(2) (VAWA); 42 USC 11363 for homeless services.
    """
    if case.use.action not in PERSON_LEVEL:
        return None
    barred = case.terms.by_regime.get(VAWA)
    if not case.use.facts.victim_services and not (barred and barred & case.ask.fields):
        return None
    what = f"{case.ask.dataset}: data of victim services is never used person by person (34 USC 12291(b)(2))"
    return reason("VICTIM_SERVICES_BARRED", case.standing, f"datasets.{case.ask.dataset}.population", what)


def part2_consent(case: Case) -> Reason | None:
    """`PART2_CONSENT`: a substance-use record, and that the patient consented is not known, or known not to be.

    Source: 42 CFR 2.31, 2.33; 42 USC 290dd-2.
    """
    consent = case.use.facts.part2_consent
    if consent or case.use.action not in PERSON_LEVEL:
        return None
    under = case.terms.by_regime.get(PART2)
    if consent is None and not (under and under & case.ask.fields):
        return None
    what = f"{case.ask.dataset}: a substance-use record needs the patient's consent (42 CFR 2.31, 2.33)"
    return reason("PART2_CONSENT", case.standing, f"datasets.{case.ask.dataset}.population", what)


def sealed_present(case: Case) -> Reason | None:
    """`SEALED_PRESENT`: sealed or expunged rows are still among those that would be used.

    Source: M.G.L. c.239 s.16 (eviction records), c.119 s.51F (child protection), c.276 ss.100A-100U (criminal records).
    """
    if not case.use.facts.sealed_present or case.use.action is Action.DESTROY:
        return None
    what = f"{case.ask.dataset}: sealed or expunged rows must be removed first"
    return reason("SEALED_PRESENT", case.standing, f"datasets.{case.ask.dataset}.population", what)


def retention_exceeded(case: Case) -> Reason | None:
    """`RETENTION_EXCEEDED`: the oldest row became known longer ago than the agreement lets a field be kept.

    Source: the agreement's `retain_days`, counted in days where the agency works.
    """
    oldest = case.use.facts.oldest_known_on
    if oldest is None or case.use.action is Action.DESTROY:
        return None
    days, kept = (case.moment.day - oldest).days, case.terms.retain_days
    past = [name for name in case.ask.fields if name in kept and days > kept[name]]
    if not past:
        return None
    what = (
        f"{shown(past)} in {case.ask.dataset} may be kept for {min(kept[name] for name in past)} days, not for {days}"
    )
    return reason("RETENTION_EXCEEDED", case.standing, f"datasets.{case.ask.dataset}.fields", what)
