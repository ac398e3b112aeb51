"""The pages about links, wired to this installation, for one data steward."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from console.view import LinkFact, LinkPages, LinkRow, LinkStep, LinkView
from flows.link_desk import LinkDesk, ShownReview
from flows.services import Services
from governance.errors import Misconfigured
from signals.linkage.review import LinkReview
from signals.linkage.review_table import State

WHY = {
    "several_fit": "The key fits two people of one agency.",
    "contradict": "Other identifiers contradict.",
    "promise": "Two numbers of one agency would be one person.",
    "cut": "It would bring two together whom a steward keeps apart.",
    "linked": "The two are linked.",
}
"""For what a pair was held back, in words."""
_NAMES = {
    "dataset": "Dataset",
    "known_on": "Known on",
    "first_name": "First name",
    "middle_name": "Middle name",
    "last_name": "Last name",
    "name_suffix": "Name suffix",
    "born_on": "Birth date",
    "ssn": "Social security number",
    "phone": "Telephone",
    "street": "Street",
    "unit": "Unit",
    "postcode": "Postcode",
}


def link_pages(house: Services, steward: str) -> LinkPages:
    """What the pages about links may call.

    Args:
        house: the services.
        steward: the staff id that they act for.

    Raises:
        MoveNotYours: whoever it is holds no data steward's office.
    """
    desk = LinkDesk(house, steward)
    return LinkPages(
        steward=steward,
        waiting=lambda: tuple(_row(each) for each in desk.waiting()),
        show=lambda id: _view(desk.show(id)),
        decide=partial(_decide, desk),
    )


def _decide(desk: LinkDesk, id: str, fields: Mapping[str, str]) -> None:
    """Write down what the form says.

    Raises:
        Misconfigured: `REASON_NEEDED` where it says nothing, as `LinkDesk.decide` has it.
    """
    if fields.get("state") not in {State.ACCEPTED, State.REJECTED, State.UNSURE}:
        raise Misconfigured("The form says nothing.", "Choose one of its three buttons.", code="REASON_NEEDED")
    despite = fields.get("despite_numbers") == "yes"
    desk.decide(id, State(fields["state"]), reason=fields.get("reason", ""), despite_numbers=despite)


def _row(review: LinkReview) -> LinkRow:
    return LinkRow(
        id=review.id,
        state=str(review.state),
        source=str(review.source),
        why=WHY.get(review.why, "Linkage is not sure."),
        between=(
            f"{review.left_space}, {review.left_agreement}",
            f"{review.right_space}, {review.right_agreement}",
        ),
        probability=review.probability,
        weight=review.weight,
        reasons=review.reasons,
    )


def _view(shown: ShownReview) -> LinkView:
    sides = (shown.left, shown.right)
    told = {name for side in sides for record in side.records for name in record}
    facts = tuple(
        LinkFact(
            name=label,
            left=_values(shown.left.records, name),
            right=_values(shown.right.records, name),
            alike=shown.alike.get(name, ""),
        )
        for name, label in _NAMES.items()
        if name in told
    )
    steps = (LinkStep(at=step.at, state=step.state, by=step.by, reason=step.reason) for step in shown.history)
    return LinkView(
        row=_row(shown.review),
        heads=(f"{shown.left.person}, {shown.left.agreement}", f"{shown.right.person}, {shown.right.agreement}"),
        facts=facts,
        history=tuple(steps),
        numbers_differ=shown.alike.get("ssn") == "differs",
    )


def _values(records: Iterable[Mapping[str, Any]], name: str) -> str:
    """Every way in which one side was written down."""
    return ", ".join(dict.fromkeys(str(record[name]) for record in records if record.get(name) is not None))
