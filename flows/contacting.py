"""The door behind which families may be texted, and what sends through it here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from alerts.outreach import Outcome, Outreach
from alerts.sending import Sending
from flows.bootstrap import Services
from flows.signing_up import SIGNED_UP
from flows.stage import Stage
from governance.contact import PHONE
from governance.decision import Decision
from governance.opened import Opened
from governance.use import Action, Use

BATCH = 50
"""Texts that go out behind one door: a grant lasts minutes, and a carrier may take seconds for each."""


def sending_of(house: Services) -> Sending:
    """What lets texts leave here.

    Args:
        house: the services.
    """
    return Sending(
        engine=house.engine,
        ledger=house.ledger,
        clock=house.clock,
        contacts=house.contacts,
        consents=house.consents,
        channel=house.channel,
    )


def outreach_of(house: Services, *, dry: bool = False) -> Outreach:
    """What drafts texts here and asks for leave.

    Args:
        house: the services.
        dry: weigh and clear, but send nothing.
    """
    return Outreach(
        sending=sending_of(house),
        clearing=house.clearing,
        messages=house.messages,
        office=house.office,
        purpose=house.settings.purpose,
        dry=dry,
    )


@contextmanager
def contacting(house: Services) -> Iterator[Opened]:
    """A door behind which families may be contacted, for a run.

    Raises:
        Refused: nobody may be contacted.
    """
    with house.gate.open(house.gate.request(_use(house))) as door:
        yield door


@contextmanager
def perhaps_contacting(house: Services) -> Iterator[Opened | None]:
    """The same where it is permitted; None where it is refused: a no is heard all the same."""
    answer = house.gate.ask(_use(house))
    if isinstance(answer, Decision):
        yield None
    else:
        with house.gate.open(answer) as door:
            yield door


def attempt(stage: Stage, work: partial[Outcome]) -> Outcome:
    """One text; where governance refused it at the last moment, the refusal's code is why it was held.

    Args:
        stage: of which it is part.
        work: sends it.
    """
    before = len(stage.refusals)
    found = stage.attempt("a text", work)
    return found if found is not None else Outcome(reason=stage.refusals[before].code)


def _use(house: Services) -> Use:
    return Use.of(
        actor=house.flow,
        action=Action.CONTACT,
        purpose=house.settings.purpose,
        dataset=SIGNED_UP,
        fields={PHONE},
        zone="enclave",
    )
