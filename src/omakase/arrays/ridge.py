"""Many small ridge regressions that share one design: the inner work of alternating least squares.

Row r of `RidgeRows` asks for the x (D,) that minimises

    scale_r · (xᵀ G x − 2 oᵀ x) + Σ_c (curvature_rc · (y_c·x)² − 2 target_rc · y_c·x) + l2_r · |x|²

where y_c are rows of the design (C, D), G (D, D) and o (D,) are given, and c runs over the columns
stored for r. Rows are solved one by one, so the result is the same on any number of threads.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from omakase.arrays.cholesky import TINY, factorise, solve_factored
from omakase.arrays.gram import CHUNK, FAST, PARTS, Floats, add_squares, turned_rows
from omakase.arrays.kernel import kernel
from omakase.arrays.threads import equal_parts, run_parts
from omakase.types import Integers


@dataclass(frozen=True, slots=True)
class RidgeRows:
    """R regressions, sparse in compressed rows.

    Attributes:
        indptr: (R + 1,) where each row starts.
        indices: (nnz,) rows of the design.
        curvature: (nnz,) at least 0.
        target: (nnz,) signed.
        scale: (R,) how much of G and o each row takes.
        l2: (R,) above 0.
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    curvature: Floats
    target: Floats
    scale: Floats
    l2: Floats

    def __len__(self) -> int:
        return len(self.l2)

    def bounds(self, width: int) -> NDArray[np.int64]:
        """Parts of about equal work."""
        return equal_parts(np.diff(self.indptr) + width, PARTS)


def solve_exact(rows: RidgeRows, design: Floats, gram: Floats, offset: Floats) -> Floats:
    """(R, D) the minimisers, by Cholesky. Cost: nnz·D² + R·D³."""
    solutions = np.zeros((len(rows), design.shape[1]), dtype=np.float32)
    return solve_blocks(rows, design, gram, offset, solutions, block=design.shape[1])


def solve_blocks(
    rows: RidgeRows, design: Floats, gram: Floats, offset: Floats, start: Floats, *, block: int
) -> Floats:
    """One exact Newton step for each block of coordinates in turn; `start` (R, D) is overwritten.

    With block ≥ D this is the minimiser. Cost: nnz·D·block + R·D·block².

    Paper: Rendle et al., "iALS++: Speeding up Matrix Factorization with Subspace
    Optimization", 2021.
    """

    def work(first: int, last: int) -> None:
        _blocks(
            rows.indptr, rows.indices, rows.curvature, rows.target, rows.scale, rows.l2,
            design, gram, offset, start, block, first, last,
        )  # fmt: skip

    run_parts(work, rows.bounds(design.shape[1]))
    return start


def solve_cg(
    rows: RidgeRows, design: Floats, gram: Floats, offset: Floats, start: Floats, *, steps: int
) -> Floats:
    """A few steps of conjugate gradients from `start` (R, D), which is overwritten.

    Cost: steps·(nnz·D + R·D²).

    Paper: Takács, Pilászy, Tikk, "Applications of the Conjugate Gradient Method for Implicit
    Feedback Collaborative Filtering", RecSys 2011.
    """

    def work(first: int, last: int) -> None:
        _conjugate(
            rows.indptr, rows.indices, rows.curvature, rows.target, rows.scale, rows.l2,
            design, gram, offset, start, steps, first, last,
        )  # fmt: skip

    run_parts(work, rows.bounds(design.shape[1]))
    return start


@kernel(fastmath=FAST)
def _dot(left: Floats, right: Floats) -> np.float32:
    total = np.float32(0.0)
    for a in range(len(left)):
        total += left[a] * right[a]
    return total


@kernel(fastmath=FAST)
def _blocks(
    indptr: Integers,
    indices: Integers,
    curvature: Floats,
    target: Floats,
    scale: Floats,
    l2: Floats,
    design: Floats,
    gram: Floats,
    offset: Floats,
    out: Floats,
    block: int,
    first: int,
    last: int,
) -> None:
    width = design.shape[1]
    longest = 0
    for r in range(first, last):
        longest = max(longest, indptr[r + 1] - indptr[r])
    fitted = np.empty(longest, dtype=np.float32)  # y_c · x of the stored columns
    turned = turned_rows(min(block, width))
    lower = np.empty((len(turned), len(turned)), dtype=np.float32)
    step = np.empty(min(block, width), dtype=np.float32)
    for r in range(first, last):
        low, high = indptr[r], indptr[r + 1]
        x = out[r]
        for i in range(low, high):
            fitted[i - low] = _dot(design[indices[i]], x)
        for start in range(0, width, block):
            right = min(width, start + block)
            lower[:] = 0
            for a in range(start, right):
                for b in range(start, a + 1):
                    lower[a - start, b - start] = scale[r] * gram[a, b]
                lower[a - start, a - start] += l2[r]
                step[a - start] = scale[r] * (offset[a] - _dot(gram[a], x)) - l2[r] * x[a]
            _add_columns(
                indices[low:high], curvature[low:high], target[low:high], fitted,
                design, start, right, turned, lower, step,
            )  # fmt: skip
            factorise(lower, right - start)
            solve_factored(lower, step, right - start)
            for a in range(start, right):
                x[a] += step[a - start]
            if right < width:
                _refit(indices[low:high], design, start, right, step, fitted)


