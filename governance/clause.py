"""Clauses: one small function for each thing that an agreement can hold against a use. None means that it does not.

Each names its source. They are pure: what they look at is in the `Case`, nothing else. A detail names fields, purposes
and roles, never a value: a name that does not look like one is not repeated, because it could be anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from governance import asker, force
from governance.errors import Reason
from governance.force import Moment
from governance.ids import DatasetId
from governance.purpose import covers
from governance.standing import Papers, Standing
from governance.terms import ZONES, Terms
from governance.use import Action, Ask, Use
from governance.wording import reason, shown, shown_purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One dataset of a use, before one agreement. `joined` are the datasets that its rows will meet."""

    use: Use
    ask: Ask
    standing: Standing
    terms: Terms
    papers: Papers
    moment: Moment
    joined: frozenset[DatasetId]


Clause = Callable[[Case], Reason | None]


def malformed(use: Use, at: datetime) -> tuple[Reason, ...]:
    """`MALFORMED`: something is missing, or is not one of the words there are. Unknown is never yes.

    Source: house rule (fail closed).
    """
    missing = {
        "actor.id": not use.actor.id,
        "actor.role": not use.actor.role,
        "actor.organisation": not use.actor.organisation,
        "action": not isinstance(use.action, Action),
        "purpose": not use.purpose,
        "datasets": not use.asks,
        "datasets.fields": any(not ask.fields or not all(ask.fields) for ask in use.asks),
        "zone": use.zone not in ZONES,
        "at": at.tzinfo is None,
    }
    return tuple(
        Reason(code="MALFORMED", clause=f"use.{name}", detail=f"The use's {name} is missing or not understood.")
        for name, wrong in missing.items()
        if wrong
    )


def dataset_unknown(dataset: DatasetId, known: frozenset[DatasetId]) -> Reason | None:
    """`DATASET_UNKNOWN`: no feed declares it. Source: house rule (fail closed)."""
    if dataset in known:
        return None
    detail = f"There is no dataset {shown([dataset])}."
    return Reason(code="DATASET_UNKNOWN", clause="use.datasets", detail=detail)


def no_agreement(dataset: DatasetId, covering: tuple[Standing, ...]) -> Reason | None:
    """`NO_AGREEMENT`: no paper lists the dataset. Source: the memorandum: nothing is shared without an agreement."""
    if covering:
        return None
    detail = f"No agreement covers {shown([dataset])}."
    return Reason(code="NO_AGREEMENT", clause="use.datasets", detail=detail)


def not_started(case: Case) -> Reason | None:
    """`TERM_NOT_STARTED`; see `force.not_started`. Source: the agreement's part "term and termination"."""
    return force.not_started(case.standing, case.moment)


def expired(case: Case) -> Reason | None:
    """`TERM_EXPIRED`; see `force.expired`. Source: the agreement's part "term and termination"."""
    return force.expired(case.standing, case.moment)


def inactive(case: Case) -> Reason | None:
    """`NOT_ACTIVE`; see `force.not_active`. Source: the process of the agreements."""
    return force.not_active(case.standing)


def mou_lapsed(case: Case) -> Reason | None:
    """`MOU_INACTIVE`, also where the asker's own agency left; see `force.mou_inactive`. Source: the memorandum."""
    recipients = frozenset(party.agency for party in case.standing.agreement.parties.recipients)
    return force.mou_inactive(case.standing, case.moment, recipients & {case.use.actor.organisation})


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


def field_not_listed(case: Case) -> Reason | None:
    """`FIELD_NOT_LISTED`: any field outside the list. `*`, aliases and nested names are outside it like any other.

    Source: the agreement's list of data elements.
    """
    outside = case.ask.fields - case.terms.fields
    return _of_fields("FIELD_NOT_LISTED", case, outside, "does not list") if outside else None


