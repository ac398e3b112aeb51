"""Connected components: what hangs together when every edge is followed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Labels = NDArray[np.int64]


def components(size: int, left: Labels, right: Labels) -> Labels:
    """The component of each node, named by its smallest node: the result does not depend on the order of edges.

    Args:
        size: number of nodes, from 0.
        left: one end of each edge.
        right: the other end.

    Returns:
        For each node the smallest node that it hangs together with.
    """
    if size == 0 or len(left) == 0:
        return np.arange(size, dtype=np.int64)
    graph = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(size, size))
    count, labels = connected_components(graph, directed=False)
    smallest = np.full(count, size, dtype=np.int64)
    np.minimum.at(smallest, labels, np.arange(size, dtype=np.int64))
    return smallest[labels]
