"""Which household a row belongs to, kept beside the row's file and sealed like it.

Linkage runs in the enclave and leaves only this behind: delivery, row, household. Whoever reads signals later gets the
household with them and never sees how it was found. An attribution carries the agreements whose rows it was made
from: when one of them stops, it no longer opens (`LINEAGE_INACTIVE`), and the next night links again without it.
"""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from governance.ids import AgreementId
from governance.opened import Opened
from signals.sealed_file import ATTRIBUTION, SealedFile
from signals.store import Store

_COLUMNS = ["_delivery", "_row", "_known_on", "_household", "_lineage"]


def prepare(opened: Opened, months: Collection[str]) -> None:
    """Make ready for the households of several known-months; `write` makes the same keys, month by month.

    Args:
        opened: a door on the dataset for the action `match`.
        months: those that rows will be written for.
    """
    opened.make_keys(months, _COLUMNS)


def write(store: Store, opened: Opened, file: SealedFile, frame: pl.DataFrame, *, link: str) -> list[SealedFile]:
    """Seal the households of a file's rows; what is sealed rests on the agreements of those households.

    Args:
        store: where the file is.
        opened: a door on its dataset for the action `match`.
        file: the rows' own.
        frame: `_delivery`, `_row`, `_known_on`, `_household` and `_lineage` (the agreements that made the household,
            joined by commas); rows without a household may be left out.
        link: the link run.

    Returns:
        What to `store.record` in the transaction that makes the link run count.
    """
    return store.write(
        opened,
        dataset=file.dataset,
        delivery=file.delivery,
        part=file.part,
        frame=frame.select(_COLUMNS),
        kind=ATTRIBUTION,
        link=link,
        lineage={AgreementId(one) for each in frame["_lineage"].unique() for one in each.split(",")},
        sources=file.covers,
    )
