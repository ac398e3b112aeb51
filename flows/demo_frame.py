"""The demonstration's frame: what a data steward draws and signs for an analyst, and the analyst lets into the zone."""

from __future__ import annotations

import tempfile
from pathlib import Path

from flows.attesting import attest, attestations_of, draw_frame
from flows.frame_source import asked_of
from flows.services import Services
from flows.zone import admit
from governance.attestation.terms import FrameTerms

STEWARD, ANALYST = "steward-7", "analyst-1"


def frame_for_analysts(house: Services) -> None:
    """Draw, sign and admit a frame of every dataset that lets frames out; of one that has a frame, none again.

    Args:
        house: the services.

    Raises:
        Refused: where an agreement that lists a frame lets nobody draw it.
    """
    papers = house.register.papers()
    for id, standing in sorted(papers.agreements.items()):
        asking = [each.id for each in standing.agreement.datasets if isinstance(each.attestation, FrameTerms)]
        had = {each.statement.dataset for each in attestations_of(house).all() if each.statement.agreement == id}
        for dataset in [each for each in asking if each not in had]:
            asked = asked_of(house, id, dataset)
            with tempfile.TemporaryDirectory(dir=house.settings.home) as folder:
                file = Path(folder) / "frame.csv"
                drawn = draw_frame(house, asked, file, by=STEWARD)
                _, made = attest(house, asked, file, by=STEWARD) if drawn.rows else (drawn, None)
                if made is not None:
                    admit(house, asked, file, by=ANALYST)


def rows_for_analysts(house: Services) -> int:
    """How many rows are in attested frames."""
    now = house.clock.now()
    return sum(each.statement.rows for each in attestations_of(house).all() if each.status(now) == "in force")
