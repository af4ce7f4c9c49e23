"""EASE on balanced events, solved exactly, of which only the strongest links are kept."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy import sparse

from omakase import types
from omakase.arrays.cooccur import dense_gram
from omakase.arrays.inverse import invert
from omakase.arrays.link_scores import LinkScores
from omakase.arrays.links import Links
from omakase.arrays.memory import require_bytes
from omakase.arrays.signed_weights import SignedWeights
from omakase.arrays.ties import tie_breaks
from omakase.data.dataset import Dataset
from omakase.errors import ConfigError
from omakase.types import Progress, silent

BLOCK = 1024
"""Items whose links are chosen at once."""


class PrunedEaseConfig(SignedWeights):
    """Knobs of pruned EASE."""

    l2: float = Field(
        default=5.0, gt=0, description="ridge penalty, in mean squared lengths of a balanced item"
    )
    user_exponent: float = Field(
        default=0.5, ge=0, description="a person with n events counts n to minus this power"
    )
    item_exponent: float = Field(
        default=0.25,
        ge=0,
        description="an item with n events is scaled by n to minus this power before the ridge",
    )
    popularity_exponent: float = Field(
        default=0.1, description="scores of an item with n events are scaled by n to this power"
    )
    keep: int = Field(default=1000, ge=1, description="strongest links kept to each item")


@dataclass(frozen=True, slots=True)
class PrunedEase(LinkScores):
    """Item-item weights with a zero diagonal, the strongest of each column.

    Paper: Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019.
    Differs: people and items are balanced by powers of their numbers of events, as the
        normalised adjacency of graph filters is (Shen et al., "How Powerful is Graph Convolution
        for Recommendation?", CIKM 2021), before the ridge; weak links are dropped after it.
    Cost: O(N³) time and one (N, N) float32 matrix in training; O(N · keep) afterwards.
    """

    config_type: ClassVar[type[types.Config]] = PrunedEaseConfig
    config: PrunedEaseConfig

    @classmethod
    def fit(
        cls,
        data: Dataset,
        config: PrunedEaseConfig,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        """Refused as `TooLarge` before it starts when the matrix would not fit."""
        size = data.n_items
        require_bytes(f"pruned EASE over {size} items", 4 * size**2 + 24 * size * config.keep)
        matrix = config.signed(data.matrix)
        counts = np.maximum(np.bincount(matrix.indices, minlength=size), 1).astype(np.float64)
        weights = _solve(_balance(matrix, counts, config), config, progress)
        weights *= (counts**-config.item_exponent).astype(np.float32)[:, None]
        weights *= (counts**config.popularity_exponent).astype(np.float32)
        return cls(config, Links.of(_strongest(weights, config.keep)), tie_breaks(data.matrix))


def _balance(
    matrix: sparse.csr_array, counts: NDArray[np.float64], config: PrunedEaseConfig
) -> sparse.csr_array:
    """Rows and columns scaled by powers of their numbers of events."""
    events = np.maximum(np.diff(matrix.indptr), 1).astype(np.float64)
    rows = sparse.diags_array((events ** (-config.user_exponent / 2)).astype(np.float32))
    columns = sparse.diags_array((counts**-config.item_exponent).astype(np.float32))
    return (rows @ matrix @ columns).tocsr()


def _solve(
    matrix: sparse.csr_array, config: PrunedEaseConfig, progress: Progress
) -> NDArray[np.float32]:
    """(N, N): each column is the ridge regression of its item on all the others."""
    gram = dense_gram(matrix, np.float32)
    energy = np.diag(gram)
    gram[np.diag_indices_from(gram)] += np.float32(config.l2 * max(float(energy.mean()), 1e-6))
    try:
        invert(gram, progress=progress)
    except np.linalg.LinAlgError as error:
        raise ConfigError("pruned EASE: l2 is too small for this data; raise it") from error
    gram /= -np.diag(gram).copy()
    np.fill_diagonal(gram, 0.0)
    return gram


def _strongest(weights: NDArray[np.float32], keep: int) -> sparse.csr_array:
    """(N, N): in each column the `keep` entries that are farthest from zero."""
    size = len(weights)
    parts = []
    for start in range(0, size, BLOCK):
        block = weights[:, start : start + BLOCK]
        if keep < size:
            border = np.partition(np.abs(block), size - keep, axis=0)[size - keep]
            block = np.where(np.abs(block) >= border, block, np.float32(0))
        parts.append(sparse.csc_array(block))
    return sparse.hstack(parts, format="csr")
