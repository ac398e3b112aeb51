"""A subject's rights: having a fact corrected by whose fact it is, and saying no to all of it."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from flows.intaking import linker_of
from flows.services import Services
from flows.subject import ACCESS, UNKNOWN
from governance.correction import Correction
from governance.errors import Misconfigured
from governance.ids import DatasetId, HouseholdId
from governance.opt_out import Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class OptedOut:
    """What became of a no: the receipt, and how many telephones it stopped at once.

    Rows, scores and tasks go with the next night; texts stop now.
    """

    receipt: Receipt
    telephones: int


def correct(house: Services, household: HouseholdId, dataset: DatasetId, field: str, *, by: str) -> list[Correction]:
    """Route a correction to the agency whose fact it is.

    Args:
        house: the services.
        household: whom it is about.
        dataset: whose row is wrong.
        field: what about it.
        by: who takes it in: a staff id.

    Raises:
        Misconfigured: `CORRECTION_UNROUTED`.
    """
    subjects = house.subjects.commit(frozenset({household}))
    papers, today = house.register.papers(), house.clock.today()
    return list(house.corrections.ask(papers, dataset, field, by=by, today=today, subjects=subjects))


def opt_out(house: Services, household: HouseholdId, *, by: str, how: str) -> OptedOut:
    """A household says no to all of it: texts stop now, everything else from the next run on.

    Args:
        house: the services.
        household: as the queue names it.
        by: who writes it down: a staff id.
        how: how it was said; nothing about the person.

    Raises:
        Misconfigured: `HOUSEHOLD_UNKNOWN` where nobody is known to live there.
    """
    linked = linker_of(house, purpose=f"{house.settings.purpose}.{ACCESS}").persons()
    people = linked.households.filter(pl.col("household") == household).select("person")
    keys = linked.persons.join(people, on="person")["person_key"].unique().sort().to_list()
    if not keys:
        what = "Nobody is known to live in a household by that id."
        raise Misconfigured(what, "Households are named anew when they change: see the queue.", code=UNKNOWN)
    subjects = house.subjects.commit(frozenset({household}))
    contacts = house.contacts.of_household(household)
    for contact in contacts:
        house.consents.revoke(contact.id, how=how, proof=f"opt-out by {how}", by=by)
    return OptedOut(receipt=house.opt_outs.record(keys, by=by, how=how, subjects=subjects), telephones=len(contacts))
