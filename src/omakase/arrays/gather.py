"""Scores of a few chosen columns, and the places of a history that they rest on."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from omakase.arrays.kernel import kernel
from omakase.types import PAD, Integers, Rows, Scores, Vectors, Weights

Numbers = NDArray[np.floating]


def dots_at(queries: Vectors, items: Vectors, rows: Rows) -> Scores:
    """(B, C) dot products of (B, D) queries with the rows (B, C) of (N, D) items; -inf at PAD."""
    products = np.einsum("bd,bcd->bc", queries, items[np.where(rows != PAD, rows, 0)])
    return masked_at(products, rows, -np.inf)


def sums_at(
    matrix: sparse.csr_array, table: sparse.csr_array, dtype: type[np.floating] = np.float64
) -> NDArray[Any]:
    """(B, A) the product of (B, N) and (N, A); reads no row of the table that is not stored.

    A sparse product of SciPy looks at all of the table first, however little is asked, and copies
    it where the indices of the two are not of one width.

    Args:
        dtype: what is added up in.
    """
    sums = np.zeros((matrix.shape[0], table.shape[1]), dtype)
    weighed = (matrix.indptr, matrix.indices, matrix.data.astype(dtype))
    _add_rows(*weighed, table.indptr, table.indices, table.data, sums)
    return sums


def masked_at(values: Scores, rows: Rows, fill: float) -> Scores:
    """(B, C, …) values with `fill` wherever rows (B, C) is PAD."""
    is_row = (rows != PAD).reshape(rows.shape + (1,) * (values.ndim - rows.ndim))
    return np.where(is_row, values, np.float32(fill)).astype(np.float32)


def values_at(matrix: sparse.csr_array, history: Rows, weights: Weights) -> NDArray[np.float32]:
    """(B, L): the value (B, N) of each place's item, shared by weight among its places; 0 at PAD.

    `matrix` must store an entry for each item of the history, indices sorted. Where the weights
    of an item cancel out, none of its places has a value.
    """
    gathered = np.zeros(history.shape, dtype=np.float32)
    for b, (row, weight) in enumerate(zip(history, weights, strict=True)):
        low, high = matrix.indptr[b], matrix.indptr[b + 1]
        is_row = row != PAD
        positions = np.searchsorted(matrix.indices[low:high], row[is_row])
        total = np.bincount(positions, weights=weight[is_row], minlength=high - low)
        value = np.divide(
            matrix.data[low:high], total, where=total != 0, out=np.zeros(high - low)
        )  # fmt: skip
        gathered[b, is_row] = weight[is_row] * value[positions]
    return gathered


def paths_at(
    weights: NDArray[np.float32], history: Rows, values: NDArray[np.float32], rows: Rows
) -> Scores:
    """(B, C): over the history, its values times the (N, N) weights to each row; -inf at PAD."""
    scores = np.full(rows.shape, -np.inf, dtype=np.float32)
    _add_paths(weights, history, values, rows, scores)
    return scores


@kernel
def _add_rows(
    starts: Integers,
    places: Integers,
    strengths: Numbers,
    row_starts: Integers,
    columns: Integers,
    weights: Numbers,
    sums: Numbers,
) -> None:
    for b in range(len(sums)):
        for position in range(starts[b], starts[b + 1]):
            row, strength = places[position], strengths[position]
            for at in range(row_starts[row], row_starts[row + 1]):
                sums[b, columns[at]] += strength * weights[at]


@kernel
def _add_paths(
    weights: NDArray[np.float32],
    history: Rows,
    values: NDArray[np.float32],
    rows: Rows,
    scores: Scores,
) -> None:
    for b in range(len(rows)):
        for c in range(rows.shape[1]):
            if rows[b, c] != PAD:
                scores[b, c] = 0
        for step in range(history.shape[1]):
            item, value = history[b, step], values[b, step]
            if item == PAD or value == 0:
                continue
            for c in range(rows.shape[1]):
                if rows[b, c] != PAD:
                    scores[b, c] += value * weights[item, rows[b, c]]
