"""Who shares a key, found without reading everybody: keys in order, so that one is looked up as in a dictionary."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from signals.linkage.likely.block import MOST, NAMES, most
from signals.linkage.likely.comparison import SURE_BLOCKS
from signals.linkage.likely.promise import Flags, Numbers

Keys = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """Keys of standing records in order, and the record of each.

    Attributes:
        key: in order.
        record: `rid`.
        most: of each block, the records beyond which a key is not used.
    """

    key: Keys
    record: NDArray[np.int32]
    most: tuple[int, ...]

    def shared(self, own: pl.DataFrame) -> tuple[Numbers, Numbers, Flags]:
        """Which standing records share a key with new ones.

        Args:
            own: the keys of the new records, columns `block.NAMES`.

        Returns:
            The row of the new one, the standing one, and whether a sure block says so; a pair may stand several times.
        """
        rows, others, sure = [], [], []
        for number, name in enumerate(NAMES):
            known = np.flatnonzero(own[name].is_not_null().to_numpy())
            asked = own[name].drop_nulls().to_numpy()
            first = np.searchsorted(self.key, asked, side="left")
            size = np.searchsorted(self.key, asked, side="right") - first
            size[size > self.most[number]] = 0
            total = int(size.sum())
            within = np.arange(total) - np.repeat(np.cumsum(size) - size, size)
            rows.append(np.repeat(known, size))
            others.append(self.record[np.repeat(first, size) + within])
            sure.append(np.full(total, number in SURE_BLOCKS))
        return np.concatenate(rows), np.concatenate(others).astype(np.int64), np.concatenate(sure)

    def among(self) -> tuple[Numbers, Numbers]:
        """Which of the records themselves share a key: the smaller and the larger; a pair may stand several times."""
        _, first, size = np.unique(self.key, return_index=True, return_counts=True)
        shared = (size > 1) & (size <= MOST)
        found = [
            np.array(np.triu_indices(many, 1)).T + begin
            for begin, many in zip(first[shared].tolist(), size[shared].tolist(), strict=True)
        ]
        ends = self.record[np.concatenate(found)] if found else np.empty((0, 2), dtype=np.int32)
        return ends.min(axis=1).astype(np.int64), ends.max(axis=1).astype(np.int64)


def index(own: pl.DataFrame) -> Index:
    """Put keys in order.

    Args:
        own: the keys of standing records, columns `block.NAMES`, in order of `rid`.
    """
    keys, records = [], []
    for name in NAMES:
        known = own[name].is_not_null()
        keys.append(own[name].drop_nulls().to_numpy())
        records.append(np.flatnonzero(known.to_numpy()).astype(np.int32))
    every = np.concatenate(keys)
    order = np.argsort(every, kind="stable")
    return Index(
        key=every[order],
        record=np.concatenate(records)[order],
        most=tuple(max(most(own[name]), 1) for name in NAMES),
    )
