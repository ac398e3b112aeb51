"""The vigil: what governance does around each night, before anything is asked for and after everything was done."""

from __future__ import annotations

from flows.breaching import remind
from flows.services import Services
from flows.stage import Refusal, Stage
from flows.watching import watch
from governance.expiry import Expiry


def dusk(house: Services) -> None:
    """Before a night: warn of agreements that end soon, end those whose term is over, say which notices are late."""
    Expiry(house.register, house.clock).warn()
    remind(house)


def dawn(house: Services, refusals: list[Refusal]) -> None:
    """After a night: look over the uses, and keep a signed head, which witnesses may sign too.

    Args:
        house: the services.
        refusals: where to note what the watch was refused: a night that is done stays done.
    """
    stage = Stage("watch", refusals)
    stage.attempt("who lives next to whom", lambda: watch(house))
    house.ledger.checkpoint()
