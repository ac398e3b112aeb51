"""Obligations: what several agreements together ask of whoever uses their data. The strictest of each counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from governance.agreement import Agreement
from governance.ids import DatasetId
from governance.mou import Floor
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
    if not papers:
        raise invalid("obligations", "", "a use rests on at least one agreement")
    retained = [days for paper in papers for days in _retained(paper, fields)]
    return Obligations(
        min_cell=max(floor.min_cell, *(paper.outputs.min_cell for paper in papers)),
        interval_width=max(paper.outputs.interval_width for paper in papers),
        zeros_allowed=all(paper.outputs.zeros == "allowed" for paper in papers),
        retain_days=min(retained, default=None),
        expires_on=min(paper.term.expires for paper in papers),
        breach_notice_hours=min(floor.breach_notice_hours, *(paper.breach.notify_owner_hours for paper in papers)),
        destroy_within_days=min(paper.destruction.within_days for paper in papers),
        access_days=min(paper.subject_rights.access_days for paper in papers),
        accounting_years=max(paper.subject_rights.accounting_years for paper in papers),
        roles=frozenset.intersection(*(frozenset(paper.users.roles) for paper in papers)),
        prohibited_purposes=frozenset(floor.prohibited_purposes),
        prohibited_actions=frozenset(floor.prohibited_actions),
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