@kernel(fastmath=FAST)
def _add_columns(
    indices: Integers,
    curvature: Floats,
    target: Floats,
    fitted: Floats,
    design: Floats,
    left: int,
    right: int,
    turned: Floats,
    lower: Floats,
    step: Floats,
) -> None:
    """The stored columns' part of one Newton step: Hessian (b, b), minus gradient `step` (b,)."""
    width = right - left
    turned[width:] = 0
    for start in range(0, len(indices), CHUNK):
        count = min(CHUNK, len(indices) - start)
        for j in range(count):
            y = design[indices[start + j]]
            bend = curvature[start + j]
            pull = target[start + j] - bend * fitted[start + j]
            for a in range(width):
                step[a] += pull * y[left + a]
            root = np.sqrt(bend)
            for a in range(width):
                turned[a, j] = root * y[left + a]
        add_squares(turned, count, lower)


@kernel(fastmath=FAST)
def _refit(
    indices: Integers, design: Floats, left: int, right: int, step: Floats, fitted: Floats
) -> None:
    """What the stored columns predict after a step in one block."""
    for i in range(len(indices)):
        y, total = design[indices[i]], np.float32(0)
        for a in range(left, right):
            total += y[a] * step[a - left]
        fitted[i] += total


@kernel(fastmath=FAST)
def _conjugate(
    indptr: Integers,
    indices: Integers,
    curvature: Floats,
    target: Floats,
    scale: Floats,
    l2: Floats,
    design: Floats,
    gram: Floats,
    offset: Floats,
    out: Floats,
    steps: int,
    first: int,
    last: int,
) -> None:
    width = design.shape[1]
    longest = 0
    for r in range(first, last):
        longest = max(longest, indptr[r + 1] - indptr[r])
    gathered = np.empty((longest, width), dtype=np.float32)
    residual = np.empty(width, dtype=np.float32)
    direction = np.empty(width, dtype=np.float32)
    image = np.empty(width, dtype=np.float32)
    nothing = np.zeros(longest, dtype=np.float32)
    for r in range(first, last):
        low, high = indptr[r], indptr[r + 1]
        count = high - low
        x, rows = out[r], gathered[:count]
        for i in range(count):
            y = design[indices[low + i]]
            for a in range(width):
                gathered[i, a] = y[a]
        _image(rows, curvature[low:high], target[low:high], gram, scale[r], l2[r], x, image)
        for a in range(width):
            residual[a] = scale[r] * offset[a] - image[a]
            direction[a] = residual[a]
        size = _dot(residual, residual)
        for _ in range(steps):
            if size < TINY:
                break
            _image(rows, curvature[low:high], nothing, gram, scale[r], l2[r], direction, image)
            length = size / _dot(direction, image)
            for a in range(width):
                x[a] += length * direction[a]
                residual[a] -= length * image[a]
            fresh = _dot(residual, residual)
            for a in range(width):
                direction[a] = residual[a] + (fresh / size) * direction[a]
            size = fresh


@kernel(fastmath=FAST)
def _image(
    rows: Floats,
    curvature: Floats,
    target: Floats,
    gram: Floats,
    scale: float,
    l2: float,
    x: Floats,
    out: Floats,
) -> None:
    """out = (scale·G + Σ curvature·y yᵀ + l2·I) x − Σ target·y, four rows at once."""
    count, width = rows.shape
    for a in range(width):
        out[a] = scale * _dot(gram[a], x) + l2 * x[a]
    multiple = count - count % 4
    for i in range(0, multiple, 4):
        y0, y1, y2, y3 = rows[i], rows[i + 1], rows[i + 2], rows[i + 3]
        d0, d1, d2, d3 = np.float32(0), np.float32(0), np.float32(0), np.float32(0)
        for a in range(width):
            d0 += y0[a] * x[a]
            d1 += y1[a] * x[a]
            d2 += y2[a] * x[a]
            d3 += y3[a] * x[a]
        d0 = curvature[i] * d0 - target[i]
        d1 = curvature[i + 1] * d1 - target[i + 1]
        d2 = curvature[i + 2] * d2 - target[i + 2]
        d3 = curvature[i + 3] * d3 - target[i + 3]
        for a in range(width):
            out[a] += d0 * y0[a] + d1 * y1[a] + d2 * y2[a] + d3 * y3[a]
    for i in range(multiple, count):
        y0 = rows[i]
        d0 = curvature[i] * _dot(y0, x) - target[i]
        for a in range(width):
            out[a] += d0 * y0[a]
