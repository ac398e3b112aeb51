"""The vigil: what governance does around each night, before anything is asked for and after everything was done."""

from __future__ import annotations

from flows.breaching import remind
from flows.compacting import tidy
from flows.correcting import follow_up
from flows.services import Services
from flows.stage import Refusal, Stage
from flows.watching import watch
from flows.zone import sweep
from governance.expiry import Expiry
from signals.alarm import of_silence
from signals.freshness import freshness


def dusk(house: Services) -> None:
    """Before a night: warn of agreements that end soon, end those that are over, say what is late, tidy the store.

    Feeds may be late too. Frames whose attestation or agreement is over go out of the analytic zone.
    """
    Expiry(house.register, house.clock).warn()
    sweep(house)
    remind(house)
    of_silence(house.ledger, freshness(house.engine, house.register, house.clock.today(), house.feeds))
    tidy(house)


def dawn(house: Services, refusals: list[Refusal]) -> None:
    """After a night: close the corrections that came, look over the uses, and keep a signed head for witnesses to sign.

    Args:
        house: the services.
        refusals: where to note what was refused: a night that is done stays done.
    """
    Stage("corrections", refusals).attempt("what was asked to be corrected", lambda: follow_up(house))
    Stage("watch", refusals).attempt("who lives next to whom", lambda: watch(house))
    house.ledger.checkpoint()
