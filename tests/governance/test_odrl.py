"""The ODRL export permits exactly what the agreement does, in words that ODRL and DPV have."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import pytest

from governance.agreement import Agreement
from governance.decision import decide
from governance.document import sha256
from governance.mou import Floor
from governance.odrl import policy
from governance.odrl_term import CONTEXT
from governance.policy import load_policy
from governance.purpose import covers
from governance.use import Action
from tests.governance.papers import CASES, KNOWN, agreement, field, mou, office, signed, snap, use_of

FLOOR = mou().floor
PACKAGED = load_policy()

ODRL_WORDS = frozenset(
    [
        "Agreement",
        "AssetCollection",
        "Action",
        "LeftOperand",
        "use",
        "derive",
        "display",
        "aggregate",
        "distribute",
        "reproduce",
        "delete",
        "inform",
        "reviewPolicy",
        "purpose",
        "dateTime",
        "spatial",
        "recipient",
        "elapsedTime",
        "delayPeriod",
        "event",
        "isA",
        "isAnyOf",
        "isNoneOf",
        "gteq",
        "gt",
        "lt",
        "lteq",
        "eq",
        "prohibit",
    ]
)
"""The words of ODRL 2.2's own context that the export uses."""
ODRL_KEYS = frozenset(
    [
        "uid",
        "type",
        "profile",
        "conflict",
        "assigner",
        "assignee",
        "permission",
        "prohibition",
        "obligation",
        "target",
        "action",
        "constraint",
        "duty",
        "source",
        "refinement",
        "leftOperand",
        "operator",
        "rightOperand",
        "or",
        "informedParty",
    ]
)
DPV_PROCESSING = frozenset(
    [
        "Acquire",
        "Match",
        "Assess",
        "Analyse",
        "Derive",
        "Display",
        "Use",
        "Aggregate",
        "Disseminate",
        "Export",
        "Destruct",
    ]
)
"""DPV 2.0's processing operations, and its purposes, that the export names."""


def exported(paper: Agreement | None = None, floor: Floor | None = FLOOR) -> dict[str, Any]:
    """A policy, as another program reads it."""
    return dict(json.loads(json.dumps(policy(paper or agreement(snap()), floor))))


def test_it_is_an_agreement_between_the_parties_over_the_signed_text() -> None:
    made = exported()
    assert made["@context"][0] == "http://www.w3.org/ns/odrl.jsonld"
    assert made["@context"][1]["dpv"] == "https://w3id.org/dpv#"
    assert (made["type"], made["uid"]) == ("Agreement", "urn:hearthline:agreement:DULA-2026-014:1")
    assert made["assigner"] == {"@id": "urn:hearthline:agency:DTA"}
    assert made["assignee"] == [{"@id": "urn:hearthline:agency:EOHHS"}]
    assert made["hl:documentSha256"] == sha256(agreement(snap()))


