"""One person's vector from the wish that items of the history score above others."""

import numpy as np
from numpy.typing import NDArray

from omakase.arrays.cholesky import factorise, solve_factored
from omakase.arrays.gram import FAST, Floats
from omakase.arrays.kernel import kernel
from omakase.types import Integers, Rows


def preferring(
    indptr: NDArray[np.int64],
    rows: NDArray[np.int32],
    signs: Floats,
    items: Floats,
    bias: Floats,
    panel: NDArray[np.int32],
    l2: float,
    steps: int,
) -> Floats:
    """(B, D) vectors x that minimise, by `steps` steps of a bound that never let the loss rise,

        Σ_i mean_j −ln σ(sign_i · (s_i − s_j)) + n · l2/2 · |x|²,    s_i = x·y_i + b_i

    with i over the history (CSR: indptr, rows, signs), n its length, j over the panel.

    Paper: Böhning, Lindsay, "Monotonicity of Quadratic-Approximation Algorithms", 1988.
    """
    scores = np.zeros((len(indptr) - 1, items.shape[1]), dtype=np.float32)
    rivals, levels = items[panel], bias[panel]
    _prefer(indptr, rows, signs, items, bias, rivals, levels, np.float32(l2), steps, scores)
    return scores


@kernel(fastmath=FAST)
def _prefer(
    indptr: Integers,
    rows: Rows,
    signs: Floats,
    items: Floats,
    bias: Floats,
    others: Floats,
    levels: Floats,
    l2: np.float32,
    steps: int,
    out: Floats,
) -> None:
    centre, spread = _moments(others)
    width = len(centre)
    for q in range(len(out)):
        query_rows, sign = rows[indptr[q] : indptr[q + 1]], signs[indptr[q] : indptr[q + 1]]
        count = len(query_rows)
        if count == 0:
            continue
        bound = _curvature(items, query_rows, centre, spread, l2)
        factorise(bound, width)
        x = out[q]
        for _ in range(steps):
            step = -l2 * count * x
            push = np.zeros(len(others), dtype=np.float32)
            beside = levels + others @ x
            for i in range(count):
                y = items[query_rows[i]]
                level = bias[query_rows[i]]
                for a in range(width):
                    level += y[a] * x[a]
                pull = np.float32(0)
                for j in range(len(others)):
                    share = sign[i] / (1 + np.exp(sign[i] * (level - beside[j]))) / len(others)
                    pull += share
                    push[j] += share
                for a in range(width):
                    step[a] += pull * y[a]
            for j in range(len(others)):
                for a in range(width):
                    step[a] -= push[j] * others[j, a]
            solve_factored(bound, step, width)
            for a in range(width):
                x[a] += step[a]


@kernel(fastmath=FAST)
def _moments(others: Floats) -> tuple[Floats, Floats]:
    """Mean (D,) and covariance (D, D) of the panel."""
    count, width = others.shape
    centre = np.zeros(width, dtype=np.float32)
    for j in range(count):
        centre += others[j] / np.float32(count)
    spread = np.zeros((width, width), dtype=np.float32)
    for j in range(count):
        for a in range(width):
            for b in range(width):
                spread[a, b] += (others[j, a] - centre[a]) * (others[j, b] - centre[b])
    return centre, spread / np.float32(count)


@kernel(fastmath=FAST)
def _curvature(items: Floats, own: Rows, centre: Floats, spread: Floats, l2: np.float32) -> Floats:
    """(D, D), lower triangle: at least the Hessian anywhere, since σ' is at most 1/4."""
    width = len(centre)
    bound = spread * np.float32(len(own) * 0.25)
    for i in own:
        apart = items[i] - centre
        for a in range(width):
            for b in range(a + 1):
                bound[a, b] += np.float32(0.25) * apart[a] * apart[b]
    for a in range(width):
        bound[a, a] += l2 * len(own)
    return bound
