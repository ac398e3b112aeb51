"""A subject's rights: having a fact corrected by whose fact it is, saying no to all of it, being forgotten here."""

from __future__ import annotations

from dataclasses import dataclass

from flows.correcting import note_rows
from flows.services import Services
from flows.subject import linker_for, unknown
from governance.correction import Correction, Ground
from governance.ids import DatasetId, HouseholdId
from governance.opt_out import Receipt
from signals.linkage.name import Whose


@dataclass(frozen=True, slots=True, kw_only=True)
class OptedOut:
    """What became of a no: the receipt, and how many telephones it stopped at once.

    Rows, scores and tasks go with the next night; texts stop now.
    """

    receipt: Receipt
    telephones: int


def correct(
    house: Services, name: HouseholdId, dataset: DatasetId, field: str, *, ground: Ground, by: str
) -> list[Correction]:
    """Route a correction to the agency whose fact it is.

    Args:
        house: the services.
        name: whom it is about, as the queue names the household or once named it.
        dataset: whose row is wrong.
        field: what about it.
        ground: why.
        by: who takes it in: a staff id.

    Raises:
        Misconfigured: `CORRECTION_UNROUTED`; `HOUSEHOLD_UNKNOWN`.
    """
    found = _whose(house, name)
    subjects = house.subjects.commit(frozenset({found.household}))
    papers, today = house.register.papers(), house.clock.today()
    asked = house.corrections.ask(papers, dataset, field, ground=ground, by=by, today=today, subjects=subjects)
    for each in asked:
        note_rows(house, each, found.household)
    return list(asked)


def opt_out(house: Services, name: HouseholdId, *, by: str, how: str) -> OptedOut:
    """A household says no to all of it: texts stop now, everything else from the next run on.

    Args:
        house: the services.
        name: as the queue names the household, or once named it.
        by: who writes it down: a staff id.
        how: how it was said; nothing about the person.

    Raises:
        Misconfigured: `HOUSEHOLD_UNKNOWN` where nobody is known to live there.
    """
    found = _whose(house, name)
    subjects = house.subjects.commit(frozenset({found.household}))
    receipt = house.opt_outs.record(found.person_keys, by=by, how=how, subjects=subjects)
    contacts = {each.id for called in found.names for each in house.contacts.of_household(called)}
    for contact in sorted(contacts):
        house.consents.revoke(contact, how="worker", proof=receipt.number, by=by)
    return OptedOut(receipt=receipt, telephones=len(contacts))


def forget(house: Services, name: HouseholdId, *, by: str) -> int:
    """Forget whom past uses were about, under every name that the household had. The ledger stays as it is.

    Args:
        house: the services.
        name: as the queue names the household, or once named it.
        by: who does it: a staff id.

    Returns:
        How many uses were forgotten.
    """
    found = linker_for(house).whose([name]).get(name)
    names = found.names if found is not None else frozenset({name})
    commitments = house.subjects.uses_of(*names)
    for each in house.corrections.open():
        if each.subjects in commitments:
            house.correction_rows.forget(each.number)
    gone = house.subjects.erase(*names)
    house.ledger.append("subject.index_erased", "-", {"uses": gone, "by": by})
    return gone


def _whose(house: Services, name: HouseholdId) -> Whose:
    found = linker_for(house).whose([name]).get(name)
    if found is None:
        raise unknown()
    return found
