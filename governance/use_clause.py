"""Clauses about a use as a whole, whatever agreements it touches: is it complete, and may this asker ask it at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from governance.errors import Reason
from governance.fact import NOTHING_KNOWN, NOTICES, Emergency, Facts
from governance.force import Moment
from governance.purpose import covers
from governance.terms import ZONES
from governance.use import Action, Use
from governance.wording import shown_purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A use as a whole, and when it is asked."""

    use: Use
    moment: Moment


def malformed(use: Use, at: datetime) -> tuple[Reason, ...]:
    """`MALFORMED`: something is missing, or is not one of the words there are. Unknown is never yes.

    Source: house rule (fail closed).
    """
    missing = _missing(use, at)
    if not missing:
        return ()
    return tuple(
        Reason(code="MALFORMED", clause=f"use.{name}", detail=f"The use's {name} is missing or not understood.")
        for name in missing
    )


def _missing(use: Use, at: datetime) -> list[str]:
    actor, model = use.actor, use.model
    checks = (
        (actor.id and is_text(actor.id), "actor.id"),
        (actor.role, "actor.role"),
        (actor.organisation, "actor.organisation"),
        (isinstance(use.action, Action), "action"),
        (use.purpose, "purpose"),
        (use.asks, "datasets"),
        (use.zone in ZONES, "zone"),
        (at.tzinfo, "at"),
        (model is None or (model.id and model.purpose), "model"),
    )
    missing = [name for good, name in checks if not good]
    if any(not ask.fields or "" in ask.fields for ask in use.asks):
        missing.append("datasets.fields")
    return missing if use.facts is NOTHING_KNOWN else missing + _ill_known(use.facts)


def is_text(name: str) -> bool:
    """Whether a name can be written down: half a character cannot, and what cannot be written down is not asked."""
    return name.isascii() or not any("\ud800" <= character <= "\udfff" for character in name)


def _ill_known(facts: Facts) -> list[str]:
    told = [facts.legal_process, facts.review_of, *facts.conditions]
    if facts.break_glass is not None:
        told += [facts.break_glass.reference, facts.break_glass.asked_by, facts.break_glass.confirmed_by]
    checks = (
        (all(map(is_text, told)), "facts"),
        (facts.notices <= NOTICES, "facts.notices"),
        (facts.break_glass is None or facts.break_glass.until.tzinfo, "facts.break_glass"),
        (facts.smallest_cell is None or facts.smallest_cell >= 0, "facts.smallest_cell"),
        (facts.recoverable_cells is None or facts.recoverable_cells >= 0, "facts.recoverable_cells"),
    )
    return [name for good, name in checks if not good]


def self_review(whole: Whole) -> Reason | None:
    """`SELF_REVIEW`: the asker would review a use of their own.

    Source: house rule (separation of duties); NIST SP 800-53 rev. 5, AC-5.
    """
    if whole.use.facts.review_of != whole.use.actor.id:
        return None
    return Reason(code="SELF_REVIEW", clause="use.facts.review_of", detail="Nobody reviews a use of their own.")


def break_glass_single(whole: Whole) -> Reason | None:
    """`BREAK_GLASS_SINGLE`: emergency access that no second person confirmed, that is another's, or that is over.

    Source: house rule (two people); emergency access procedure of 45 CFR 164.312(a)(2)(ii).
    """
    emergency = whole.use.facts.break_glass
    flaw = "" if emergency is None else _flaw(emergency, whole.use, whole.moment)
    if not flaw:
        return None
    return Reason(code="BREAK_GLASS_SINGLE", clause="use.facts.break_glass", detail=f"The emergency {flaw}.")


def model_purpose(whole: Whole) -> Reason | None:
    """`MODEL_PURPOSE`: the model that is applied was trained for another purpose. Rules have no model.

    The purpose that it was trained for, or one below that, passes.

    Source: the agreement's part "value extraction and learning" (`models.score_purposes`).
    """
    use, model = whole.use, whole.use.model
    if model is None or use.action is Action.DESTROY or covers(model.purpose, use.purpose):
        return None
    detail = f"The model was trained for {shown_purpose(model.purpose)}, not for {shown_purpose(use.purpose)}."
    return Reason(code="MODEL_PURPOSE", clause="use.model.purpose", detail=detail)


def whole_emergency(use: Use, moment: Moment) -> bool:
    """Whether an emergency lets the asker look without the role or the course that an agreement asks for.

    Two people answer for it, it is the asker's own, it is not over, and the action is `view`. Nothing else bends.
    """
    emergency = use.facts.break_glass
    return emergency is not None and use.action is Action.VIEW and not _flaw(emergency, use, moment)


USE_CLAUSES = (self_review, break_glass_single, model_purpose)
"""In the order in which they are reported, before what the agreements say."""


def _flaw(emergency: Emergency, use: Use, moment: Moment) -> str:
    """Why an emergency does not count; empty where it does."""
    if not emergency.reference or not emergency.asked_by or not emergency.confirmed_by:
        return "was not confirmed by a second person"
    if emergency.asked_by == emergency.confirmed_by:
        return "was confirmed by the one who asked for it"
    if emergency.asked_by != use.actor.id:
        return "was asked for by somebody else"
    return "is over" if moment.at >= emergency.until else ""