def purpose_not_listed(case: Case) -> Reason | None:
    """`PURPOSE_NOT_LISTED`: neither a listed purpose nor below one. Parents, siblings and free text do not pass.

    Source: the agreement's part "purpose and question".
    """
    return asker.purpose(case.standing, case.use)


def action_not_granted(case: Case) -> Reason | None:
    """`ACTION_NOT_GRANTED`: a listed field is not listed for this action.

    Source: the agreement's list of data elements, and its part "value extraction and learning" (`models`).
    """
    models = case.standing.agreement.models
    use = case.use
    if use.action is Action.TRAIN and not models.train:
        return reason("ACTION_NOT_GRANTED", case.standing, "models.train", "does not grant train")
    if use.action is Action.SCORE and not any(covers(listed, use.purpose) for listed in models.score_purposes):
        what = f"does not grant score for {shown_purpose(use.purpose)}"
        return reason("ACTION_NOT_GRANTED", case.standing, "models.score_purposes", what)
    barred = (case.ask.fields & case.terms.fields) - case.terms.by_action[use.action]
    return _of_fields("ACTION_NOT_GRANTED", case, barred, f"does not grant {use.action.value} of") if barred else None


def zone(case: Case) -> Reason | None:
    """`ZONE`: a field where it may not be; a direct identifier outside the enclave, whatever is listed.

    Source: the agreement's part "technology and security".
    """
    outside = (case.ask.fields & case.terms.fields) - case.terms.by_zone[case.use.zone]
    return _of_fields("ZONE", case, outside, f"does not allow in the {case.use.zone} zone") if outside else None


def role_not_listed(case: Case) -> Reason | None:
    """`ROLE_NOT_LISTED`: the asker's role is not among the users. Source: part "access and confidentiality"."""
    return asker.role(case.standing, case.use)


def wrong_organisation(case: Case) -> Reason | None:
    """`WRONG_ORGANISATION`: the asker belongs to no party. Source: the agreement's parties."""
    return asker.organisation(case.standing, case.use)


def training_lapsed(case: Case) -> Reason | None:
    """`TRAINING_LAPSED`: the training that the agreement asks for is missing or too old. A program takes none.

    Source: the agreement's part "access and confidentiality".
    """
    return asker.training(case.standing, case.use, case.moment)


def redisclosure(case: Case) -> Reason | None:
    """`REDISCLOSURE`: the values would go to an agency that the agreement does not name.

    Source: the agreement's part "dissemination"; for education records 34 CFR 99.33(a).
    """
    use, agreement = case.use, case.standing.agreement
    if not use.recipient or use.recipient in agreement.parties.agencies() | set(agreement.redisclosure.allowed_to):
        return None
    return reason("REDISCLOSURE", case.standing, "redisclosure.allowed_to", f"does not name {shown([use.recipient])}")


def link_not_mutual(case: Case) -> Reason | None:
    """`LINK_NOT_MUTUAL`: rows would be joined with a dataset whose agreement and this one do not name each other.

    Datasets of one agreement may be joined with each other.

    Source: the agreement's part "infrastructure to combine and protect".
    """
    strangers = [name for name in case.joined if not _may_join(case, name)]
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
    field_not_listed,
    action_not_granted,
    zone,
    role_not_listed,
    wrong_organisation,
    training_lapsed,
    redisclosure,
    link_not_mutual,
)
"""In the order in which they are reported: whether anything is permitted, what for, what, to whom."""


def _may_join(case: Case, dataset: DatasetId) -> bool:
    own = case.standing.agreement
    if dataset in case.standing.terms:
        return True
    return any(
        other.id in own.linkage.partners and own.id in other.agreement.linkage.partners
        for other in case.papers.covering.get(dataset, ())
    )


def _of_fields(code: str, case: Case, names: Iterable[str], what: str) -> Reason:
    where = f"datasets.{case.ask.dataset}.fields"
    return reason(code, case.standing, where, f"{what} {shown(names)} in {case.ask.dataset}")
