"""Transitions: what people took up soon after what you took up last."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy import sparse

from omakase import types
from omakase.arrays.links import Links
from omakase.arrays.ties import tie_breaks
from omakase.data.dataset import Dataset
from omakase.types import PAD, Arrays, Progress, Queries, Rows, Scores, Weights, silent


class TransitionsConfig(types.Config):
    """Knobs of transitions."""

    window: int = Field(default=10, ge=1, description="events after one that count as following it")
    decay: float = Field(
        default=0.8, gt=0, le=1, description="a step further counts this share of a step nearer"
    )
    back: float = Field(
        default=0.3, ge=0, le=1, description="share of a step backwards, as much as one forwards"
    )
    popularity: float = Field(
        default=0.2,
        ge=0,
        le=1,
        description="power of an item's popularity its weight is divided by",
    )
    recent: int = Field(default=20, ge=1, description="last events of a history that speak")
    fade: float = Field(
        default=0.8, gt=0, le=1, description="an event speaks this share as loud as the next newer"
    )
    neighbours: int = Field(default=500, ge=1, description="links kept for each item")


@dataclass(frozen=True, slots=True)
class Transitions:
    """A Markov chain with a long step: item to item, in the order of time.

    Paper: Rendle, Freudenthaler, Schmidt-Thieme, "Factorizing Personalized Markov Chains for
        Next-Basket Recommendation", WWW 2010 (the chain, unfactorised); the decay with distance:
        Garg et al., "Sequence and Time Aware Neighborhood for Session-based Recommendations",
        SIGIR 2019.
    Differs: steps count over a window with decay, a little backwards too, and popular targets are
        damped as in asymmetric cosine.
    Cost: O(E window) time; memory O(E window) while fitting, O(N neighbours) after.

    Attributes:
        config: as given.
        links: from each item to what follows it.
        ties: (N,) what orders items that nothing leads to.
    """

    config_type: ClassVar[type[types.Config]] = TransitionsConfig
    config: TransitionsConfig
    links: Links
    ties: Weights

    @classmethod
    def fit(
        cls,
        data: Dataset,
        config: TransitionsConfig,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        steps = _steps(data, config)
        progress(1, 2)
        matrix = _dampen(steps, config.popularity)
        links = Links.of(_largest(matrix, config.neighbours))
        progress(2, 2)
        return cls(config, links, tie_breaks(data.matrix))

    def score(self, queries: Queries) -> Scores:
        history, voices = self._last_places(queries)
        return self.links.spread(history, voices) + self.ties

    def score_items(self, queries: Queries, items: Rows) -> Scores:
        return self.links.reaching(*self._last_places(queries), items) + self.ties[items]

    def contributions(self, queries: Queries, items: Rows) -> Scores:
        history, voices = self._last_places(queries)
        parts = self.links.between(history, items) * voices[:, None, :]
        silent_places = queries.history.shape[1] - history.shape[1]
        return np.pad(parts, ((0, 0), (0, 0), (silent_places, 0)))

    def arrays(self) -> Arrays:
        return {**self.links.arrays(), "ties": self.ties}

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: TransitionsConfig) -> Self:
        return cls(config, Links.from_arrays(arrays), arrays["ties"])

    def _last_places(self, queries: Queries) -> tuple[Rows, Weights]:
        """The last places of the histories, and how loud each speaks."""
        history = queries.history[:, -self.config.recent :]
        signs = np.sign(queries.weights[:, -self.config.recent :])
        age = np.arange(history.shape[1])[::-1]
        voices = np.where(history == PAD, 0, signs) * self.config.fade**age
        return history, voices.astype(np.float32)


def _steps(data: Dataset, config: TransitionsConfig) -> sparse.csr_array:
    """(N, N) how often, and how closely, the column was taken up after the row."""
    liked = data.events.weights[data.timeline.order] > 0
    order = data.timeline.order[liked]
    users, items = data.events.users[order], data.events.items[order]
    total = sparse.csr_array((data.n_items, data.n_items), dtype=np.float32)
    for distance in range(1, config.window + 1):
        same = users[:-distance] == users[distance:]
        ends = (items[:-distance][same], items[distance:][same])
        counts = np.full(len(ends[0]), config.decay ** (distance - 1), dtype=np.float32)
        total = total + sparse.csr_array((counts, ends), shape=total.shape)
    return sparse.csr_array(total + config.back * total.T)


def _dampen(steps: sparse.csr_array, power: float) -> sparse.csr_array:
    """Rows add up to at most 1, columns divided by a power of their own sum; no diagonal."""
    steps.setdiag(0)
    steps.eliminate_zeros()
    leaving = np.asarray(steps.sum(axis=1)).ravel()
    arriving = np.asarray(steps.sum(axis=0)).ravel()
    mean = max(float(arriving.mean()), 1e-9)
    rows = 1 / np.maximum(leaving, 1)
    columns = (np.maximum(arriving, 1e-9) / mean + 0.1) ** -power
    return sparse.csr_array(sparse.diags_array(rows) @ steps @ sparse.diags_array(columns))


def _largest(matrix: sparse.csr_array, most: int) -> sparse.csr_array:
    """The largest `most` of each row; of equal ones those with the lower column."""
    matrix.sort_indices()
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    order = np.lexsort((matrix.indices, -matrix.data, rows))
    rank = np.arange(matrix.nnz) - np.repeat(matrix.indptr[:-1], np.diff(matrix.indptr))
    largest: NDArray[np.int64] = order[rank < most]
    ends = (rows[largest], matrix.indices[largest])
    return sparse.csr_array((matrix.data[largest], ends), shape=matrix.shape, dtype=np.float32)
