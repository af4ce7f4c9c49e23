"""Cholesky: small symmetric systems solved in place."""

import numpy as np

from omakase.arrays.gram import FAST, Floats, add_tile
from omakase.arrays.kernel import kernel

TINY = np.float32(1e-12)
"""Least pivot."""


@kernel(fastmath=FAST)
def factorise(lower: Floats, width: int) -> None:
    """In place: the lower triangle of A (width, width) becomes L with L·Lᵀ = A, four rows at once.

    `lower` may be larger than A, so that it stays in one piece of memory.
    """
    for top in range(0, width, 4):
        bottom = min(top + 4, width)
        for left in range(0, top, 4):
            start = 0
            if bottom - top == 4:
                add_tile(lower, top, left, left, -1, lower)
                start = left
            for i in range(top, bottom):
                for j in range(left, left + 4):
                    lower[i, j] = _rest(lower, i, j, start) / lower[j, j]
        for i in range(top, bottom):
            for j in range(top, i):
                lower[i, j] = _rest(lower, i, j, 0) / lower[j, j]
            # Rounding may leave a pivot at or under zero when l2 is next to nothing.
            lower[i, i] = np.sqrt(max(_rest(lower, i, i, 0), TINY))


@kernel(fastmath=FAST, inline="always")
def _rest(lower: Floats, i: int, j: int, start: int) -> np.float32:
    """An entry less the products of the columns before it, from `start` on."""
    row_i, row_j = lower[i], lower[j]
    total = np.float32(0)
    for k in range(start, j):
        total += row_i[k] * row_j[k]
    return row_i[j] - total


@kernel(fastmath=FAST)
def solve_factored(lower: Floats, vector: Floats, width: int) -> None:
    """In place: the vector (width,) becomes (L·Lᵀ)⁻¹ vector."""
    for i in range(width):
        row, total = lower[i], np.float32(0)
        for j in range(i):
            total += row[j] * vector[j]
        vector[i] = (vector[i] - total) / row[i]
    for i in range(width - 1, -1, -1):
        row = lower[i]
        vector[i] /= row[i]
        value = vector[i]
        for j in range(i):
            vector[j] -= value * row[j]
