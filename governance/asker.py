"""The asker: what an agreement holds against a use whatever fields it touches: its purpose, its basis, and who asks."""

from __future__ import annotations

from governance.agreement import LegalBasis
from governance.case import Case, Held
from governance.errors import Reason
from governance.purpose import covers
from governance.use import Action
from governance.use_clause import whole_emergency
from governance.wording import reason, shown, shown_purpose

PROGRAM_ROLE = "flow"
"""The nightly program: it takes no course."""


def purpose_not_listed(held: Held) -> Reason | None:
    """`PURPOSE_NOT_LISTED`: neither a listed purpose nor below one. Parents, siblings and free text do not pass.

    Source: the agreement's part "purpose and question".
    """
    if held.standing.agreement.covers(held.use.purpose):
        return None
    what = f"does not list {shown_purpose(held.use.purpose)}"
    return reason("PURPOSE_NOT_LISTED", held.standing, "purposes", what)


def basis_condition(case: Case) -> Reason | None:
    """`BASIS_CONDITION`: the claimed legal basis is not one of the purpose's, or its condition is not met.

    Where none is claimed, a basis without a condition must be there.

    Source: the agreement's part "legal compliance"; for a child in an agency's care 20 USC 1232g(b)(1)(L).
    """
    fitting, claimed = _bases(case), case.ask.basis
    if not fitting:
        return None  # PURPOSE_NOT_LISTED says so
    if not claimed:
        return None if _unconditional(fitting) else _unmet(case, "has no basis without a condition; claim one")
    found = next((each for each in fitting if each.id == claimed), None)
    if found is None:
        return _unmet(case, f"has no legal basis {shown([claimed])} for {shown_purpose(case.use.purpose)}")
    if found.condition is None or found.condition in case.use.facts.conditions:
        return None
    return _unmet(case, f"allows {shown([found.id])} only where it is known that {found.condition}")


def basis_inherited(held: Held) -> Reason | None:
    """`BASIS_CONDITION`: no basis of what the asked-for was derived from is met. Any whose condition is met counts.

    Source: `derived.inherits: all`; the agreement's part "legal compliance".
    """
    fitting = _bases(held)
    if not fitting or _unconditional(fitting) or any(each.condition in held.use.facts.conditions for each in fitting):
        return None
    return _unmet(held, "has no legal basis whose condition is known to be met")


def models(held: Held) -> Reason | None:
    """`ACTION_NOT_GRANTED`: training is not granted, or scoring is not for this purpose, whatever the field.

    Source: the agreement's part "value extraction and learning" (`models`).
    """
    granted, use = held.standing.agreement.models, held.use
    if use.action is Action.TRAIN and not granted.train:
        return reason("ACTION_NOT_GRANTED", held.standing, "models.train", "does not grant train")
    if use.action is not Action.SCORE:
        return None
    for listed in granted.score_purposes:
        if covers(listed, use.purpose):
            return None
    what = f"does not grant score for {shown_purpose(use.purpose)}"
    return reason("ACTION_NOT_GRANTED", held.standing, "models.score_purposes", what)


def role_not_listed(held: Held) -> Reason | None:
    """`ROLE_NOT_LISTED`: the asker's role is not among the users. A whole emergency sets this aside for a view.

    Source: the agreement's part "access and confidentiality".
    """
    role = held.use.actor.role
    if role in held.standing.agreement.users.roles or whole_emergency(held.use, held.moment):
        return None
    return reason("ROLE_NOT_LISTED", held.standing, "users.roles", f"does not list {shown([role])}")


def wrong_organisation(held: Held) -> Reason | None:
    """`WRONG_ORGANISATION`: the asker belongs to no party.

    Source: the agreement's parties.
    """
    organisation = held.use.actor.organisation
    if organisation in held.standing.agencies:
        return None
    return reason("WRONG_ORGANISATION", held.standing, "parties", f"{shown([organisation])} is no party to it")


def training_lapsed(held: Held) -> Reason | None:
    """`TRAINING_LAPSED`: the training that the agreement asks for is missing or too old. A program takes none.

    A whole emergency sets this aside for a view.

    Source: the agreement's part "access and confidentiality".
    """
    asked, until = held.standing.agreement.users.training, held.use.actor.trained_until
    if asked is None or (until is None and held.use.actor.role == PROGRAM_ROLE):
        return None
    if (until is not None and until >= held.moment.day) or whole_emergency(held.use, held.moment):
        return None
    what = f"the asker's training {asked.course} is missing" if until is None else f"{asked.course} has lapsed"
    return reason("TRAINING_LAPSED", held.standing, "users.training", what)


def _bases(held: Held) -> tuple[LegalBasis, ...]:
    """The legal bases of every listed purpose that covers the use's; none where no purpose does."""
    found: tuple[LegalBasis, ...] = ()
    for listed in held.standing.agreement.purposes:
        if covers(listed.id, held.use.purpose):
            found += listed.legal_basis
    return found


def _unconditional(bases: tuple[LegalBasis, ...]) -> bool:
    return None in [each.condition for each in bases]


def _unmet(held: Held, what: str) -> Reason:
    return reason("BASIS_CONDITION", held.standing, "legal_basis", what)
