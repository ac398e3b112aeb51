"""Lineage: what the agreements hold that the asked-for was derived from. A derived value inherits all.

Which of their fields it came from is not known any more, so whatever they hold whatever the field is asked of each.

Source: `derived.inherits: all`; every agreement in the lineage must permit.
"""

from __future__ import annotations

from governance import asker
from governance.asker import basis_inherited as basis
from governance.asker import purpose_not_listed as purpose
from governance.asker import role_not_listed as role
from governance.asker import training_lapsed as training
from governance.asker import wrong_organisation as organisation
from governance.case import Held
from governance.errors import Reason
from governance.ids import AgreementId
from governance.outgoing import legal_process_hold, recoverable, redisclosure, small_cell
from governance.standing import Standing
from governance.wording import reason, shown


def lineage_inactive(id: AgreementId, standing: Standing | None, stops: tuple[Reason, ...]) -> Reason | None:
    """`LINEAGE_INACTIVE`: what is asked for was derived from an agreement that is not in force.

    Source: the agreement's part "derived data" (`derived.inherits: all`).
    """
    if standing is not None and not stops:
        return None
    why = f" ({', '.join(sorted({stop.code for stop in stops}))})" if stops else ""
    detail = f"What is asked for was derived from {shown([id])}, which is not in force{why}."
    return Reason(code="LINEAGE_INACTIVE", clause="use.lineage", detail=detail)


def action(held: Held) -> Reason | None:
    """`ACTION_NOT_GRANTED`: models are not granted, or no field at all is listed for this action.

    Source: `derived.inherits: all`; the agreement's list of data elements.
    """
    barred, asked = asker.models(held), held.use.action
    if barred is not None:
        return barred
    for terms in held.standing.terms.values():  # a loop, not `any`: the first dataset nearly always has one
        if terms.by_action[asked]:
            return None
    return reason("ACTION_NOT_GRANTED", held.standing, "datasets", f"grants {asked} of no field")


INHERITED = (
    purpose,
    basis,
    action,
    role,
    organisation,
    training,
    redisclosure,
    legal_process_hold,
    small_cell,
    recoverable,
)
"""What each agreement in the lineage is asked, in the order in which it is reported."""
