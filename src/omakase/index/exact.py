"""Brute force: one matrix product. The oracle for every other index."""

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from omakase import types
from omakase.arrays.topk import top_k
from omakase.types import Arrays, Progress, Rows, Slate, Vectors, silent

BLOCK = 2**25
"""Scores held at once: 128 MiB, however many questions and vectors there are."""


class ExactConfig(types.Config):
    """Brute force has no knobs."""


@dataclass(slots=True)
class ExactIndex:
    """All N vectors, searched in full; ties by lower row.

    Cost: O(N D) a query, 4 N D bytes, memory-mapped.

    Attributes:
        vectors: (N, D) float32.
        gone: (G,) rows that are deleted, rising.
    """

    config_type: ClassVar[type[types.Config]] = ExactConfig
    exact: ClassVar[bool] = True
    vectors: Vectors
    gone: Rows

    @classmethod
    def build(
        cls,
        vectors: Vectors,
        config: ExactConfig,
        *,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        progress(len(vectors), len(vectors))
        return cls(np.ascontiguousarray(vectors, dtype=np.float32), np.zeros(0, np.int32))

    def count(self) -> int:
        return len(self.vectors) - len(self.gone)

    def search(self, vectors: Vectors, k: int) -> Slate:
        return self._search(vectors, k, None)

    def search_among(self, vectors: Vectors, k: int, allowed: NDArray[np.bool_]) -> Slate:
        return self._search(vectors, k, ~allowed)

    def upsert(self, rows: Rows, vectors: Vectors) -> None:
        size = max(len(self.vectors), int(rows.max(initial=-1)) + 1)
        grown = np.zeros((size, vectors.shape[1]), dtype=np.float32)
        grown[: len(self.vectors)] = self.vectors
        grown[rows] = vectors
        unnamed = np.setdiff1d(np.arange(len(self.vectors), size), rows)
        self.gone = np.union1d(np.setdiff1d(self.gone, rows), unnamed).astype(np.int32)
        self.vectors = grown

    def delete(self, rows: Rows) -> None:
        existing = rows[(rows >= 0) & (rows < len(self.vectors))]
        self.gone = np.union1d(self.gone, existing).astype(np.int32)

    def arrays(self) -> Arrays:
        return {"vectors": self.vectors, "gone": self.gone}

    @classmethod
    def from_arrays(cls, arrays: Arrays, config: ExactConfig) -> Self:
        return cls(arrays["vectors"], arrays["gone"])

    def _search(self, vectors: Vectors, k: int, hidden: NDArray[np.bool_] | None) -> Slate:
        probes = np.asarray(vectors, dtype=np.float32)
        if not len(self.vectors):
            return Slate(np.zeros((len(probes), 0), np.int32), np.zeros((len(probes), 0), "f4"))
        rows = max(1, BLOCK // len(self.vectors))
        slates = [
            self._block(probes[at : at + rows], k, hidden)
            for at in range(0, max(1, len(probes)), rows)
        ]
        return Slate(
            np.concatenate([s.items for s in slates]), np.concatenate([s.scores for s in slates])
        )

    def _block(self, probes: Vectors, k: int, hidden: NDArray[np.bool_] | None) -> Slate:
        scores = probes @ self.vectors.T
        scores[:, self.gone] = -np.inf
        if hidden is not None:
            scores[:, : len(hidden)][:, hidden[: scores.shape[1]]] = -np.inf
            scores[:, len(hidden) :] = -np.inf
        return top_k(scores, k)
