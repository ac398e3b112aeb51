"""Linear programs, solved by HiGHS: the one place that speaks to the solver.

Source: Huangfu and Hall, "Parallelizing the dual revised simplex method", Math. Programming Computation 10 (2018).
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

from governance.disclosure.system import Floats


def least(cost: Floats, sums: csr_array, right: Floats, low: Floats, high: Floats) -> Floats | None:
    """The numbers that cost least.

    Args:
        cost: of each number, by one.
        sums: equations, one a row; rows that hold nothing are left out.
        right: what each row comes to.
        low: the least that each number can be.
        high: the most.

    Returns:
        The numbers; None where none satisfy the equations.
    """
    rows = np.flatnonzero(np.diff(sums.indptr))
    answer = linprog(  # type: ignore[call-overload] # its stubs know no sparse rows
        cost,
        A_eq=csr_array(sums[rows]) if rows.size else None,
        b_eq=right[rows] if rows.size else None,
        bounds=np.column_stack([low, high]),
        method="highs",
    )
    return np.asarray(answer.x, dtype=np.float64) if answer.success else None
