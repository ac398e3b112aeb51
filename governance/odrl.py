"""An agreement in ODRL 2.2 with terms of the W3C Data Privacy Vocabulary: for catalogues and other people's tools.

The export says what the agreement permits, to whom, for what, until when, and what is owed. It is for exchange: what
decides here is the agreement itself (`governance.decision`). Permissions are conservative: where ODRL cannot say a
condition exactly, the export permits less, never more. What ODRL has no word for stands in this house's profile
(`hl:`), and every such word is declared in `hl:vocabulary`, an action with the broader terms that it narrows.

Source: ODRL Information Model 2.2 and ODRL Vocabulary & Expression 2.2 (W3C Recommendations, 2018); DPV 2.0 (W3C
Community Group Report, 2024). A purpose is matched with `isA`: a purpose below a listed one is one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from governance.agreement import Agreement
from governance.document import sha256
from governance.mou import Floor
from governance.odrl_term import (
    CONTEXT,
    PROFILE,
    action_term,
    agency,
    constraint,
    count,
    day,
    iris,
    vocabulary,
    words,
)
from governance.terms import DatasetTerms, FieldClass, FieldTerms
from governance.use import Action

Node = dict[str, Any]
_Grouped = tuple[tuple[str, ...], tuple[str, ...], int | None, str]


def policy(paper: Agreement, floor: Floor | None) -> Node:
    """An agreement as an ODRL policy of type Agreement.

    Args:
        paper: the agreement.
        floor: the memorandum's floor; what it bans is prohibited, and not among the permissions. None where none is
            in force: then nothing is permitted.
    """
    permissions = list(_permissions(paper, floor)) if floor is not None else []
    return {
        "@context": CONTEXT,
        "type": "Agreement",
        "uid": f"urn:hearthline:agreement:{paper.id}:{paper.version}",
        "profile": PROFILE,
        "conflict": "prohibit",
        "dct:title": paper.title,
        "dct:description": paper.question,
        "hl:documentSha256": sha256(paper),
        "assigner": agency(paper.parties.owner.agency),
        "assignee": [agency(each) for each in sorted({party.agency for party in paper.parties.recipients})],
        "permission": permissions,
        "prohibition": list(_prohibitions(paper, floor)),
        "obligation": list(_obligations(paper, floor)),
        "hl:vocabulary": vocabulary((purpose.id, purpose.dpv, purpose.statement) for purpose in paper.purposes),
    }


def _permissions(paper: Agreement, floor: Floor) -> Iterable[Node]:
    """A permission for every set of fields of a dataset that stand under the same terms."""
    for dataset in paper.datasets:
        for (zones, actions, retain_days, regime), fields in _groups(dataset, floor).items():
            for allowed, purposes in _by_purpose(paper, actions, floor):
                yield {
                    "target": _target(dataset, fields, regime),
                    "action": [action_term(action) for action in allowed],
                    "constraint": [
                        *_constraints(paper, dataset, purposes),
                        constraint("hl:zone", "isAnyOf", words(zones)),
                    ],
                    "duty": _duties(paper, floor, retain_days),
                }


def _groups(dataset: DatasetTerms, floor: Floor) -> dict[_Grouped, list[str]]:
    found: dict[_Grouped, list[str]] = defaultdict(list)
    for field in dataset.fields:
        zones, actions = _zones(field), _actions(field, floor)
        if zones and actions:
            found[zones, actions, field.retain_days, field.regime].append(field.name)
    return found


def _zones(field: FieldTerms) -> tuple[str, ...]:
    """Where a field may be: a direct identifier stays in the enclave whatever is listed."""
    direct = field.class_ is FieldClass.DIRECT_IDENTIFIER
    return tuple(zone for zone in sorted(field.zones) if zone == "enclave" or not direct)


def _actions(field: FieldTerms, floor: Floor) -> tuple[str, ...]:
    """What may be done with a field: what is listed, and what follows from that, less what the floor bans."""
    listed = {action.value for action in field.actions} | {Action.INGEST.value, Action.DESTROY.value}
    return tuple(sorted(listed - set(floor.prohibited_actions)))


def _by_purpose(
    paper: Agreement, actions: tuple[str, ...], floor: Floor
) -> Iterable[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Actions with the purposes that they are permitted for: scoring has its own, and training may be switched off."""
    listed = tuple(purpose.id for purpose in paper.purposes if floor.prohibits(purpose.id) is None)
    scored = tuple(purpose for purpose in paper.models.score_purposes if floor.prohibits(purpose) is None)
    off = set() if paper.models.train else {Action.TRAIN.value}
    plain = tuple(action for action in actions if action != Action.SCORE and action not in off)
    if plain and listed:
        yield plain, listed
    if Action.SCORE in actions and scored:
        yield (Action.SCORE.value,), scored