def strings(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a document with the key that it stands under."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from strings(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each, key)
    elif isinstance(value, str):
        yield key, value


def keys(value: Any) -> Iterator[str]:
    """Every key of a document."""
    if isinstance(value, dict):
        yield from value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from keys(each)


@pytest.mark.parametrize("paper", PACKAGED.agreements, ids=lambda paper: str(paper.id))
def test_every_word_is_odrls_dpvs_or_declared(paper: Agreement) -> None:
    made = exported(paper, PACKAGED.mou.floor)
    declared = {each["@id"] for each in made["hl:vocabulary"]}
    prohibited = {f"hl:{action}" for action in PACKAGED.mou.floor.prohibited_actions}
    prohibited |= {f"hl:purpose/{purpose}" for purpose in PACKAGED.mou.floor.prohibited_purposes}
    for key, text in strings({name: value for name, value in made.items() if name != "@context"}):
        if key in {"leftOperand", "operator", "action", "type", "conflict"} and not text.startswith(("hl:", "skos:")):
            assert text in ODRL_WORDS
        if text.startswith("hl:"):
            assert text in declared | prohibited
        if text.startswith("dpv:"):
            assert text.removeprefix("dpv:") in DPV_PROCESSING | {"PublicBenefit"}
    plain = {
        key for key in keys({**made, "@context": None}) if not key.startswith(("hl:", "dct:", "skos:", "odrl:", "@"))
    }
    assert plain <= ODRL_KEYS


def test_the_context_names_every_prefix_that_is_used() -> None:
    prefixes = set(CONTEXT[1]) | {"odrl", "urn"}
    used = {text.split(":")[0] for _, text in strings(exported()["hl:vocabulary"]) if text[:4].count(":")}
    assert used <= prefixes


class Reader:
    """Another party's reading of a policy: what it permits, by the policy alone."""

    def __init__(self, made: dict[str, Any]) -> None:
        self._made = made

    def permits(self, dataset: str, name: str, action: str, zone: str, purpose: str, role: str, day: str) -> bool:
        facts = {
            "hl:field": name,
            "hl:zone": zone,
            "hl:role": role,
            "dateTime": day,
            "purpose": purpose,
        }
        return any(
            f"hl:{action}" in each["action"]
            and each["target"]["source"] == f"urn:hearthline:dataset:{dataset}"
            and all(self._holds(one, facts) for one in [*each["target"]["refinement"], *each["constraint"]])
            for each in self._made["permission"]
        )

    def _holds(self, constraint: dict[str, Any], facts: dict[str, str]) -> bool:
        if "or" in constraint:
            return any(self._holds(each, facts) for each in constraint["or"])
        left, operator, right = (constraint[key] for key in ("leftOperand", "operator", "rightOperand"))
        if left not in facts:
            return True
        fact: str = facts[left]
        if operator == "isAnyOf":
            return bool(fact in right)
        if operator == "isA":
            return covers(right["@id"].removeprefix("hl:purpose/"), fact)
        value = str(right["@value"])
        return fact >= value if operator == "gteq" else fact < value


FIELDS = ["first_name", "certification_end_on", "household_size", "unheard_of"]


def test_it_permits_what_the_agreement_permits_and_nothing_else() -> None:
    document = snap(models={"train": False, "score_purposes": ["prevention.outreach.food"]})
    document["datasets"][0]["fields"].append(
        field("birth_year", **{"class": "direct_identifier", "zones": ["enclave", "analytic"], "actions": ["view"]})
    )
    house = office(mou(), signed(document))
    reader = Reader(exported(agreement(document)))
    permitted = 0
    purposes = ["prevention.outreach", "prevention.outreach.food", "prevention", "law_enforcement"]
    days = ["2026-06-30", "2026-07-01", "2027-06-29", "2027-06-30"]
    for name, action, zone, purpose, role, day in product(
        [*FIELDS, "birth_year"], Action, ["enclave", "analytic"], purposes, ["flow", "supervisor"], days
    ):
        actor = use_of().actor
        use = use_of(
            action=action,
            fields={name},
            zone=zone,
            purpose=purpose,
            actor=type(actor)(id=actor.id, role=role, organisation="EOHHS", trained_until=date.max),
        )
        at = datetime.fromisoformat(f"{day}T16:00:00+00:00").astimezone(UTC)
        codes = {reason.code for reason in decide(use, house.register, KNOWN, at).reasons}
        codes -= {"SMALL_CELL", "RECOVERABLE"}  # ODRL states these as duties
        assert reader.permits(CASES, name, action.value, zone, purpose, role, day) == (not codes), (use, day, codes)
        permitted += not codes
    assert permitted > 50


def test_a_larger_floor_counts_and_what_the_floor_bans_is_not_among_the_permissions() -> None:
    made = exported(floor=FLOOR.model_copy(update={"min_cell": 30, "breach_notice_hours": 4}))
    duties = [each for permission in made["permission"] for each in permission["duty"]]
    cells = {
        one["rightOperand"]["@value"]
        for each in duties
        for one in each.get("constraint", [])
        if "Cell" in one["leftOperand"]
    }
    assert cells == {30}
    assert "hl:export" not in {action for permission in made["permission"] for action in permission["action"]}
    assert "PT4H" in {text for _, text in strings(made["obligation"])}
    assert "hl:purpose/law_enforcement" in {text for _, text in strings(made["prohibition"])}


def test_without_a_memorandum_nothing_is_permitted() -> None:
    assert exported(floor=None)["permission"] == []
