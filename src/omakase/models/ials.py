"""Implicit matrix factorisation by alternating least squares."""

from dataclasses import dataclass
from typing import ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy import sparse

from omakase import types
from omakase.arrays.gather import dots_at, masked_at, values_at
from omakase.arrays.gram import gram_of
from omakase.arrays.ridge import RidgeRows, solve_blocks, solve_cg, solve_exact
from omakase.data.dataset import Dataset
from omakase.types import Arrays, Progress, Queries, Rows, Scores, Vectors, silent


class IalsConfig(types.Config):
    """Knobs of implicit ALS."""

    factors: int = Field(default=64, ge=1, description="length of the vectors")
    iterations: int = Field(default=15, ge=1, description="rounds of users, then items")
    unobserved: float = Field(
        default=0.1, gt=0, description="weight of a pair without events, where an event has 1"
    )
    l2: float = Field(default=0.01, gt=0, description="ridge penalty, times a power of the weight")
    l2_exponent: float = Field(
        default=1.0,
        ge=0,
        description="0: the same penalty for all; 1: in proportion to the weight of a row",
    )
    strength: Literal["one", "weight", "log"] = Field(
        default="one",
        description="weight of an observed pair: 1, that of its events, or log(1 + it)",
    )
    popular_negatives: float = Field(
        default=0.0,
        ge=0,
        description="unobserved pairs weigh as popularity to this power; 0: all the same",
    )
    solver: Literal["cg", "cholesky", "blocks"] = Field(
        default="cg",
        description="conjugate gradients, exact, or exact by blocks (iALS++)",
        json_schema_extra={"search": False},
    )
    cg_steps: int = Field(
        default=3,
        ge=1,
        description="steps of conjugate gradients a round",
        json_schema_extra={"search": False},
    )
    block: int = Field(
        default=32,
        ge=1,
        description="coordinates solved at once by blocks",
        json_schema_extra={"search": False},
    )
    init_scale: float = Field(
        default=0.1, gt=0, description="expected length of an item's first vector"
    )


@dataclass(frozen=True, slots=True)
class Ials:
    """Item vectors; a person's vector is solved from the history when asked.

    Minimises Σ_observed a (p − x·y)² + unobserved · Σ_all q (x·y)² + penalties, where a is the
    strength of the pair, p is 1 (−1 where dislikes outweigh) and q the share of the item in the
    negatives (mean 1). Someone without history gets the mean vector of all people.

    Paper: Hu, Koren, Volinsky, "Collaborative Filtering for Implicit Feedback Datasets",
        ICDM 2008; Rendle et al., "Revisiting the Performance of iALS on Item Recommendation
        Benchmarks", RecSys 2022 (penalty in proportion to frequency).
    Differs: a dislike pulls towards −1; unobserved pairs may weigh by popularity (as eALS,
        He et al., SIGIR 2016); no vectors of people are kept, which makes strangers and
        customers the same case.
    Cost: an iteration is O(nnz · D) by conjugate gradients, O(nnz · D² + (U + N) · D³) exactly;
        memory O(nnz + (U + N) · D). An answer is O(L · D² + D³ + N · D).

    Attributes:
        items: (N, D) float32.
        gram: (D, D) float32: Σ q y yᵀ over all items.
        typical: (D,) float32: the mean person.
    """

    config_type: ClassVar[type[types.Config]] = IalsConfig
    config: IalsConfig
    items: Vectors
    gram: NDArray[np.float32]
    typical: NDArray[np.float32]

    @classmethod
    def fit(
        cls,
        data: Dataset,
        config: IalsConfig,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        users, items = factors(data, config, rng=rng, progress=progress)
        gram = gram_of(items, _shares(data.matrix.indices, data.n_items, config))
        return cls(config, items, gram, mean_of(users.sum(axis=0, dtype=np.float64), len(users)))

    def score(self, queries: Queries) -> Scores:
        return self.query_vectors(queries) @ self.items.T

    def score_items(self, queries: Queries, items: Rows) -> Scores:
        """(B, C) as `score`, for a few items."""
        return dots_at(self.query_vectors(queries), self.items, items)

    def item_vectors(self) -> Vectors:
        """(N, D)"""
        return self.items

    def query_vectors(self, queries: Queries) -> Vectors:
        """(B, D): the exact solution for each history, the mean person where there is none."""
        history = queries.matrix(len(self.items))
        rows = self._rows(history)
        vectors = solve_exact(rows, self.items, self.gram, _nothing(self.config))
        vectors[~_speaks(history)] = self.typical
        return vectors

    def contributions(self, queries: Queries, items: Rows) -> Scores:
        """(B, C, L): a score is yᵀ A⁻¹ Σ t y, so each event's term of the sum is its part.

        An item that is in the history twice shares its part by weight. Exact: the parts add up
        to the score (but for someone without history, whose score rests on nothing).
        """
        parts = np.zeros((*items.shape, queries.history.shape[1]), dtype=np.float32)
        for b in range(len(queries)):
            parts[b] = self._parts(queries[b : b + 1], items[b])
        return masked_at(parts, items, 0.0)

    def arrays(self) -> Arrays:
        return {"items": self.items, "gram": self.gram, "typical": self.typical}

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: IalsConfig) -> Self:
        return cls(config, arrays["items"], arrays["gram"], arrays["typical"])

    def _rows(self, history: sparse.csr_array) -> RidgeRows:
        return ridge_rows(history, _ones(history.shape[0]), len(self.items), self.config)

    def _parts(self, query: Queries, items: Rows) -> Scores:
        """(C, L) for one query."""
        history = query.matrix(len(self.items))
        rows = self._rows(history)
        stored = self.items[rows.indices]  # (H, D)
        a = rows.scale[0] * self.gram + (stored * rows.curvature[:, None]).T @ stored
        a[np.diag_indices_from(a)] += rows.l2[0]
        history.data = rows.target
        targets = values_at(history, query.history, query.weights)[0]  # (L,)
        factors = self.items[query.history[0]]  # (L, D); what stands at PAD is multiplied by 0
        return np.asarray(self.items[items] @ np.linalg.solve(a, factors.T) * targets)


