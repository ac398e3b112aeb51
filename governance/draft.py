"""A first draft of an agreement: everything that is known filled in, and everything else marked as still missing.

A draft reads like any agreement and passes its checks, so that it can be shown, compared and discussed from the first
minute. What nobody has said yet begins with `TODO`, or is the day 1970-01-01; `placeholders` finds each of them, and
nothing that has one can be handed in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from governance.agreement import Agreement
from governance.document import Paper, parse, sort
from governance.document_yaml import to_yaml
from governance.errors import Misconfigured
from governance.mou import Mou

TODO = "TODO"
"""How every placeholder begins."""
NOT_YET = date(1970, 1, 1)
"""The day that stands where nobody has named one."""
EXCLUDES = ("sealed", "opted_out", "victim_services", "part2_without_consent")
"""Whose rows a draft takes out before delivery: everybody whom a law or their own word protects."""


Handed = TypeVar("Handed", Agreement, Mou)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftField:
    """One field of a draft; `because` is what it is needed for, and stands above it as a comment."""

    name: str
    class_: str
    regime: str
    zones: tuple[str, ...]
    actions: tuple[str, ...]
    retain_days: int | None
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a draft is made of.

    `fields` are by dataset; `partners` the agreements whose rows must be joined with these; `train` says whether a
    model learns from any of it.
    """

    id: str
    version: int
    title: str
    owner: str
    recipient: str
    purpose: str
    fields: Mapping[str, tuple[DraftField, ...]]
    geography: tuple[str, ...]
    partners: tuple[str, ...]
    train: bool
    effective: date
    expires: date


def agreement_of(draft: Draft, mou: Mou) -> Agreement:
    """A draft as an agreement that passes every check, with placeholders for what nobody said.

    Args:
        draft: what is known.
        mou: the memorandum that it will stand on; its floor is met.

    Raises:
        Misconfigured: `POLICY_INVALID` where what is known cannot be an agreement.
    """
    document = {**_head(draft, mou), **_body(draft), **_safeguards(draft, mou)}
    (paper,) = parse({"agreement": document}, where=f"draft {draft.id}")
    assert isinstance(paper, Agreement)  # noqa: S101 it stands under that key
    return paper


def text_of(draft: Draft, mou: Mou) -> str:
    """A draft as YAML, with a comment above each field that says what it is needed for."""
    text, _ = to_yaml(agreement_of(draft, mou))
    head = "# A first draft. What begins with TODO, or is 1970-01-01, is still missing: `hearthline agreement check`.\n"
    return head + "".join(_commented(text.splitlines(keepends=True)[1:], draft))


def placeholders(paper: Paper) -> tuple[str, ...]:
    """The keys of a paper where something is still missing, in the order in which they stand."""
    kind = sort(paper)
    return tuple(_missing(paper.model_dump(mode="json", by_alias=True, exclude={"signatures"}), kind))


def complete(paper: Handed) -> Handed:
    """The paper, if nothing in it is still missing.

    Raises:
        Misconfigured: `AGREEMENT_INCOMPLETE`, naming the keys.
    """
    lacking = placeholders(paper)
    if lacking:
        what = f"{paper.id} is a draft: {', '.join(lacking)} {'is' if len(lacking) == 1 else 'are'} still missing."
        raise Misconfigured(what, "Fill them in, then hand it in.", code="AGREEMENT_INCOMPLETE")
    return paper


