"""The strongest directions of a large sparse matrix."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from omakase.types import Progress, silent

Floats = NDArray[np.float32]
SPARE = 16  # directions beyond those asked for, which take in what blurs the last ones
ROUNDS = 5


def leading_directions(
    matrix: sparse.csr_array, rank: int, rng: np.random.Generator, *, progress: Progress = silent
) -> tuple[Floats, Floats]:
    """Right singular vectors and singular values, largest first.

    Paper: Halko, Martinsson and Tropp, "Finding Structure with Randomness", SIAM Review 2011,
    algorithm 4.4 (subspace iteration).

    Args:
        matrix: (M, N) float32.
        rank: how many; as many as the smaller side has, at most.

    Returns:
        (N, K) orthonormal columns, each with its largest entry positive, and (K,) values.

    Cost: O(nnz · K + (M + N) · K²) time a round, O((M + N) · K) memory.
    """
    rank = min(rank, *matrix.shape)
    width = min(rank + SPARE, *matrix.shape)
    transposed = matrix.T.tocsr()
    basis = _orthonormal(rng.standard_normal((matrix.shape[1], width)).astype(np.float32))
    for turn in range(ROUNDS):
        basis = _orthonormal(transposed @ _orthonormal(matrix @ basis))
        progress(turn + 1, ROUNDS)
    image = matrix @ basis
    squares, rotation = np.linalg.eigh(image.T.astype(np.float64) @ image)
    strongest = np.argsort(-squares, kind="stable")[:rank]
    vectors = basis @ rotation[:, strongest].astype(np.float32)
    return _fix_signs(vectors), np.sqrt(np.maximum(squares[strongest], 0)).astype(np.float32)


def _orthonormal(columns: Floats) -> Floats:
    return np.linalg.qr(columns)[0]


def _fix_signs(vectors: Floats) -> Floats:
    top = np.abs(vectors).argmax(axis=0)
    return np.ascontiguousarray(vectors * np.sign(vectors[top, np.arange(vectors.shape[1])]))
