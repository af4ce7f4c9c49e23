"""What a linear model over items says of histories: weighted rows of its matrix, added up."""

import numpy as np
from numpy.typing import NDArray

from omakase.arrays.kernel import kernel
from omakase.types import PAD, Queries, Rows, Scores, Weights


def history_scores(queries: Queries, matrix: NDArray[np.float32], *, binarise: bool) -> Scores:
    """(B, N): `queries.matrix(N) @ matrix`, without the sparse matrix between.

    Cost: O(B L N), at the speed of reading L rows of the matrix for each query.

    Args:
        matrix: (N, N) float32, a row for each item of a history.
        binarise: the signs of the summed weights count, not the sums.
    """
    scores = np.zeros((len(queries), matrix.shape[1]), dtype=np.float32)
    _score(queries.history, queries.weights, matrix, binarise, scores)
    return scores


@kernel
def _score(history: Rows, weights: Weights, matrix: Scores, binarise: bool, out: Scores) -> None:
    for b in range(len(history)):
        items, values = _summed(history[b], weights[b], binarise)
        _add_rows(items, values, matrix, out[b])


@kernel
def _summed(items: Rows, weights: Weights, binarise: bool) -> tuple[Rows, Weights]:
    """Each item of a history once, in rising order, and what its places count together."""
    once = np.empty(len(items), dtype=np.int32)
    values = np.empty(len(items), dtype=np.float32)
    count, last = 0, PAD
    for place in np.argsort(items, kind="mergesort"):
        item = items[place]
        if item == PAD:
            continue
        if item != last:
            once[count], values[count], last = item, 0, item
            count += 1
        values[count - 1] += weights[place]
    if binarise:
        values[:count] = np.sign(values[:count])
    return once[:count], values[:count]


@kernel
def _add_rows(items: Rows, values: Weights, matrix: Scores, out: NDArray[np.float32]) -> None:
    """Four rows in one pass over the sums, added one after another as single passes would."""
    four = len(items) - len(items) % 4
    for n in range(0, four, 4):
        a, b, c, d = items[n], items[n + 1], items[n + 2], items[n + 3]
        u, v, w, x = values[n], values[n + 1], values[n + 2], values[n + 3]
        for i in range(len(out)):
            out[i] = (((out[i] + u * matrix[a, i]) + v * matrix[b, i]) + w * matrix[c, i]) + (
                x * matrix[d, i]
            )
    for n in range(four, len(items)):
        for i in range(len(out)):
            out[i] += values[n] * matrix[items[n], i]
