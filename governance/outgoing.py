"""Outgoing: what an agreement holds against a use because of what leaves: to whom, on whose order, in what table."""

from __future__ import annotations

from governance.case import Held
from governance.errors import Reason
from governance.fact import NOTICES
from governance.use import Action
from governance.wording import reason, shown


def redisclosure(held: Held) -> Reason | None:
    """`REDISCLOSURE`: the values would go to an agency that the agreement does not name. An order adds no recipient.

    Source: the agreement's part "dissemination"; for education records 34 CFR 99.33(a).
    """
    recipient, standing = held.use.recipient, held.standing
    if not recipient or recipient in standing.agencies or recipient in standing.agreement.redisclosure.allowed_to:
        return None
    return reason("REDISCLOSURE", standing, "redisclosure.allowed_to", f"does not name {shown([recipient])}")


def legal_process_hold(held: Held) -> Reason | None:
    """`LEGAL_PROCESS_HOLD`: it answers an order, and that owner and subject were told first is not in the ledger.

    Source: the agreement's part "dissemination" (`redisclosure.legal_process: notify_owner_and_subject_first`);
    M.G.L. c.66A s.2(k); for education records 34 CFR 99.31(a)(9)(ii).
    """
    facts = held.use.facts
    if not facts.legal_process or facts.notices >= NOTICES:
        return None
    untold = " and ".join(sorted(NOTICES - facts.notices))
    what = f"an order is answered only after notice, and none to {untold} is recorded"
    return reason("LEGAL_PROCESS_HOLD", held.standing, "redisclosure.legal_process", what)


def small_cell(held: Held) -> Reason | None:
    """`SMALL_CELL`: a table that would be published shows a count below the smallest allowed, or nobody looked.

    The larger of the agreement's and the memorandum's counts. A zero passes where the agreement allows zeros.

    Source: the agreement's `outputs.min_cell` and `outputs.zeros`; the memorandum's floor.
    """
    if held.use.action is not Action.RELEASE:
        return None
    outputs, smallest = held.standing.agreement.outputs, held.use.facts.smallest_cell
    if smallest is None:
        return reason("SMALL_CELL", held.standing, "outputs.min_cell", "releases no table that was not audited")
    floor = held.moment.mou.mou.floor.min_cell if held.moment.mou is not None else 0
    least = max(outputs.min_cell, floor)
    if smallest >= least or (smallest == 0 and outputs.zeros == "allowed"):
        return None
    return reason("SMALL_CELL", held.standing, "outputs.min_cell", f"releases no count below {least}, and one is")


def recoverable(held: Held) -> Reason | None:
    """`RECOVERABLE`: a hidden count can be worked out from what a table shows, or nobody tried.

    Source: the agreement's `outputs.complementary` and `outputs.interval_width`.
    """
    cells = held.use.facts.recoverable_cells
    if held.use.action is not Action.RELEASE or cells == 0:
        return None
    what = "releases no table that was not audited" if cells is None else f"{cells} hidden counts can be worked out"
    return reason("RECOVERABLE", held.standing, "outputs.complementary", what)