def _target(dataset: DatasetTerms, fields: list[str], regime: str) -> Node:
    return {
        "type": "AssetCollection",
        "source": f"urn:hearthline:dataset:{dataset.id}",
        "refinement": [constraint("hl:field", "isAnyOf", words(fields))],
        "hl:regime": regime,
    }


def _constraints(paper: Agreement, dataset: DatasetTerms, purposes: tuple[str, ...]) -> list[Node]:
    term, users = paper.term, paper.users
    found = [
        _purpose(purposes),
        constraint("dateTime", "gteq", day(term.effective)),
        constraint("dateTime", "lt", day(term.expires)),
        constraint("spatial", "isAnyOf", words(dataset.population.geography)),
        constraint("hl:role", "isAnyOf", words(users.roles)),
    ]
    if dataset.population.excludes:
        found.append(constraint("hl:population", "isNoneOf", words(dataset.population.excludes)))
    recipients = sorted({each.agency for each in paper.parties.recipients} | set(paper.redisclosure.allowed_to))
    found.append(constraint("recipient", "isAnyOf", [agency(each) for each in recipients]))
    if users.training is not None:
        found.append(constraint("hl:trained", "eq", users.training.course))
    partners = iris("agreement", paper.linkage.partners) or [{"@id": "hl:nothing"}]
    return [*found, constraint("hl:linkedWith", "isAnyOf", partners)]


def _purpose(purposes: tuple[str, ...]) -> Node:
    each = [constraint("purpose", "isA", {"@id": f"hl:purpose/{purpose}"}) for purpose in purposes]
    return each[0] if len(each) == 1 else {"or": each}


def _duties(paper: Agreement, floor: Floor, retain_days: int | None) -> list[Node]:
    """What whoever uses the permission owes with it."""
    outputs = paper.outputs
    found: list[Node] = [
        {
            "action": "hl:protectOutput",
            "constraint": [
                constraint("hl:smallestCell", "gteq", count(max(outputs.min_cell, floor.min_cell))),
                constraint("hl:intervalWidth", "gteq", count(outputs.interval_width)),
                constraint("hl:zeros", "eq", outputs.zeros),
            ],
        },
        {"action": "hl:humanReview"},
    ]
    if retain_days is not None:
        found.append(
            {"action": "delete", "constraint": [constraint("elapsedTime", "lteq", _days(retain_days))]},
        )
    return found


def _prohibitions(paper: Agreement, floor: Floor | None) -> Iterable[Node]:
    everything = [f"urn:hearthline:dataset:{dataset.id}" for dataset in paper.datasets]
    yield {"target": everything, "action": "hl:adverseDecision"}
    for action in floor.prohibited_actions if floor else ():
        yield {"target": everything, "action": f"hl:{action}"}
    for purpose in floor.prohibited_purposes if floor else ():
        barred = constraint("purpose", "isA", {"@id": f"hl:purpose/{purpose}"})
        yield {"target": everything, "action": "use", "constraint": [barred]}


def _obligations(paper: Agreement, floor: Floor | None) -> Iterable[Node]:
    """What the recipients owe whether they use anything or not."""
    hours = min([paper.breach.notify_owner_hours, *([floor.breach_notice_hours] if floor else [])])
    owner = agency(paper.parties.owner.agency)
    yield _duty("inform", "hl:breach", f"PT{hours}H", informedParty=owner)
    yield _duty("inform", "hl:accessRequest", f"P{paper.subject_rights.access_days}D")
    yield _duty("hl:keepAccounting", "hl:use", f"P{paper.subject_rights.accounting_years}Y")
    yield _duty("hl:honourOptOut", "hl:optOut", "hl:nextRun")
    yield _duty("hl:routeCorrection", "hl:correction", "hl:nextRun", informedParty=owner)
    yield _duty("inform", "hl:legalProcess", "hl:beforeDisclosure", informedParty=owner)
    destroyed = _duty("delete", "hl:termination", f"P{paper.destruction.within_days}D")
    yield {**destroyed, "hl:covers": list(paper.destruction.covers), "hl:keeps": list(paper.destruction.keeps)}
    if paper.term.review_by is not None:
        yield {"action": "reviewPolicy", "constraint": [constraint("dateTime", "lteq", day(paper.term.review_by))]}


def _duty(action: str, event: str, within: str, **more: Any) -> Node:
    """Something owed within a time after something happened."""
    period = {"@value": within, "@type": "xsd:duration"} if within.startswith("P") else {"@id": within}
    after = [constraint("event", "gt", {"@id": event}), constraint("delayPeriod", "lteq", period)]
    return {"action": action, "constraint": after, **more}


def _days(number: int) -> Node:
    return {"@value": f"P{number}D", "@type": "xsd:duration"}
