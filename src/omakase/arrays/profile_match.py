"""What a history holds of each attribute, and how much of that an item has."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from omakase.arrays.kernel import kernel
from omakase.types import PAD, Integers, Reals, Rows, Weights

Sums = NDArray[np.float64]


def met_sums(history: Rows, weights: Weights, table: sparse.csr_array) -> Sums:
    """(B, A): of each distinct item of (B, L) histories, its row of (N, A), added up.

    An item counts once, however often it is there, if its weights add up to more than 0.
    """
    sums = np.zeros((len(history), table.shape[1]))
    _add_met(history, weights, table.indptr, table.indices, table.data, sums)
    return sums


def held_sums(tastes: Sums, table: sparse.csr_array, rows: Rows) -> Sums:
    """(B, C): the sum of (B, A) tastes over what each of (B, C) items has in (N, A)."""
    sums = np.zeros(rows.shape)
    _add_columns(tastes, table.indptr, table.indices, table.data, rows, sums)
    return sums


@kernel
def _add_met(
    history: Rows, weights: Weights, starts: Integers, columns: Integers, values: Reals, sums: Sums
) -> None:
    for b in range(len(history)):
        order = np.argsort(history[b])
        total = 0.0
        for n in range(len(order)):
            item = history[b, order[n]]
            total += weights[b, order[n]]
            if n + 1 < len(order) and history[b, order[n + 1]] == item:
                continue
            if item != PAD and total > 0:
                for at in range(starts[item], starts[item + 1]):
                    sums[b, columns[at]] += values[at]
            total = 0.0


@kernel
def _add_columns(
    tastes: Sums, starts: Integers, columns: Integers, values: Reals, rows: Rows, sums: Sums
) -> None:
    for b in range(rows.shape[0]):
        for c in range(rows.shape[1]):
            for at in range(starts[rows[b, c]], starts[rows[b, c] + 1]):
                if values[at] > 0:
                    sums[b, c] += tastes[b, columns[at]]