def _missing(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _missing(each, f"{path}.{key}")
    elif isinstance(value, list):
        for number, each in enumerate(value):
            name = (each.get("id") or each.get("name")) if isinstance(each, Mapping) else None
            yield from _missing(each, f"{path}[{name or number}]")
    elif isinstance(value, str) and (value.startswith(TODO) or value == NOT_YET.isoformat()):
        yield path


def _head(draft: Draft, mou: Mou) -> dict[str, Any]:
    return {
        "id": draft.id,
        "version": draft.version,
        "mou": {"id": mou.id, "version": mou.version},
        "title": draft.title,
        "question": f"{TODO}: which question does this answer, and for whom?",
        "parties": {
            "owner": {
                "agency": draft.owner,
                "steward": f"{TODO}: the owner's steward",
                "counsel": f"{TODO}: the owner's counsel",
                "security_contact": f"{TODO}: where the owner hears of a breach",
            },
            "recipients": [
                {
                    "agency": draft.recipient,
                    "unit": f"{TODO}: the unit that uses the data",
                    "steward": f"{TODO}: the recipient's steward",
                    "privacy_officer": f"{TODO}: the recipient's privacy officer",
                }
            ],
            "processors": [],
        },
        "users": {
            "roles": ["flow", "caseworker", "supervisor", "analyst", "privacy_officer", "data_steward"],
            "training": {"course": f"{TODO}: the training that users must have had", "valid_days": 365},
        },
    }


def _body(draft: Draft) -> dict[str, Any]:
    basis = {
        "id": f"basis-{draft.owner.lower()}",
        "citation": f"{TODO}: the law that lets the owner share this",
        "approved_by": f"{TODO}: who at the owner says so",
        "approved_on": NOT_YET.isoformat(),
    }
    purpose = {
        "id": draft.purpose,
        "dpv": ["dpv:PublicBenefit"],
        "statement": f"{TODO}: what the public is told about this",
        "legal_basis": [basis],
    }
    datasets = [
        {
            "id": dataset,
            "population": {"geography": list(draft.geography), "excludes": list(EXCLUDES)},
            "refresh_days": 1,
            "fields": [_field(field) for field in fields],
        }
        for dataset, fields in draft.fields.items()
    ]
    return {"purposes": [purpose], "datasets": datasets, "linkage": {"with": list(draft.partners)}}


def _field(field: DraftField) -> dict[str, Any]:
    retained = {} if field.retain_days is None else {"retain_days": field.retain_days}
    return {
        "name": field.name,
        "class": field.class_,
        "regime": field.regime,
        "zones": list(field.zones),
        **retained,
        "actions": list(field.actions),
    }


def _safeguards(draft: Draft, mou: Mou) -> dict[str, Any]:
    """The parts that say how: the memorandum's floor where it has one, else what the example agreements ask."""
    cell = mou.floor.min_cell
    return {
        "models": {"train": draft.train, "score_purposes": [draft.purpose], "retire_on_termination": True},
        "decisions": {"human_review": "required", "adverse_use": "prohibited"},
        "derived": {"inherits": "all"},
        "outputs": {"min_cell": cell, "zeros": "allowed", "complementary": "required", "interval_width": cell},
        "redisclosure": {"allowed_to": [], "legal_process": "notify_owner_and_subject_first"},
        "security": {"at_rest": "AES-256-GCM", "keys": "per_field", "accounts": "named"},
        "subject_rights": {
            "access_days": 10,
            "correction": "route_to_owner",
            "opt_out": "next_run",
            "accounting_years": 6,
        },
        "breach": {
            "notify_owner_hours": mou.floor.breach_notice_hours,
            "contacts": [f"{TODO}: who hears of a breach"],
        },
        "term": {"effective": draft.effective.isoformat(), "expires": draft.expires.isoformat()},
        "termination": {"notice_days": 30, "for_cause": "immediate_suspension"},
        "destruction": {
            "within_days": 30,
            "covers": ["raw", "sealed", "crosswalk", "indicators", "models", "exports", "backups"],
            "keeps": ["ledger", "released_aggregates"],
        },
    }


def _commented(lines: Iterable[str], draft: Draft) -> Iterator[str]:
    """The lines of a draft, each field's with what it is needed for above it."""
    why = {(dataset, each.name): each.because for dataset, fields in draft.fields.items() for each in fields}
    dataset = ""
    for line in lines:
        entry = re.match(r"( *)- (?:\{?name|id): ([a-z0-9_.]+)", line)
        if entry is not None and entry[2] in draft.fields:
            dataset = entry[2]
        elif entry is not None:
            yield from (f"{entry[1]}# {each}\n" for each in why.get((dataset, entry[2]), ()))
        yield line
