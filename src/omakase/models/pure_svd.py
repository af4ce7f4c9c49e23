"""PureSVD: the best low-rank picture of the matrix of events, missing ones as zeros."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy import sparse

from omakase import types
from omakase.arrays.gather import dots_at, masked_at
from omakase.arrays.signed_weights import SignedWeights
from omakase.data.dataset import Dataset
from omakase.types import Arrays, Progress, Queries, Rows, Scores, Vectors, silent


class PureSvdConfig(SignedWeights):
    """Knobs of PureSVD."""

    factors: int = Field(
        default=64, ge=1, description="length of the vectors; at most what the data's rank allows"
    )
    item_exponent: float = Field(
        default=0.4,
        ge=0,
        le=1,
        description="0: popular items rule the spectrum; 1: all items have the same length",
    )


@dataclass(frozen=True, slots=True)
class PureSvd:
    """Right singular vectors of the scaled matrix; a history is projected on them.

    Paper: Cremonesi, Koren, Turrin, "Performance of Recommender Algorithms on Top-N
        Recommendation Tasks", RecSys 2010; the scaling of items: Nikolakopoulos et al.,
        "EigenRec", KAIS 2019.
    Cost: O((nnz + (U + N) · D) · D) time, O(nnz + (U + N) · D) memory.

    Attributes:
        basis: (N, D) float32, orthonormal columns.
        shrink: (N,) float32: the power of popularity that an item is multiplied by.
        typical: (D,) float32: the mean person, for those without history.
    """

    config_type: ClassVar[type[types.Config]] = PureSvdConfig
    config: PureSvdConfig
    basis: Vectors
    shrink: NDArray[np.float32]
    typical: NDArray[np.float32]

    @classmethod
    def fit(
        cls,
        data: Dataset,
        config: PureSvdConfig,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        matrix = config.signed(data.matrix).astype(np.float64)
        counts = np.maximum(np.bincount(matrix.indices, minlength=data.n_items), 1)
        shrink = counts ** -(config.item_exponent / 2)
        rank = max(1, min(config.factors, min(matrix.shape) - 1))
        scaled = matrix @ sparse.diags_array(shrink)
        basis = _right_vectors(scaled, rank, rng)
        progress(1, 1)
        typical = (np.asarray(scaled.mean(axis=0)) @ basis).astype(np.float32)
        return cls(config, basis.astype(np.float32), shrink.astype(np.float32), typical)

    def score(self, queries: Queries) -> Scores:
        return self.query_vectors(queries) @ self.basis.T / self.shrink

    def score_items(self, queries: Queries, items: Rows) -> Scores:
        """(B, C) as `score`, for a few items."""
        return dots_at(self.query_vectors(queries), self.basis, items) / self.shrink[items]

    def item_vectors(self) -> Vectors:
        """(N, D)"""
        return self.basis / self.shrink[:, None]

    def query_vectors(self, queries: Queries) -> Vectors:
        """(B, D)"""
        history = self.config.signed(queries.matrix(len(self.basis)))
        vectors = np.asarray(history @ (self.basis * self.shrink[:, None]), dtype=np.float32)
        vectors[np.asarray(abs(history).sum(axis=1) == 0).ravel()] = self.typical
        return vectors

    def contributions(self, queries: Queries, items: Rows) -> Scores:
        """(B, C, L): exact, the parts add up to the score (but for an empty history)."""
        values = self.config.strengths(queries, len(self.basis))
        projections = (self.basis * self.shrink[:, None])[queries.history]  # (B, L, D)
        parts = np.einsum("bcd,bld,bl->bcl", self.item_vectors()[items], projections, values)
        return masked_at(parts, items, 0.0)

    def arrays(self) -> Arrays:
        return {"basis": self.basis, "shrink": self.shrink, "typical": self.typical}

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: PureSvdConfig) -> Self:
        return cls(config, arrays["basis"], arrays["shrink"], arrays["typical"])


def _right_vectors(
    matrix: sparse.csr_array, rank: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """(N, rank) right singular vectors, largest first, each with its largest entry positive."""
    if not matrix.count_nonzero():
        return np.eye(matrix.shape[1], rank)  # no direction is stronger than another
    if rank == min(matrix.shape):  # one person, or one item: ARPACK wants two
        vectors = np.linalg.svd(matrix.toarray(), full_matrices=False)[2].T
    else:
        first = rng.standard_normal(min(matrix.shape))
        from scipy.sparse.linalg import svds  # learning only: 8 MB that serving does without

        _, _, right = svds(matrix, k=rank, v0=first, return_singular_vectors="vh")
        vectors = right[::-1].T
    top = np.abs(vectors).argmax(axis=0)
    return vectors * np.sign(vectors[top, np.arange(rank)])
