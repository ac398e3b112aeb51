"""Clauses: one small function for each thing that an agreement can hold against a use. None means that it does not.

Each names its source. They are pure: what they look at is in the `Case`, nothing else. A detail names fields, purposes
and roles, never a value: a name that does not look like one is not repeated, because it could be anything.
"""

from __future__ import annotations

from collections.abc import Callable

from governance import force
from governance.asker import (
    basis_condition,
    purpose_not_listed,
    role_not_listed,
    training_lapsed,
    wrong_organisation,
)
from governance.case import Case
from governance.errors import Reason
from governance.fact_clause import (
    part2_consent,
    retention_exceeded,
    sealed_present,
    unattested,
    victim_services_barred,
)
from governance.field_clause import action_not_granted, field_not_listed, zone
from governance.ids import DatasetId
from governance.outgoing import legal_process_hold, recoverable, redisclosure, small_cell
from governance.standing import Standing
from governance.wording import reason, shown

__all__ = ["CLAUSES", "Case", "Clause"]

_NOBODY: frozenset[str] = frozenset()
Clause = Callable[[Case], Reason | None]


def dataset_unknown(dataset: DatasetId, known: frozenset[DatasetId]) -> Reason | None:
    """`DATASET_UNKNOWN`: no feed declares the dataset.

    Source: house rule (fail closed).
    """
    if dataset in known:
        return None
    detail = f"There is no dataset {shown([dataset])}."
    return Reason(code="DATASET_UNKNOWN", clause="use.datasets", detail=detail)


def no_agreement(dataset: DatasetId, covering: tuple[Standing, ...]) -> Reason | None:
    """`NO_AGREEMENT`: no paper lists the dataset.

    Source: the memorandum: nothing is shared without an agreement.
    """
    if covering:
        return None
    detail = f"No agreement covers {shown([dataset])}."
    return Reason(code="NO_AGREEMENT", clause="use.datasets", detail=detail)


def not_started(case: Case) -> Reason | None:
    """`TERM_NOT_STARTED`: before the start of the day on which it takes effect.

    Source: the agreement's part "term and termination".
    """
    return force.not_started(case.standing, case.moment)


def expired(case: Case) -> Reason | None:
    """`TERM_EXPIRED`: at or after the start of the day on which it expires.

    Source: the agreement's part "term and termination".
    """
    return force.expired(case.standing, case.moment)


def inactive(case: Case) -> Reason | None:
    """`NOT_ACTIVE`: any status but active, or a document that is not the one that was signed.

    Source: the process of the agreements: both sides review, both sides sign, then active.
    """
    return force.not_active(case.standing)


def mou_lapsed(case: Case) -> Reason | None:
    """`MOU_INACTIVE`: the memorandum is not in force, or the owner's agency or the asker's takes no part in it.

    Source: the statewide memorandum, under which every agreement stands.
    """
    own, mou = case.use.actor.organisation, case.moment.mou
    if mou is not None and own in mou.participants:
        return force.mou_inactive(case.standing, case.moment, _NOBODY)
    recipients = frozenset(party.agency for party in case.standing.agreement.parties.recipients)
    return force.mou_inactive(case.standing, case.moment, recipients & {own})


def mou_prohibited(case: Case) -> Reason | None:
    """`MOU_PROHIBITED`: the floor bans the purpose or the action, even where the agreement lists it.

    Source: the memorandum's floor; nothing below may loosen it.
    """
    mou = case.papers.mou
    if mou is None:
        return None  # MOU_INACTIVE says so
    floor = mou.mou.floor
    banned = floor.prohibits(case.use.purpose)
    if banned is None and case.use.action.value in floor.prohibited_actions:
        banned = case.use.action.value
    if banned is None:
        return None
    return Reason(code="MOU_PROHIBITED", clause=f"{mou.mou.id} floor", detail=f"The memorandum prohibits {banned}.")


def link_not_mutual(case: Case) -> Reason | None:
    """`LINK_NOT_MUTUAL`: rows would be joined with a dataset whose agreement and this one do not name each other.

    Datasets of one agreement may be joined with each other.

    Source: the agreement's part "infrastructure to combine and protect".
    """
    strangers = [name for name in case.joined if not _may_join(case, name)] if case.joined else []
    if not strangers:
        return None
    what = f"and the agreement of {shown(strangers)} do not name each other"
    return reason("LINK_NOT_MUTUAL", case.standing, "linkage.with", what)


CLAUSES: tuple[Clause, ...] = (
    not_started,
    expired,
    inactive,
    mou_lapsed,
    mou_prohibited,
    purpose_not_listed,
    basis_condition,
    field_not_listed,
    action_not_granted,
    zone,
    role_not_listed,
    wrong_organisation,
    training_lapsed,
    redisclosure,
    legal_process_hold,
    link_not_mutual,
    victim_services_barred,
    part2_consent,
    sealed_present,
    unattested,
    retention_exceeded,
    small_cell,
    recoverable,
)
"""In the order in which they are reported: whether anything is permitted, what for, what, to whom, which rows."""


def _may_join(case: Case, dataset: DatasetId) -> bool:
    own = case.standing.agreement
    if dataset in case.standing.terms:
        return True
    return any(
        other.id in own.linkage.partners and own.id in other.agreement.linkage.partners
        for other in case.papers.covering.get(dataset, ())
    )
