"""The k most alike rows of a sparse matrix, without ever holding all pairs."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from omakase.arrays.heap import order, rise, sink
from omakase.arrays.kernel import kernel
from omakase.arrays.threads import run_parts
from omakase.types import PAD, Integers, Progress, Rows, Scores, silent

Floats = NDArray[np.float32]
Touched = NDArray[np.uint32]
Parts = tuple[Integers, Touched, Floats]  # of a sparse matrix: starts, columns, values
Bounds = tuple[bool, np.float32, np.float32]  # union, shrinkage, threshold
BLOCK_ROWS = 64
FEW = 4  # a row that does less than n / FEW additions is searched by what it touched


@dataclass(frozen=True, slots=True)
class Measure:
    """How alike two rows are, from their inner product.

    The likeness of asking row i to row j is product / (left_i * right_j + shrinkage), or, with
    `union`, product / (left_i + right_j - product + shrinkage).

    Attributes:
        left: (b,) float32 sizes of the asking rows.
        right: (n,) float32 sizes of the rows searched.
        union: sizes add up, less what is shared (Jaccard), rather than multiply (cosine).
        shrinkage: added to the size, so that pairs with little in common count less.
    """

    left: Floats
    right: Floats
    union: bool = False
    shrinkage: float = 0.0


def most_alike(
    asking: sparse.csr_array,
    columns: sparse.csr_array,
    k: int,
    measure: Measure,
    *,
    skip: Rows,
    threshold: float = 0.0,
    progress: Progress = silent,
) -> sparse.csr_array:
    """Likeness of each asking row to the k rows that are most like it.

    Args:
        asking: (b, m) float32, without duplicates.
        columns: (m, n) float32, the transpose of the rows searched, without duplicates.
        k: how many at most, at least 1; of equal ones those with the lower row.
        measure: turns an inner product into a likeness.
        skip: (b,) a row that is not to be found, such as the asking row itself; or PAD.
        threshold: pairs less alike than this are left out, as are those at or below 0.

    Returns:
        (b, n) CSR float32, columns ascending, at most k in a row.

    Raises:
        ValueError: k < 1.

    Cost: one addition for each pair of entries that meet; memory 8 k b bytes and three rows of n
    for each thread. The same bits on any number of threads.
    """
    if k < 1:
        raise ValueError(f"k must be at least 1, got {k}")
    shape = (asking.shape[0], columns.shape[1])
    neighbours = np.full((shape[0], min(k, shape[1])), PAD, np.int32)
    values = np.full(neighbours.shape, -np.inf, np.float32)
    row_parts, column_parts = _parts(asking), _parts(columns)
    bounds = (measure.union, np.float32(measure.shrinkage), np.float32(threshold))

    def work(start: int, stop: int) -> None:
        sizes = (measure.left, measure.right)
        _search(start, stop, row_parts, column_parts, sizes, bounds, skip, neighbours, values)

    run_parts(work, np.append(np.arange(0, max(1, shape[0]), BLOCK_ROWS), shape[0]), progress)
    return _as_csr(neighbours, values, shape)


def _parts(matrix: sparse.csr_array) -> Parts:
    """Unsigned columns spare the compiled loop a check for negative ones; nothing is copied."""
    return (
        matrix.indptr.astype(np.int64, copy=False),
        matrix.indices.astype(np.int32, copy=False).view(np.uint32),
        matrix.data.astype(np.float32, copy=False),
    )


def _as_csr(found: Rows, values: Scores, shape: tuple[int, int]) -> sparse.csr_array:
    is_filled = found != PAD
    indptr = np.concatenate([[0], np.cumsum(is_filled.sum(axis=1))])
    matrix = sparse.csr_array((values[is_filled], found[is_filled], indptr), shape=shape)
    matrix.sort_indices()
    return matrix


@kernel
def _search(
    start: int,
    stop: int,
    ours: Parts,
    theirs: Parts,
    sizes: tuple[Floats, Floats],
    bounds: Bounds,
    skip: Rows,
    found: Rows,
    values: Scores,
) -> None:
    """Fill rows start..stop of (b, k) found and values."""
    left_sizes, right_sizes = sizes
    n = len(right_sizes)
    products = np.zeros(n, np.float32)
    touched = np.empty(n // FEW + 1, np.uint32)
    everything = np.arange(n).astype(np.uint32)
    for i in range(start, stop):
        if _additions(i, ours, theirs) * FEW < n:
            near = _multiply_few(i, ours, theirs, products, touched)
            few = products[near]
            _divide(few, left_sizes[i], right_sizes[near], bounds)
            _choose(few, near, skip[i], bounds, found[i], values[i])
            products[near] = 0
        else:
            _multiply(i, ours, theirs, products)
            _divide(products, left_sizes[i], right_sizes, bounds)
            _choose(products, everything, skip[i], bounds, found[i], values[i])
            products[:] = 0


@kernel
def _additions(i: int, ours: Parts, theirs: Parts) -> int:
    """How many additions row i takes."""
    starts, columns, _ = ours
    total = 0
    for p in range(starts[i], starts[i + 1]):
        total += theirs[0][columns[p] + 1] - theirs[0][columns[p]]
    return total


@kernel
def _multiply(i: int, ours: Parts, theirs: Parts, products: Floats) -> None:
    """Add the inner products of row i with all rows."""
    starts, columns, weights = ours
    starts_t, rows_t, weights_t = theirs
    for p in range(starts[i], starts[i + 1]):
        column, weight = columns[p], weights[p]
        for q in range(starts_t[column], starts_t[column + 1]):
            products[rows_t[q]] += weight * weights_t[q]


@kernel
def _multiply_few(
    i: int, ours: Parts, theirs: Parts, products: Floats, touched: Touched
) -> Touched:
    """The same, and which rows it touched, ascending."""
    starts, columns, weights = ours
    starts_t, rows_t, weights_t = theirs
    count = 0
    for p in range(starts[i], starts[i + 1]):
        column, weight = columns[p], weights[p]
        for q in range(starts_t[column], starts_t[column + 1]):
            row = rows_t[q]
            if products[row] == 0:
                touched[count] = row
                count += 1
            products[row] += weight * weights_t[q]
    return np.unique(touched[:count])  # a sum may come back to 0 and be noted twice


@kernel(error_model="numpy")
def _divide(products: Floats, left: float, right: Floats, bounds: Bounds) -> None:
    """Turn products into likeness, in place; rows of size 0 give NaN, which is never chosen."""
    union, shrinkage, _ = bounds
    if union:
        for j in range(len(products)):
            products[j] /= left + right[j] - products[j] + shrinkage
    else:
        for j in range(len(products)):
            products[j] /= left * right[j] + shrinkage


@kernel
def _choose(
    likeness: Floats, near: Touched, skip: int, bounds: Bounds, found: Rows, values: Scores
) -> None:
    """The best that reach the threshold and are above 0; `near` ascends, so a tie never enters."""
    count, k = 0, len(found)
    threshold = bounds[2]
    worst = np.float32(0)
    for column in range(len(likeness)):
        value = likeness[column]
        if value > worst and value >= threshold and np.int64(near[column]) != skip:
            row = np.int64(near[column])
            if count < k:
                rise(values, found, count, value, row)
                count += 1
            else:
                sink(values, found, k, value, row)
            worst = values[0] if count == k else np.float32(0)
    order(values, found, count)