def factors(
    data: Dataset, config: IalsConfig, *, rng: np.random.Generator, progress: Progress = silent
) -> tuple[Vectors, Vectors]:
    """The vectors of users (U, D) and items (N, D) after all iterations, items last."""
    by_user = data.matrix
    by_item = by_user.T.tocsr()
    share = _shares(by_user.indices, data.n_items, config)
    user_rows = ridge_rows(by_user, _ones(data.n_users), data.n_items, config)
    item_rows = ridge_rows(by_item, share, data.n_users, config)
    users = np.zeros((data.n_users, config.factors), dtype=np.float32)
    items = first_vectors(data.n_items, config, rng)
    for done in range(config.iterations):
        users = solved(user_rows, items, gram_of(items, share), users, config)
        items = solved(item_rows, users, gram_of(users), items, config)
        progress(done + 1, config.iterations)
    return users, items


def loss(data: Dataset, config: IalsConfig, users: Vectors, items: Vectors) -> float:
    """The exact value of what `Ials` minimises, for given vectors; lower is better."""
    matrix = data.matrix
    share = _shares(matrix.indices, data.n_items, config)
    rows = ridge_rows(matrix, _ones(data.n_users), data.n_items, config)
    columns = ridge_rows(matrix.T.tocsr(), share, data.n_users, config)
    owner = np.repeat(np.arange(data.n_users), np.diff(rows.indptr))
    fitted = np.einsum("ed,ed->e", users[owner], items[rows.indices], dtype=np.float64)
    preference = np.sign(rows.target)
    observed = float((rows.curvature * (preference - fitted) ** 2).sum())
    gram = (items.astype(np.float64) * share[:, None]).T @ items.astype(np.float64)
    everywhere = config.unobserved * float((gram * (users.astype(np.float64).T @ users)).sum())
    penalty = float(rows.l2 @ (users**2).sum(axis=1)) + float(columns.l2 @ (items**2).sum(axis=1))
    return observed + everywhere + penalty


def ridge_rows(
    matrix: sparse.csr_array, share: NDArray[np.float32], others: int, config: IalsConfig
) -> RidgeRows:
    """The regressions of one side. `share` (R,) scales the unobserved pairs of each row."""
    strength = _strengths(matrix.data, config)
    scale = np.float32(config.unobserved) * share
    owner = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    weight = np.bincount(owner, weights=strength, minlength=matrix.shape[0]) + scale * others
    return RidgeRows(
        indptr=matrix.indptr.astype(np.int64),
        indices=matrix.indices.astype(np.int32),
        curvature=strength,
        target=strength * np.sign(matrix.data),
        scale=scale.astype(np.float32),
        l2=(config.l2 * weight**config.l2_exponent).astype(np.float32),
    )


def _strengths(weights: NDArray[np.float32], config: IalsConfig) -> NDArray[np.float32]:
    size = np.abs(weights)
    if config.strength == "one":
        return np.sign(size).astype(np.float32)
    return (np.log1p(size) if config.strength == "log" else size).astype(np.float32)


def _shares(indices: NDArray[np.integer], n_items: int, config: IalsConfig) -> NDArray[np.float32]:
    return shares_of(np.bincount(indices, minlength=n_items), config)


def shares_of(counts: NDArray[np.number], config: IalsConfig) -> NDArray[np.float32]:
    """(N,) how much of the negatives each item is, mean 1; from how many pairs it is in."""
    powered = np.maximum(counts, 1).astype(np.float64) ** config.popular_negatives
    return (powered / powered.mean()).astype(np.float32)


def first_vectors(n_items: int, config: IalsConfig, rng: np.random.Generator) -> Vectors:
    """(N, D) where learning starts."""
    spread = config.init_scale / np.sqrt(config.factors)
    first = rng.standard_normal((n_items, config.factors), dtype=np.float32)
    return first * np.float32(spread)


def solved(
    rows: RidgeRows, design: Vectors, gram: NDArray[np.float32], start: Vectors, config: IalsConfig
) -> Vectors:
    """(R, D) vectors of one side, given those of the other; `start` may be overwritten."""
    if config.solver == "cholesky":
        return solve_exact(rows, design, gram, _nothing(config))
    if config.solver == "blocks":
        return solve_blocks(rows, design, gram, _nothing(config), start, block=config.block)
    return solve_cg(rows, design, gram, _nothing(config), start, steps=config.cg_steps)


def mean_of(sums: NDArray[np.float64], count: int) -> NDArray[np.float32]:
    """(D,) the mean vector, from the sum of all."""
    return (sums / max(1, count)).astype(np.float32)


def _nothing(config: IalsConfig) -> Vectors:
    return np.zeros(config.factors, dtype=np.float32)


def _ones(count: int) -> NDArray[np.float32]:
    return np.ones(count, dtype=np.float32)


def _speaks(history: sparse.csr_array) -> NDArray[np.bool_]:
    """(B,) whether anything in the history weighs anything."""
    return np.asarray(abs(history).sum(axis=1) > 0).ravel()
