"""The best few of a stream, in two plain arrays: a heap with its worst at the root.

Of two equal values the one with the higher column is worse. The callers hold the arrays, so that
a compiled loop over millions of rows allocates nothing.
"""

import numpy as np

from omakase.arrays.kernel import kernel
from omakase.types import Rows, Scores


@kernel(inline="always")
def worse(
    value: float, column: int | np.int64, other: float, other_column: int | np.int64
) -> bool | np.bool:
    return value < other or (value == other and column > other_column)


@kernel
def rise(values: Scores, columns: Rows, held: int, value: float, column: int | np.int64) -> None:
    """Add one to a heap of `held`."""
    node = held
    while node > 0:
        parent = (node - 1) // 2
        if not worse(value, column, values[parent], columns[parent]):
            break
        values[node], columns[node] = values[parent], columns[parent]
        node = parent
    values[node], columns[node] = value, column


@kernel
def sink(values: Scores, columns: Rows, held: int, value: float, column: int | np.int64) -> None:
    """Put one in the place of the root of a heap of `held`."""
    node = 0
    while True:
        child = 2 * node + 1
        if child >= held:
            break
        right = child + 1
        if right < held and worse(values[right], columns[right], values[child], columns[child]):
            child = right
        if not worse(values[child], columns[child], value, column):
            break
        values[node], columns[node] = values[child], columns[child]
        node = child
    values[node], columns[node] = value, column


@kernel
def order(values: Scores, columns: Rows, held: int) -> None:
    """Sort a heap of `held`, best first: the worst goes to the end, again and again."""
    for last in range(held - 1, 0, -1):
        value, column = values[last], columns[last]
        values[last], columns[last] = values[0], columns[0]
        sink(values, columns, last, value, column)
