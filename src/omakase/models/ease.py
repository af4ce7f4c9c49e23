"""EASE: a linear autoencoder over items, solved in closed form."""

from dataclasses import dataclass
from typing import ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field
from scipy import sparse

from omakase import types
from omakase.arrays.cooccur import dense_gram
from omakase.arrays.gather import masked_at, paths_at
from omakase.arrays.history_scores import history_scores
from omakase.arrays.inverse import invert
from omakase.arrays.memory import require_bytes
from omakase.arrays.signed_weights import SignedWeights
from omakase.arrays.ties import tie_breaks
from omakase.data.dataset import Dataset
from omakase.errors import ConfigError
from omakase.types import Arrays, Progress, Queries, Rows, Scores, Weights, silent


class EaseConfig(SignedWeights):
    """Knobs of EASE."""

    l2: float = Field(default=500.0, gt=0, description="ridge penalty, in squared event weights")
    l2_exponent: float = Field(
        default=0.0,
        ge=0,
        description="0: one penalty for all; above: the penalty of an item also grows with its "
        "popularity (relative to the mean item) to this power",
    )
    binarise: bool = Field(
        default=False, description="count an event as 1 (a dislike as -1), whatever it weighs"
    )
    precision: Literal["single", "double"] = Field(
        default="single",
        description="floats of the inversion; double takes twice the memory",
        json_schema_extra={"search": False},
    )


MOST_RAISED = 16
"""Times that a penalty is tried, each ten times the one before."""


@dataclass(frozen=True, slots=True)
class Ease:
    """Item-item weights with a zero diagonal.

    Paper: Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019.
    Differs: weights of events are kept unless binarised; the penalty may grow with popularity,
    and is raised where floats do not suffice.
    Cost: O(N³) time, and memory for one (N, N) matrix; fine up to about 30 000 items.

    Attributes:
        weights: (N, N) float32; score = history @ weights.
        ties: (N,) what orders items that nothing of the history speaks for.
    """

    config_type: ClassVar[type[types.Config]] = EaseConfig
    config: EaseConfig
    weights: NDArray[np.float32]
    ties: Weights

    @classmethod
    def fit(
        cls,
        data: Dataset,
        config: EaseConfig,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        """Refused as `TooLarge` before it starts when the matrix would not fit."""
        dtype = np.float32 if config.precision == "single" else np.float64
        bytes_each = 4 if config.precision == "single" else 8 + 4
        require_bytes(f"EASE over {data.n_items} items", bytes_each * data.n_items**2)
        matrix = config.signed(data.matrix)
        progress(1, 3)
        inverse = _invert(matrix, config, dtype)
        progress(2, 3)
        weights = _weights(inverse)
        progress(3, 3)
        return cls(config, weights, tie_breaks(matrix))

    def score(self, queries: Queries) -> Scores:
        scores = history_scores(queries, self.weights, binarise=self.config.binarise)
        scores += self.ties
        return scores

    def score_items(self, queries: Queries, items: Rows) -> Scores:
        """(B, C) as `score`, for a few items."""
        values = self.config.strengths(queries, len(self.weights))
        return paths_at(self.weights, queries.history, values, items) + self.ties[items]

    def contributions(self, queries: Queries, items: Rows) -> Scores:
        """(B, C, L): the weight from each place to each item, times its strength. Exact."""
        values = self.config.strengths(queries, len(self.weights))
        paths = self.weights[queries.history[:, None, :], items[:, :, None]]  # (B, C, L)
        return masked_at(paths * values[:, None, :], items, 0.0)

    def arrays(self) -> Arrays:
        return {"weights": self.weights, "ties": self.ties}

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: EaseConfig) -> Self:
        return cls(config, arrays["weights"], arrays["ties"])


def _penalties(energy: NDArray[np.floating], config: EaseConfig) -> NDArray[np.floating]:
    """(N,) l2 of each item; `energy` is its squared length."""
    relative = np.maximum(energy, 1) / max(float(energy.mean()), 1.0)
    return config.l2 * relative**config.l2_exponent


def _invert(
    matrix: sparse.csr_array, config: EaseConfig, dtype: type[np.floating]
) -> NDArray[np.floating]:
    """(N, N) inverse of the Gram matrix with its penalties.

    Where the penalties are too small for the floats beside what events weigh, they are raised
    tenfold until they are not: a few heavy events must not keep everything from being learnt.

    Raises:
        ConfigError: no penalty is large enough.
    """
    for raised in range(MOST_RAISED):
        gram = dense_gram(matrix, dtype)
        diagonal = np.diag_indices_from(gram)
        gram[diagonal] += _penalties(gram[diagonal], config) * 10.0**raised
        try:
            invert(gram)
        except np.linalg.LinAlgError:
            continue
        return gram
    raise ConfigError("EASE: l2 is too small for this data; raise l2, or use double precision")


def _weights(inverse: NDArray[np.floating]) -> NDArray[np.float32]:
    """(N, N): each column of the inverse over minus its diagonal; the diagonal zero."""
    inverse /= -np.diag(inverse).copy()
    np.fill_diagonal(inverse, 0.0)
    return inverse.astype(np.float32, copy=False)
