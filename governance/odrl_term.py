"""The words of the ODRL export: its context, this house's profile, and the broader terms that its words narrow."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from governance.use import Action

NAMESPACE = "https://hearthline.example/ns#"
PROFILE = "https://hearthline.example/ns/profile"
CONTEXT: list[Any] = [
    "http://www.w3.org/ns/odrl.jsonld",
    {
        "dpv": "https://w3id.org/dpv#",
        "hl": NAMESPACE,
        "dct": "http://purl.org/dc/terms/",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    },
]
"""ODRL's own context, and the names that the export adds to it."""

BROADER: dict[Action, tuple[str, str]] = {
    Action.INGEST: ("use", "dpv:Acquire"),
    Action.MATCH: ("use", "dpv:Match"),
    Action.SCORE: ("use", "dpv:Assess"),
    Action.TRAIN: ("derive", "dpv:Analyse"),
    Action.EXPLAIN: ("derive", "dpv:Derive"),
    Action.VIEW: ("display", "dpv:Display"),
    Action.CONTACT: ("use", "dpv:Use"),
    Action.AGGREGATE: ("aggregate", "dpv:Aggregate"),
    Action.RELEASE: ("distribute", "dpv:Disseminate"),
    Action.EXPORT: ("reproduce", "dpv:Export"),
    Action.DESTROY: ("delete", "dpv:Destruct"),
}
"""Each action with the ODRL action that it is a kind of, and the DPV processing operation."""

_OPERANDS = {
    "hl:field": "The field of a dataset.",
    "hl:zone": "Where the values may be: enclave or analytic.",
    "hl:role": "The role in which somebody acts.",
    "hl:population": "Whose rows are taken out before delivery.",
    "hl:trained": "The course that the user has taken and whose time is not over.",
    "hl:linkedWith": "The agreements whose rows may be joined with these; each must name the other.",
    "hl:smallestCell": "The smallest number that a published table shows.",
    "hl:intervalWidth": "How many values a hidden number can still have.",
    "hl:zeros": "Whether a published table may show a zero.",
}
_DUTIES = {
    "hl:protectOutput": "Suppress small cells, and others so that they cannot be worked out.",
    "hl:humanReview": "A person decides.",
    "hl:adverseDecision": "Decide anything to the harm of the person whom the data is about.",
    "hl:keepAccounting": "Keep an account of every use.",
    "hl:honourOptOut": "Leave out who opted out.",
    "hl:routeCorrection": "Pass a request for correction on to the owner.",
}
_EVENTS = {
    "hl:breach": "A breach became known.",
    "hl:accessRequest": "Somebody asked what is held about them.",
    "hl:use": "Data was used.",
    "hl:optOut": "Somebody opted out.",
    "hl:correction": "Somebody asked for a correction.",
    "hl:legalProcess": "A court or an agency demands the data.",
    "hl:termination": "The agreement ended.",
    "hl:nextRun": "By the next run.",
    "hl:beforeDisclosure": "Before anything is disclosed.",
    "hl:nothing": "Nothing at all.",
}


def constraint(left: str, operator: str, right: Any) -> dict[str, Any]:
    """A constraint: a left operand, an operator, a right operand."""
    return {"leftOperand": left, "operator": operator, "rightOperand": right}


def action_term(action: str) -> str:
    """An action's name in the profile."""
    return f"hl:{action}"


def agency(name: str) -> dict[str, str]:
    """An agency as a party."""
    return {"@id": f"urn:hearthline:agency:{name}"}


def iris(kind: str, names: Iterable[str]) -> list[dict[str, str]]:
    """Things of a kind by their ids."""
    return [{"@id": f"urn:hearthline:{kind}:{name}"} for name in sorted(names)]


def words(names: Iterable[str]) -> list[str]:
    """Plain words, sorted."""
    return sorted(names)


def day(when: date) -> dict[str, str]:
    """A day, where the agency works."""
    return {"@value": when.isoformat(), "@type": "xsd:date"}


def count(number: int) -> dict[str, Any]:
    """A whole number."""
    return {"@value": number, "@type": "xsd:integer"}


def vocabulary(purposes: Iterable[tuple[str, Iterable[str], str]]) -> list[dict[str, Any]]:
    """The profile's words, declared: actions, operands, duties, and the agreement's purposes.

    Args:
        purposes: each with the DPV terms that it is a kind of, and its statement to the public.
    """
    found: list[dict[str, Any]] = [
        {
            "@id": action_term(action.value),
            "type": "Action",
            "odrl:includedIn": {"@id": f"odrl:{broader}"},
            "skos:broader": {"@id": processing},
        }
        for action, (broader, processing) in BROADER.items()
    ]
    found += [{"@id": term, "type": "LeftOperand", "skos:definition": text} for term, text in _OPERANDS.items()]
    found += [{"@id": term, "type": "Action", "skos:definition": text} for term, text in _DUTIES.items()]
    found += [{"@id": term, "type": "skos:Concept", "skos:definition": text} for term, text in _EVENTS.items()]
    for purpose, broader_terms, statement in purposes:
        found.append(
            {
                "@id": f"hl:purpose/{purpose}",
                "type": "skos:Concept",
                "skos:broader": [{"@id": term} for term in broader_terms],
                "skos:definition": statement,
            }
        )
    return found
