"""The asker: what an agreement holds against a use whatever fields it touches: its purpose, and who asks.

The same holds for agreements that the asked-for was derived from: a derived value inherits all.
"""

from __future__ import annotations

from governance.errors import Reason
from governance.force import Moment
from governance.ids import AgreementId
from governance.standing import Standing
from governance.use import Use
from governance.wording import reason, shown, shown_purpose

PROGRAM_ROLE = "flow"
"""The nightly program: it takes no course."""


def purpose(standing: Standing, use: Use) -> Reason | None:
    """`PURPOSE_NOT_LISTED`: neither a listed purpose nor below one. Parents, siblings and free text do not pass.

    Source: the agreement's part "purpose and question".
    """
    if standing.agreement.covers(use.purpose):
        return None
    return reason("PURPOSE_NOT_LISTED", standing, "purposes", f"does not list {shown_purpose(use.purpose)}")


def role(standing: Standing, use: Use) -> Reason | None:
    """`ROLE_NOT_LISTED`: the asker's role is not among the users.

    Source: the agreement's part "access and confidentiality".
    """
    if use.actor.role in standing.agreement.users.roles:
        return None
    return reason("ROLE_NOT_LISTED", standing, "users.roles", f"does not list {shown([use.actor.role])}")


def organisation(standing: Standing, use: Use) -> Reason | None:
    """`WRONG_ORGANISATION`: the asker belongs to no party.

    Source: the agreement's parties.
    """
    if use.actor.organisation in standing.agencies:
        return None
    return reason("WRONG_ORGANISATION", standing, "parties", f"{shown([use.actor.organisation])} is no party to it")


def training(standing: Standing, use: Use, moment: Moment) -> Reason | None:
    """`TRAINING_LAPSED`: the training that the agreement asks for is missing or too old. A program takes none.

    Source: the agreement's part "access and confidentiality".
    """
    asked, until = standing.agreement.users.training, use.actor.trained_until
    if asked is None or (until is None and use.actor.role == PROGRAM_ROLE):
        return None
    if until is not None and until >= moment.day:
        return None
    what = f"the asker's training {asked.course} is missing" if until is None else f"{asked.course} has lapsed"
    return reason("TRAINING_LAPSED", standing, "users.training", what)


def lineage_inactive(id: AgreementId, standing: Standing | None, stops: tuple[Reason, ...]) -> Reason | None:
    """`LINEAGE_INACTIVE`: what is asked for was derived from an agreement that is not in force.

    Source: the agreement's part "derived data" (`derived.inherits: all`).
    """
    if standing is not None and not stops:
        return None
    why = f" ({', '.join(sorted({stop.code for stop in stops}))})" if stops else ""
    detail = f"What is asked for was derived from {shown([id])}, which is not in force{why}."
    return Reason(code="LINEAGE_INACTIVE", clause="use.lineage", detail=detail)


def inherited(standing: Standing, use: Use, moment: Moment) -> tuple[Reason, ...]:
    """What an agreement that the asked-for was derived from holds against purpose and asker: it inherits all.

    Source: `derived.inherits: all`; every agreement in the lineage must permit.
    """
    found = (
        purpose(standing, use),
        role(standing, use),
        organisation(standing, use),
        training(standing, use, moment),
    )
    return tuple(item for item in found if item is not None)
