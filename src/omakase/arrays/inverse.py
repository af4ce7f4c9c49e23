"""The inverse of a positive definite matrix, in its own memory, block by block.

LAPACK's own routines count places in 32 bits in many builds and fall over beyond about 40 000
rows; blocks of a few thousand rows are products that any build does well.
"""

import numpy as np
import scipy
from numpy.typing import NDArray

from omakase.types import Progress, silent

Square = NDArray[np.floating]

BLOCK = 4096
"""Rows of one block."""


def invert(matrix: Square, *, block: int = BLOCK, progress: Progress = silent) -> None:
    """Replaces a symmetric positive definite (N, N) matrix by its inverse.

    Only the lower triangle is read. Besides the matrix, memory for one block of rows is used.
    Cost: N³ multiplications and additions.

    Args:
        matrix: rows contiguous, float32 or float64; overwritten, both triangles.
        block: rows handled at once.
        progress: hears three steps a block.

    Raises:
        numpy.linalg.LinAlgError: the matrix is not positive definite in its floats.
    """
    cuts = [slice(at, min(at + block, len(matrix))) for at in range(0, len(matrix), block)]
    total = 3 * len(cuts)
    for step, diagonal in enumerate(cuts):
        _factor(matrix, diagonal, cuts[step + 1 :])
        progress(step + 1, total)
    for step, diagonal in enumerate(reversed(cuts)):
        _invert_factor(matrix, diagonal, cuts[len(cuts) - step :])
        progress(len(cuts) + step + 1, total)
    for step, diagonal in enumerate(cuts):
        _multiply(matrix, diagonal)
        progress(2 * len(cuts) + step + 1, total)


def _factor(matrix: Square, here: slice, below: list[slice]) -> None:
    """One column of blocks of the Cholesky factor, and what it takes from the rest."""
    corner = _cholesky(matrix[here, here])
    matrix[here, here] = corner
    if not below:
        return
    rest = slice(below[0].start, len(matrix))
    panel = matrix[rest, here] @ _triangle_inverse(corner).T
    matrix[rest, here] = panel
    for row in below:
        lower = slice(row.start, len(matrix))
        part = panel[row.start - rest.start : row.stop - rest.start]
        matrix[lower, row] -= panel[row.start - rest.start :] @ part.T


def _invert_factor(matrix: Square, here: slice, below: list[slice]) -> None:
    """One column of blocks of the factor's inverse; those to its right are inverted already."""
    corner = _triangle_inverse(matrix[here, here])
    matrix[here, here] = corner
    if not below:
        return
    first = below[0].start
    panel = matrix[first:, here] @ -corner
    for row in below:
        matrix[row, here] = matrix[row, first : row.stop] @ panel[: row.stop - first]


def _multiply(matrix: Square, here: slice) -> None:
    """One row of blocks of the inverse: the factor's inverse, transposed, times itself."""
    rows = matrix[here.start :, here].T @ matrix[here.start :, : here.stop]
    matrix[here, : here.stop] = rows
    matrix[: here.start, here] = rows[:, : here.start].T


def _cholesky(corner: Square) -> Square:
    (potrf,) = scipy.linalg.lapack.get_lapack_funcs(("potrf",), (corner,))
    factor, failed = potrf(corner, lower=True, clean=True)
    if failed or not np.isfinite(np.diag(factor)).all():  # not every build minds NaN
        raise np.linalg.LinAlgError("the matrix is not positive definite")
    return np.asarray(factor)


def _triangle_inverse(corner: Square) -> Square:
    (trtri,) = scipy.linalg.lapack.get_lapack_funcs(("trtri",), (corner,))
    inverse, _ = trtri(corner, lower=True)
    return np.tril(inverse)
