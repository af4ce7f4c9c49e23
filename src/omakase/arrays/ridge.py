"""Many small ridge regressions that share one design: the inner work of alternating least squares.

Row r of `RidgeRows` asks for the x (D,) that minimises

    scale_r · (xᵀ G x − 2 oᵀ x) + Σ_c (curvature_rc · (y_c·x)² − 2 target_rc · y_c·x) + l2_r · |x|²

where y_c are rows of the design (C, D), G (D, D) and o (D,) are given, and c runs over the columns
stored for r. Rows are solved one by one, so the result is the same on any number of threads.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from omakase.arrays.threads import equal_parts, run_parts

Floats = NDArray[np.float32]

FAST = {"reassoc", "contract", "nsz", "arcp"}
"""Fast sums, but NaN stays NaN."""

PARTS = 32
CHUNK = 128
"""Rows of the design gathered at once, so that they stay in the nearest cache."""

TINY = np.float32(1e-12)


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
    out = np.zeros((len(rows), design.shape[1]), dtype=np.float32)
    return solve_blocks(rows, design, gram, offset, out, block=design.shape[1])


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


def gram_of(design: Floats, weights: Floats | None = None) -> Floats:
    """(D, D) designᵀ · diag(weights) · design; the same bits on any number of threads."""
    width = design.shape[1]
    bounds = equal_parts(np.ones(len(design), dtype=np.int64), PARTS)
    partial = np.zeros((len(bounds) - 1, width, width), dtype=np.float32)
    scaled = design if weights is None else design * weights[:, None]

    def work(first: int, last: int) -> None:
        part = int(np.searchsorted(bounds, first, side="right")) - 1
        _gram(scaled[first:last], design[first:last], partial[part])

    run_parts(work, bounds)
    return np.asarray(partial.astype(np.float64).sum(axis=0), dtype=np.float32)


@njit(nogil=True, cache=True, fastmath=FAST)
def _gram(left, right, out):  # type: ignore[no-untyped-def]
    """out (D, D) += leftᵀ right, a symmetric product."""
    width = len(out)
    for start in range(0, len(left), CHUNK):
        _add_products(left[start : start + CHUNK], right[start : start + CHUNK], out)
    for a in range(width):
        for b in range(a):
            out[a, b] = out[b, a]


@njit(nogil=True, cache=True, fastmath=FAST)
def _add_products(left, right, out):  # type: ignore[no-untyped-def]
    """out (D, D) += leftᵀ right, in the upper triangle alone. Four rows at once: fewer stores."""
    count, width = left.shape
    whole = count - count % 4
    for a in range(width):
        row = out[a]
        for i in range(0, whole, 4):
            f0, f1, f2, f3 = left[i, a], left[i + 1, a], left[i + 2, a], left[i + 3, a]
            y0, y1, y2, y3 = right[i], right[i + 1], right[i + 2], right[i + 3]
            for b in range(a, width):
                row[b] += f0 * y0[b] + f1 * y1[b] + f2 * y2[b] + f3 * y3[b]
        for i in range(whole, count):
            f0, y0 = left[i, a], right[i]
            for b in range(a, width):
                row[b] += f0 * y0[b]


@njit(nogil=True, cache=True, fastmath=FAST)
def factorise(upper):  # type: ignore[no-untyped-def]
    """In place: the upper triangle of A becomes U with UᵀU = A."""
    width = len(upper)
    for i in range(width):
        row = upper[i]
        whole = i - i % 4
        for k in range(0, whole, 4):
            f0, f1, f2, f3 = upper[k, i], upper[k + 1, i], upper[k + 2, i], upper[k + 3, i]
            u0, u1, u2, u3 = upper[k], upper[k + 1], upper[k + 2], upper[k + 3]
            for b in range(i, width):
                row[b] -= f0 * u0[b] + f1 * u1[b] + f2 * u2[b] + f3 * u3[b]
        for k in range(whole, i):
            f0, u0 = upper[k, i], upper[k]
            for b in range(i, width):
                row[b] -= f0 * u0[b]
        # Rounding may leave a pivot at or under zero when l2 is next to nothing.
        inverse = np.float32(1.0) / np.sqrt(max(row[i], TINY))
        for b in range(i, width):
            row[b] *= inverse


@njit(nogil=True, cache=True, fastmath=FAST)
def solve_factored(upper, vector):  # type: ignore[no-untyped-def]
    """In place: vector becomes (UᵀU)⁻¹ vector."""
    width = len(vector)
    for k in range(width):
        vector[k] /= upper[k, k]
        factor, row = vector[k], upper[k]
        for b in range(k + 1, width):
            vector[b] -= factor * row[b]
    for k in range(width - 1, -1, -1):
        row = upper[k]
        total = np.float32(0.0)
        for b in range(k + 1, width):
            total += row[b] * vector[b]
        vector[k] = (vector[k] - total) / row[k]


@njit(nogil=True, cache=True, fastmath=FAST)
def _dot(left, right):  # type: ignore[no-untyped-def]
    total = np.float32(0.0)
    for a in range(len(left)):
        total += left[a] * right[a]
    return total


@njit(nogil=True, cache=True, fastmath=FAST)
def _blocks(  # type: ignore[no-untyped-def]
    indptr, indices, curvature, target, scale, l2, design, gram, offset, out, block, first, last
):
    width = design.shape[1]
    longest = 0
    for r in range(first, last):
        longest = max(longest, indptr[r + 1] - indptr[r])
    fitted = np.empty(longest, dtype=np.float32)  # y_c · x of the stored columns
    for r in range(first, last):
        low, high = indptr[r], indptr[r + 1]
        x = out[r]
        for i in range(low, high):
            fitted[i - low] = _dot(design[indices[i]], x)
        for left in range(0, width, block):
            right = min(width, left + block)
            hessian = np.empty((right - left, right - left), dtype=np.float32)
            step = np.empty(right - left, dtype=np.float32)
            for a in range(left, right):
                for b in range(left, right):
                    hessian[a - left, b - left] = scale[r] * gram[a, b]
                hessian[a - left, a - left] += l2[r]
                step[a - left] = scale[r] * (offset[a] - _dot(gram[a], x)) - l2[r] * x[a]
            _add_stored(
                indices[low:high], curvature[low:high], target[low:high], fitted,
                design[:, left:right], hessian, step,
            )  # fmt: skip
            factorise(hessian)
            solve_factored(hessian, step)
            for a in range(left, right):
                x[a] += step[a - left]
            if right < width:
                for i in range(low, high):
                    fitted[i - low] += _dot(design[indices[i], left:right], step)


@njit(nogil=True, cache=True, fastmath=FAST)
def _add_stored(indices, curvature, target, fitted, design, hessian, step):  # type: ignore[no-untyped-def]
    """The stored columns' part of one Newton step: hessian (b, b), minus gradient `step` (b,)."""
    width = design.shape[1]
    plain = np.empty((CHUNK, width), dtype=np.float32)
    curved = np.empty((CHUNK, width), dtype=np.float32)
    for start in range(0, len(indices), CHUNK):
        count = min(CHUNK, len(indices) - start)
        for j in range(count):
            y = design[indices[start + j]]
            bend = curvature[start + j]
            pull = target[start + j] - bend * fitted[start + j]
            for a in range(width):
                plain[j, a] = y[a]
                curved[j, a] = bend * y[a]
                step[a] += pull * y[a]
        _add_products(curved[:count], plain[:count], hessian)


@njit(nogil=True, cache=True, fastmath=FAST)
def _conjugate(  # type: ignore[no-untyped-def]
    indptr, indices, curvature, target, scale, l2, design, gram, offset, out, steps, first, last
):
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


@njit(nogil=True, cache=True, fastmath=FAST)
def _image(rows, curvature, target, gram, scale, l2, x, out):  # type: ignore[no-untyped-def]
    """out = (scale·G + Σ curvature·y yᵀ + l2·I) x − Σ target·y, four rows at once."""
    count, width = rows.shape
    for a in range(width):
        out[a] = scale * _dot(gram[a], x) + l2 * x[a]
    whole = count - count % 4
    for i in range(0, whole, 4):
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
    for i in range(whole, count):
        y0 = rows[i]
        d0 = curvature[i] * _dot(y0, x) - target[i]
        for a in range(width):
            out[a] += d0 * y0[a]
