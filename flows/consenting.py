"""What the commands about consent stand on: the door to families' telephones, and whom staff may name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alerts.queue import newest
from flows.bootstrap import Services
from governance.contact import PHONE
from governance.database import reading
from governance.ids import DatasetId, HouseholdId
from governance.opened import Opened
from governance.use import Action, Use

SIGNUPS = DatasetId("outreach.signups")
"""The dataset whose agreement lets families be contacted."""

TOPIC = "family_support"
"""What the example messages are about."""


@contextmanager
def door_to_contact(house: Services, worker: str) -> Iterator[Opened]:
    """A door behind which telephones may be sealed and opened, for a member of staff.

    Raises:
        Refused: where no agreement lets this worker contact anybody now.
    """
    use = Use.of(
        actor=house.person(worker),
        action=Action.CONTACT,
        purpose=house.settings.purpose,
        dataset=SIGNUPS,
        fields={PHONE},
        zone="enclave",
    )
    with house.gate.open(house.gate.request(use)) as door:
        yield door


def is_known(house: Services, household: HouseholdId) -> bool:
    """Whether there ever was a task for a household: staff know no others."""
    with reading(house.engine) as connection:
        return newest(connection, household) is not None
