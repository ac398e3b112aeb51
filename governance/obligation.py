"""Obligations: what several agreements together ask of whoever uses their data. The strictest of each counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import fields as fields_of
from datetime import date
from typing import Any

from governance.agreement import Agreement
from governance.ids import AgreementId, DatasetId
from governance.mou import Floor
from governance.standing import Standing
from governance.use import Ask
from governance.written import invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Obligations:
    """What a joint use owes.

    `min_cell` and `interval_width` are the largest asked for; `retain_days` the shortest (None: no agreement names
    one); `expires_on` the earliest; `roles` are those that every agreement lists, `prohibited_*` those that any bans.
    """

    min_cell: int
    interval_width: int
    zeros_allowed: bool
    retain_days: int | None
    expires_on: date
    breach_notice_hours: int
    destroy_within_days: int
    access_days: int
    accounting_years: int
    roles: frozenset[str]
    prohibited_purposes: frozenset[str]
    prohibited_actions: frozenset[str]

    def body(self) -> dict[str, Any]:
        """The obligations in plain values: for a ledger entry, or as JSON."""
        plain = {each.name: getattr(self, each.name) for each in fields_of(self)}
        sets = {name: sorted(value) for name, value in plain.items() if isinstance(value, frozenset)}
        return plain | sets | {"expires_on": self.expires_on.isoformat()}


def obligations(
    agreements: Iterable[Agreement], floor: Floor, fields: Mapping[DatasetId, frozenset[str]] | None = None
) -> Obligations:
    """The strictest of several agreements, and of the memorandum's floor.

    Args:
        agreements: every agreement in the use and its lineage; at least one.
        floor: the memorandum's.
        fields: what is used of each dataset; None means every field that they list.

    Raises:
        Misconfigured: `POLICY_INVALID` where there is no agreement: without one there is nothing to be permitted.

    Source: composition of a joint use: obligations take the strictest.
    """
    papers = tuple(agreements)
    return _strictest(papers, [days for paper in papers for days in _retained(paper, fields)], floor)


def owed(asked: Iterable[tuple[Standing, Ask]], lineage: Iterable[Standing], floor: Floor) -> Obligations:
    """What a permitted use owes: the strictest of what it asks for, and of everything that it was derived from.

    Args:
        asked: each agreement that a dataset was decided under, with the fields that are asked for.
        lineage: the agreements in the lineage; which of their fields is not known, so all of them count.
        floor: the memorandum's.

    Raises:
        Misconfigured: `POLICY_INVALID` where there is no agreement.

    Source: composition of a joint use: obligations take the strictest.
    """
    standings: dict[AgreementId, Standing] = {}
    retained = []
    for standing, ask in asked:
        standings[standing.id] = standing
        kept = standing.terms[ask.dataset].retain_days
        retained += [kept[name] for name in ask.fields if name in kept]
    for standing in lineage:
        standings[standing.id] = standing
        retained += [days for terms in standing.terms.values() for days in terms.retain_days.values()]
    return _strictest(tuple(standing.agreement for standing in standings.values()), retained, floor)


def _strictest(papers: tuple[Agreement, ...], retained: list[int], floor: Floor) -> Obligations:
    if not papers:
        raise invalid("obligations", "", "a use rests on at least one agreement")
    first, *others = papers
    owing = _of_one(first, min(retained, default=None), floor)
    for paper in others:
        owing = _stricter(owing, _of_one(paper, owing.retain_days, floor))
    return owing


def _of_one(paper: Agreement, retain_days: int | None, floor: Floor) -> Obligations:
    outputs, rights = paper.outputs, paper.subject_rights
    return Obligations(
        min_cell=max(floor.min_cell, outputs.min_cell),
        interval_width=outputs.interval_width,
        zeros_allowed=outputs.zeros == "allowed",
        retain_days=retain_days,
        expires_on=paper.term.expires,
        breach_notice_hours=min(floor.breach_notice_hours, paper.breach.notify_owner_hours),
        destroy_within_days=paper.destruction.within_days,
        access_days=rights.access_days,
        accounting_years=rights.accounting_years,
        roles=frozenset(paper.users.roles),
        prohibited_purposes=frozenset(floor.prohibited_purposes),
        prohibited_actions=frozenset(floor.prohibited_actions),
    )


def _stricter(one: Obligations, other: Obligations) -> Obligations:
    return Obligations(
        min_cell=max(one.min_cell, other.min_cell),
        interval_width=max(one.interval_width, other.interval_width),
        zeros_allowed=one.zeros_allowed and other.zeros_allowed,
        retain_days=one.retain_days,
        expires_on=min(one.expires_on, other.expires_on),
        breach_notice_hours=min(one.breach_notice_hours, other.breach_notice_hours),
        destroy_within_days=min(one.destroy_within_days, other.destroy_within_days),
        access_days=min(one.access_days, other.access_days),
        accounting_years=max(one.accounting_years, other.accounting_years),
        roles=one.roles & other.roles,
        prohibited_purposes=one.prohibited_purposes | other.prohibited_purposes,
        prohibited_actions=one.prohibited_actions | other.prohibited_actions,
    )


def _retained(paper: Agreement, fields: Mapping[DatasetId, frozenset[str]] | None) -> list[int]:
    return [
        field.retain_days
        for dataset in paper.datasets
        for field in dataset.fields
        if field.retain_days is not None and (fields is None or field.name in fields.get(dataset.id, frozenset()))
    ]


def looser(agreement: Agreement, floor: Floor) -> tuple[str, ...]:
    """Where an agreement asks for less than the floor, in words. The floor holds all the same.

    Args:
        agreement: a paper, signed or not.
        floor: the memorandum's.
    """
    found = [
        f"purposes: {purpose.id} is prohibited by the memorandum ({banned})"
        for purpose in agreement.purposes
        if (banned := floor.prohibits(purpose.id)) is not None
    ]
    listed = {action.value for dataset in agreement.datasets for field in dataset.fields for action in field.actions}
    found += [
        f"actions: {action} is prohibited by the memorandum"
        for action in sorted(listed)
        if action in floor.prohibited_actions
    ]
    if agreement.outputs.min_cell < floor.min_cell:
        found.append(f"outputs.min_cell is below the memorandum's {floor.min_cell}, which holds")
    if agreement.breach.notify_owner_hours > floor.breach_notice_hours:
        found.append(f"breach.notify_owner_hours is above the memorandum's {floor.breach_notice_hours}, which holds")
    return tuple(found)
