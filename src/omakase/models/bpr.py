"""Matrix factorisation that learns an order: what one did goes before what one did not."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy import sparse

from omakase import types
from omakase.arrays.gather import dots_at
from omakase.arrays.gram import FAST, Floats
from omakase.arrays.kernel import kernel
from omakase.arrays.pairwise import preferring
from omakase.data.dataset import Dataset
from omakase.types import Arrays, Integers, Progress, Queries, Rows, Scores, Vectors, silent

LEAST = np.float32(1e-7)
"""Smallest likelihood told in a loss."""


class BprConfig(types.Config):
    """Knobs of BPR."""

    factors: int = Field(default=64, ge=1, description="length of the vectors")
    epochs: int = Field(default=30, ge=1, description="passes over the observed pairs")
    rate: float = Field(default=0.2, gt=0, description="first step size; falls to 0 linearly")
    l2: float = Field(default=0.005, gt=0, description="ridge penalty on every step")
    negatives_exponent: float = Field(
        default=0.2,
        ge=0,
        description="negatives are drawn by popularity to this power; 0: all items alike",
    )
    hardest_of: int = Field(
        default=2, ge=1, description="negatives drawn for a pair; the one that scores best is used"
    )
    panel: int = Field(
        default=128,
        ge=1,
        description="negatives kept to fold people in",
        json_schema_extra={"search": False},
    )
    fold_steps: int = Field(
        default=12, ge=1, description="steps of the fold-in", json_schema_extra={"search": False}
    )
    init_scale: float = Field(default=0.1, gt=0, description="expected length of a first vector")


@dataclass(frozen=True, slots=True)
class Bpr:
    """Item vectors and biases; a person's vector solves the same wish, asked of the history.

    Paper: Rendle et al., "BPR: Bayesian Personalized Ranking from Implicit Feedback", UAI 2009;
        negatives by popularity and the hardest of a few: Rendle, Freudenthaler, WSDM 2014.
    Differs: a disliked item is to score below the drawn one; people, known or not, are folded in
        against a fixed panel of negatives, so vectors of people are not kept.
    Cost: O(epochs · nnz · D · hardest_of) time on one thread, since steps depend on each other
        (and the result is the same on any machine load); memory O(nnz + (U + N) · D).

    Attributes:
        items: (N, D) float32.
        bias: (N,) float32.
        panel: (P,) int32 item rows.
    """

    config_type: ClassVar[type[types.Config]] = BprConfig
    config: BprConfig
    items: Vectors
    bias: NDArray[np.float32]
    panel: Rows

    @classmethod
    def fit(
        cls,
        data: Dataset,
        config: BprConfig,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        pairs = data.matrix.sign()
        pairs.eliminate_zeros()
        users = _start(data.n_users, config, rng)
        items = _start(data.n_items, config, rng)
        bias = np.zeros(data.n_items, dtype=np.float32)
        owner = np.repeat(np.arange(data.n_users, dtype=np.int32), np.diff(pairs.indptr))
        draw = _Negatives.of(pairs, config.negatives_exponent)
        for epoch in range(config.epochs):
            order = rng.permutation(pairs.nnz)
            drawn = draw(rng, (pairs.nnz, config.hardest_of))
            rate = np.float32(config.rate * (1 - epoch / config.epochs))
            loss = _pass(
                pairs.indptr, pairs.indices, pairs.data, owner, order, drawn,
                users, items, bias, rate, np.float32(config.l2),
            )  # fmt: skip
            progress(epoch + 1, config.epochs, loss=loss)
        return cls(config, items, bias, draw(rng, (config.panel,)))

    def score(self, queries: Queries) -> Scores:
        return self._fold_in(queries) @ self.items.T + self.bias

    def score_items(self, queries: Queries, items: Rows) -> Scores:
        """(B, C) as `score`, for a few items."""
        return dots_at(self._fold_in(queries), self.items, items) + self.bias[items]

    def item_vectors(self) -> Vectors:
        """(N, D + 1): the vector and the bias."""
        return np.hstack([self.items, self.bias[:, None]])

    def query_vectors(self, queries: Queries) -> Vectors:
        """(B, D + 1): the folded-in vector and 1; without history the biases decide alone."""
        return np.hstack([self._fold_in(queries), np.ones((len(queries), 1), dtype=np.float32)])

    def arrays(self) -> Arrays:
        return {"items": self.items, "bias": self.bias, "panel": self.panel}

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: BprConfig) -> Self:
        return cls(config, arrays["items"], arrays["bias"], arrays["panel"])

    def _fold_in(self, queries: Queries) -> Vectors:
        """(B, D)"""
        history = queries.matrix(len(self.items)).sign()
        history.eliminate_zeros()
        return preferring(
            history.indptr, history.indices, history.data, self.items, self.bias, self.panel,
            self.config.l2, self.config.fold_steps,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Negatives:
    """Draws items by a power of their popularity.

    Attributes:
        ladder: (N,) cumulated shares, the last is 1.
    """

    ladder: NDArray[np.float64]

    @classmethod
    def of(cls, pairs: sparse.csr_array, exponent: float) -> Self:
        counts = np.bincount(pairs.indices, minlength=pairs.shape[1])
        ladder = np.cumsum(np.maximum(counts, 1).astype(np.float64) ** exponent)
        return cls(ladder / ladder[-1])

    def __call__(self, rng: np.random.Generator, shape: tuple[int, ...]) -> Rows:
        index = np.searchsorted(self.ladder, rng.random(shape), side="right")
        return np.minimum(index, len(self.ladder) - 1).astype(np.int32)


def _start(count: int, config: BprConfig, rng: np.random.Generator) -> Vectors:
    spread = np.float32(config.init_scale / np.sqrt(config.factors))
    return rng.standard_normal((count, config.factors), dtype=np.float32) * spread


@kernel(fastmath=FAST)
def _pass(
    indptr: Integers,
    indices: Rows,
    signs: Floats,
    owner: Rows,
    order: NDArray[np.int64],
    drawn: Rows,
    users: Vectors,
    items: Vectors,
    bias: Floats,
    rate: np.float32,
    l2: np.float32,
) -> float:
    """One pass over the pairs in the given order; gives the mean loss."""
    total, used, keep = 0.0, 0, np.float32(1) - rate * l2
    user_row, apart = np.empty(users.shape[1], np.float32), np.empty(users.shape[1], np.float32)
    for step in order:
        user, sign = owner[step], signs[step]
        positives = indices[indptr[user] : indptr[user + 1]]
        i, x = indices[step], users[user]
        j = _hardest(positives, drawn[step], x, items, bias, sign)
        if j < 0:
            continue
        good, bad = items[i], items[j]
        for a in range(len(x)):  # apart from each other, so that each loop runs along memory
            user_row[a] = x[a]
            apart[a] = good[a] - bad[a]
        gap = bias[i] - bias[j]
        for a in range(len(x)):
            gap += user_row[a] * apart[a]
        doubt = np.float32(1) / (np.float32(1) + np.exp(sign * gap))
        total -= np.log(max(np.float32(1) - doubt, LEAST))
        used += 1
        pull = rate * sign * doubt
        bias[i] = keep * bias[i] + pull
        bias[j] = keep * bias[j] - pull
        for a in range(len(x)):
            x[a] = keep * user_row[a] + pull * apart[a]
        for a in range(len(x)):
            good[a] = keep * good[a] + pull * user_row[a]
        for a in range(len(x)):
            bad[a] = keep * bad[a] - pull * user_row[a]
    return total / max(used, 1)


@kernel(fastmath=FAST)
def _hardest(own: Rows, drawn: Rows, x: Floats, items: Vectors, bias: Floats, sign: float) -> int:
    """The drawn item, none of the person's own, that most contradicts the pair; -1 if none."""
    best, hardest = -1, np.float32(0)
    for j in drawn:
        low, high = 0, len(own)
        while low < high:
            middle = (low + high) // 2
            if own[middle] < j:
                low = middle + 1
            else:
                high = middle
        if low < len(own) and own[low] == j:
            continue
        level, y = bias[j], items[j]
        for a in range(len(x)):
            level += x[a] * y[a]
        if best < 0 or sign * level > hardest:
            best, hardest = j, sign * level
    return best
