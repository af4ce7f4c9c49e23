"""EASE for large catalogs: each item is predicted from the few items most like it."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy import sparse

from omakase import types
from omakase.arrays.link_scores import LinkScores
from omakase.arrays.links import Links
from omakase.arrays.local_ridge import local_weights
from omakase.arrays.memory import require_bytes
from omakase.arrays.nearest import Measure, most_alike
from omakase.arrays.signed_weights import SignedWeights
from omakase.arrays.ties import tie_breaks
from omakase.data.dataset import Dataset
from omakase.types import Progress, Weights, silent


class SparseEaseConfig(SignedWeights):
    """Knobs of sparse EASE."""

    neighbours: int = Field(default=100, ge=1, description="items that an item is predicted from")
    l2: float = Field(default=20.0, gt=0, description="ridge penalty, in squared event weights")
    l2_exponent: float = Field(
        default=0.0,
        ge=0,
        description="0: one penalty for all; above: the penalty of an item also grows with its "
        "popularity (relative to the mean item) to this power",
    )
    user_exponent: float = Field(
        default=0.0,
        ge=0,
        description="a person with n events counts n to minus this power in training",
    )


@dataclass(frozen=True, slots=True)
class SparseEase(LinkScores):
    """Sparse item-item weights with a zero diagonal.

    Paper: Steck, "Markov Random Fields for Collaborative Filtering", NeurIPS 2019 (a sparse
        pattern from correlations, weights exact on it); Ning and Karypis, "SLIM", ICDM 2011
        (regressions on the nearest items alone).
    Differs: one regression an item on its own neighbourhood, rather than inverses of blocks put
        together; with `neighbours` of at least N - 1 it is EASE exactly.
    Cost: O(N · k³) for k neighbours and the pairs of events that meet in a neighbourhood; memory
        O(N · k), never (N, N).
    """

    config_type: ClassVar[type[types.Config]] = SparseEaseConfig
    config: SparseEaseConfig

    @classmethod
    def fit(
        cls,
        data: Dataset,
        config: SparseEaseConfig,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        """Refused as `TooLarge` before it starts when the weights would not fit."""
        size = min(config.neighbours, data.n_items)
        require_bytes(f"sparse EASE over {data.n_items} items", 40 * size * data.n_items)
        matrix = _balance(config.signed(data.matrix), config)
        energy = np.asarray((matrix**2).sum(axis=0), dtype=np.float64)
        support = _nearest(matrix, np.sqrt(energy).astype(np.float32), config)
        penalties = _penalties(energy, config).astype(np.float32)
        weights = local_weights(matrix, support, penalties, progress)
        return cls(config, Links.of(weights.T.tocsr()), tie_breaks(data.matrix))


def _balance(matrix: sparse.csr_array, config: SparseEaseConfig) -> sparse.csr_array:
    """Rows scaled so that their products count n^-user_exponent."""
    counts = np.maximum(np.diff(matrix.indptr), 1).astype(np.float64)
    scale = (counts ** (-config.user_exponent / 2)).astype(np.float32)
    return sparse.diags_array(scale).tocsr() @ matrix


def _nearest(matrix: sparse.csr_array, size: Weights, config: SparseEaseConfig) -> sparse.csr_array:
    """(N, N): a stored entry where an item is among the nearest of another, by cosine."""
    return most_alike(
        matrix.T.tocsr(),
        matrix,
        config.neighbours,
        Measure(size, size),
        skip=np.arange(matrix.shape[1], dtype=np.int32),
    )


def _penalties(energy: NDArray[np.float64], config: SparseEaseConfig) -> NDArray[np.float64]:
    """(N,) l2 of each item; `energy` is its squared length."""
    relative = np.maximum(energy, 1e-3) / max(float(energy.mean()), 1e-3)
    return config.l2 * relative**config.l2_exponent
