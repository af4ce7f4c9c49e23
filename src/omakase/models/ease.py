"""EASE: a linear autoencoder over items, solved in closed form."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from omakase import types
from omakase.data.dataset import Dataset
from omakase.types import Arrays, Progress, Queries, Scores, silent


class Config(types.Config):
    """Knobs of EASE."""

    l2: float = Field(default=500.0, gt=0, description="ridge penalty, in squared event weights")


@dataclass(frozen=True, slots=True)
class Ease:
    """Item-item weights with a zero diagonal.

    Paper: Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019.
    Differs: weights of events are kept, not binarised.
    Cost: O(N^3) time and O(N^2) memory; fine up to about 20 000 items.

    Attributes:
        weights: (N, N) float32; score = history @ weights.
    """

    config_type: ClassVar[type[types.Config]] = Config
    weights: NDArray[np.float32]

    @classmethod
    def fit(
        cls, data: Dataset, config: Config, *, rng: np.random.Generator, progress: Progress = silent
    ) -> Self:
        x = data.matrix
        gram = (x.T @ x).toarray().astype(np.float64)  # (N, N)
        gram[np.diag_indices_from(gram)] += config.l2
        inverse = np.linalg.inv(gram)
        weights = -inverse / np.diag(inverse)
        np.fill_diagonal(weights, 0.0)
        return cls(weights.astype(np.float32))

    def score(self, queries: Queries) -> Scores:
        return np.asarray(queries.matrix(len(self.weights)) @ self.weights)

    def arrays(self) -> Arrays:
        return {"weights": self.weights}

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: Config) -> Self:
        return cls(arrays["weights"])
