"""Matrix factorisation of explicit ratings with biases."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy import sparse

from omakase import types
from omakase.arrays.gather import dots_at
from omakase.arrays.gram import gram_of
from omakase.arrays.ridge import RidgeRows, solve_exact
from omakase.data.dataset import Dataset
from omakase.types import PAD, Arrays, Progress, Queries, Rows, Scores, Vectors, silent

STARS = 5.0
"""Mean rating from which on ratings are measured in a larger unit: else prices or amounts, next to
the penalty of a rating, would be more than single floats can tell apart."""


class BiasedMfConfig(types.Config):
    """Knobs of biased matrix factorisation."""

    factors: int = Field(default=32, ge=1, description="length of the vectors, beside the biases")
    iterations: int = Field(default=15, ge=1, description="rounds of users, then items")
    l2: float = Field(default=0.1, gt=0, description="ridge penalty, times the number of ratings")
    unrated_weight: float = Field(
        default=0.1,
        ge=0,
        description="weight of a pair without rating; 0: predict ratings only, which orders "
        "lists badly",
    )
    unrated_share: float = Field(
        default=0.05, ge=0, description="an unrated pair counts as this share of the mean rating"
    )
    init_scale: float = Field(
        default=0.1, gt=0, description="expected length of an item's first vector"
    )


@dataclass(frozen=True, slots=True)
class BiasedMf:
    """Rating = floor + bias of the person + bias of the item + x·y.

    The score is that rating, in the unit of the ratings. People rate what they chose, so a model
    of the rated pairs alone puts obscure films with three happy raters on top. Unrated pairs
    therefore count a little, as low ratings; the scores then order lists well and are lower than
    plain predictions would be. With `unrated_weight` 0 the scores are plain predictions.

    A history whose weights are all 1 says what was chosen and not how it was liked; each of its
    items counts as an average rating. Without history the biases of the items decide.

    Paper: Koren, Bell, Volinsky, "Matrix Factorization Techniques for Recommender Systems", 2009;
        unrated pairs: Steck, "Training and Testing of Recommender Systems on Data Missing Not
        at Random", KDD 2010.
    Differs: by alternating least squares, biases solved along with vectors; several ratings of a
        pair count as their mean.
    Cost: an iteration O(nnz · D² + (U + N) · D³), memory O(nnz + (U + N) · D).

    Attributes:
        items: (N, D) float32.
        bias: (N,) float32.
        floor: what an unrated pair counts as, in the unit of the ratings.
        usual: the mean rating.
        unit: what vectors and biases are measured in; 1 for ratings in stars.
    """

    config_type: ClassVar[type[types.Config]] = BiasedMfConfig
    config: BiasedMfConfig
    items: Vectors
    bias: NDArray[np.float32]
    floor: float
    usual: float
    unit: float

    @classmethod
    def fit(
        cls,
        data: Dataset,
        config: BiasedMfConfig,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        ratings = _mean_ratings(data.matrix, data.telling.users, data.telling.items)
        usual = float(ratings.data.mean()) if ratings.nnz else 0.0
        floor = usual * config.unrated_share if config.unrated_weight else usual
        unit = max(1.0, float(np.abs(ratings.data).sum()) / max(1, ratings.nnz) / STARS)
        ratings.data = (ratings.data - np.float32(floor)) / np.float32(unit)
        by_item = ratings.T.tocsr()
        spread = np.float32(config.init_scale / np.sqrt(config.factors))
        items = rng.standard_normal((data.n_items, config.factors + 1), dtype=np.float32) * spread
        items[:, -1] = 0
        for done in range(config.iterations):
            users = _solve(ratings, items, config)
            items = _solve(by_item, users, config)
            progress(done + 1, config.iterations)
        return cls(config, items[:, :-1].copy(), items[:, -1].copy(), floor, usual, unit)

    def score(self, queries: Queries) -> Scores:
        solved = self._solve(queries)
        above = solved[:, :-1] @ self.items.T + self.bias + solved[:, -1:]
        return above * np.float32(self.unit) + np.float32(self.floor)

    def score_items(self, queries: Queries, items: Rows) -> Scores:
        """(B, C) as `score`, for a few items."""
        solved = self._solve(queries)
        above = dots_at(solved[:, :-1], self.items, items) + self.bias[items] + solved[:, -1:]
        return above * np.float32(self.unit) + np.float32(self.floor)

    def item_vectors(self) -> Vectors:
        """(N, D + 2): the vector, floor + bias, and 1."""
        ones = np.ones((len(self.items), 1), dtype=np.float32)
        level = self.bias[:, None] * np.float32(self.unit) + np.float32(self.floor)
        return np.hstack([self.items, level, ones])

    def query_vectors(self, queries: Queries) -> Vectors:
        """(B, D + 2): the solved vector, 1, and the solved bias."""
        solved = self._solve(queries)
        ones = np.ones((len(queries), 1), dtype=np.float32)
        solved *= np.float32(self.unit)
        return np.hstack([solved[:, :-1], ones, solved[:, -1:]])

    def arrays(self) -> Arrays:
        levels = np.asarray([self.floor, self.usual, self.unit], dtype=np.float64)
        return {"items": self.items, "bias": self.bias, "levels": levels}

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: BiasedMfConfig) -> Self:
        floor, usual, *unit = arrays["levels"].tolist()  # older ones know of stars only
        return cls(config, arrays["items"], arrays["bias"], floor, usual, *(unit or [1.0]))

    def _solve(self, queries: Queries) -> Vectors:
        """(B, D + 1): vector and bias of each history."""
        positions = np.nonzero(queries.history != PAD)
        total = queries.matrix(len(self.items))
        ratings = _mean_ratings(total, positions[0], queries.history[positions])
        owner = np.repeat(np.arange(len(queries)), np.diff(ratings.indptr))
        plain = np.ones(len(queries), dtype=bool)
        plain[owner[ratings.data != 1]] = False
        ratings.data[plain[owner]] = self.usual
        ratings.data = (ratings.data - np.float32(self.floor)) / np.float32(self.unit)
        solved = _solve(ratings, np.hstack([self.items, self.bias[:, None]]), self.config)
        solved[np.diff(ratings.indptr) == 0] = 0
        return solved


def _mean_ratings(
    total: sparse.csr_array, rows: NDArray[np.integer], columns: NDArray[np.integer]
) -> sparse.csr_array:
    """The mean weight of each pair, from the sums and the pairs that were added up."""
    ones = np.ones(len(rows), dtype=np.float32)
    count = sparse.coo_array((ones, (rows, columns)), shape=total.shape).tocsr()
    count.sort_indices()  # the same pattern as the sums
    mean = total.copy()
    mean.data /= count.data
    return mean


def _solve(above: sparse.csr_array, others: Vectors, config: BiasedMfConfig) -> Vectors:
    """(R, D + 1) vectors and biases of one side, from the ratings above the floor of the other."""
    bias = others[:, -1]
    design = others.copy()
    design[:, -1] = 1
    count = np.diff(above.indptr)
    rows = RidgeRows(
        indptr=above.indptr.astype(np.int64),
        indices=above.indices.astype(np.int32),
        curvature=np.ones(above.nnz, dtype=np.float32),
        target=above.data - bias[above.indices],
        scale=np.full(len(count), config.unrated_weight, dtype=np.float32),
        l2=(config.l2 * (count + config.unrated_weight * len(others))).astype(np.float32)
        + np.float32(1e-6),
    )
    return solve_exact(rows, design, gram_of(design), -(bias @ design))
