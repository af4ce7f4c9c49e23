"""Rows of different length: gathering and padding them."""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from omakase.arrays.kernel import kernel

T = TypeVar("T", bound=np.generic)


def grouped(groups: NDArray[np.int32], count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Positions by group: those of group g are `order[starts[g]:starts[g + 1]]`, in order.

    Args:
        groups: (E,) which of `count` groups each position belongs to.
        count: how many groups there are.

    Returns:
        starts (count + 1,) and order (E,).

    Cost: one counting sort, O(E + count).
    """
    starts = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(np.bincount(groups, minlength=count), out=starts[1:])
    order = np.empty(len(groups), dtype=np.int64)
    _deal(groups, starts[:-1].copy(), order)
    return starts, order


def padded(flat: NDArray[T], counts: NDArray[np.int64] | NDArray[np.intp], fill: T) -> NDArray[T]:
    """Rows that stand one after another as one array, padded on the left; at least one column.

    Args:
        flat: (sum of counts,) the rows.
        counts: (B,) length of each.
        fill: stands where a row has nothing.
    """
    width = max(1, int(counts.max(initial=0)))
    matrix = np.full((len(counts), width), fill, dtype=flat.dtype)
    matrix[np.arange(width) >= width - counts[:, None]] = flat
    return matrix


@kernel
def _deal(groups: NDArray[np.int32], place: NDArray[np.int64], order: NDArray[np.int64]) -> None:
    for n in range(len(groups)):
        group = groups[n]
        order[place[group]] = n
        place[group] += 1
