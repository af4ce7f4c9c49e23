"""How often two columns meet in a row: the Gram matrix of a sparse matrix, dense."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from omakase.arrays.kernel import kernel
from omakase.arrays.threads import equal_parts, run_parts
from omakase.types import Integers, Reals

PARTS = 64


def dense_gram(
    matrix: sparse.csr_array, dtype: type[np.floating] = np.float32
) -> NDArray[np.floating]:
    """(N, N) matrixᵀ · matrix of an (U, N) matrix, symmetric.

    Cost: half of Σ over rows of (stored in the row)²; no memory but the result and a transpose.
    The same bits on any number of threads.
    """
    rows = matrix.tocsr()
    rows.sort_indices()
    columns = rows.tocsc()
    gram = np.zeros((rows.shape[1], rows.shape[1]), dtype=dtype)
    lengths = np.diff(rows.indptr).astype(np.int64)
    reach = np.concatenate([[0], np.cumsum(lengths[columns.indices])])
    costs = np.diff(reach[columns.indptr]) + 1

    def work(first: int, last: int) -> None:
        _upper(
            rows.indptr, rows.indices, rows.data, columns.indptr, columns.indices, columns.data,
            gram, first, last,
        )  # fmt: skip

    run_parts(work, equal_parts(costs, PARTS))
    mirror(gram)
    return gram


@kernel
def _upper(
    indptr: Integers,
    indices: Integers,
    data: Reals,
    col_indptr: Integers,
    col_indices: Integers,
    col_data: Reals,
    out: Reals,
    first: int,
    last: int,
) -> None:
    """Rows first to last of the upper triangle."""
    for i in range(first, last):
        row = out[i]
        for p in range(col_indptr[i], col_indptr[i + 1]):
            user, weight = col_indices[p], out.dtype.type(col_data[p])
            for q in range(indptr[user + 1] - 1, indptr[user] - 1, -1):
                j = indices[q]
                if j < i:
                    break
                row[j] += weight * data[q]


TILE = 64


@kernel
def mirror(square: Reals) -> None:
    """In place: the upper triangle is copied to the lower; by tiles, so that both stay in cache."""
    size = len(square)
    for a in range(0, size, TILE):
        for b in range(a, size, TILE):
            for i in range(a, min(a + TILE, size)):
                for j in range(max(b, i + 1), min(b + TILE, size)):
                    square[j, i] = square[i, j]
