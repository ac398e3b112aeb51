"""Both evaluators say the same of what leaves the enclave as a frame, and of what would without one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from governance.cedar.opinion import CedarOpinion
from governance.decision import evaluate
from governance.fact import Facts
from governance.use import Action
from tests.governance.papers import KNOWN, MOU, WORKER, field, mou, office, signed, snap, use_of

FRAME = {"required": True, "columns": [{"name": "certification_end_on", "form": "text"}]}
ASKED: dict[str, Any] = {
    "nothing": None,
    "everything": "required",
    "frames": FRAME,
    "frames for exports": {**FRAME, "actions": ["export"]},
    "frames for scores and views": {**FRAME, "actions": ["score", "view"]},
}
NEEDS = {
    "nothing": set(),
    "everything": {Action.SCORE, Action.VIEW, Action.EXPORT},
    "frames": {Action.SCORE, Action.VIEW, Action.EXPORT},
    "frames for exports": {Action.EXPORT},
    "frames for scores and views": {Action.SCORE, Action.VIEW},
}


@pytest.mark.parametrize("asked", ASKED)
def test_both_evaluators_say_the_same_of_what_leaves(asked: str) -> None:
    document = snap()
    dataset = document["datasets"][0]
    dataset["fields"] = [field("certification_end_on", actions=["score", "view", "export"])]
    if ASKED[asked] is not None:
        dataset["attestation"] = ASKED[asked]
    document["users"]["roles"].append("data_steward")
    floor = {**MOU, "floor": {**MOU["floor"], "prohibited_actions": ["reidentify"]}}
    desk = office(mou(floor), signed(document))
    papers, at = desk.register.papers(), desk.clock.now() + timedelta(minutes=1)
    opinion = CedarOpinion()
    tried = product(
        (Action.SCORE, Action.VIEW, Action.EXPORT),
        ("analyst", "data_steward"),
        ("analytic", "enclave"),
        (None, True, False),
    )
    for action, role, zone, attested in tried:
        use = replace(use_of(), action=action, zone=zone, facts=Facts(attested=attested))
        use = replace(use, actor=replace(WORKER, role=role))
        found = evaluate(use, papers, KNOWN, at)
        inside = zone == "enclave" and (action is not Action.EXPORT or role == "data_steward")
        wanted = inside or attested is True or (attested is None and action not in NEEDS[asked])
        case = (action, role, zone, attested)
        assert (found.permitted, {each.code for each in found.reasons}) == (
            wanted,
            set() if wanted else {"UNATTESTED"},
        ), case
        assert opinion.permits(use, papers, KNOWN, at).permitted is wanted, case
