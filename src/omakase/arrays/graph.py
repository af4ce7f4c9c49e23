"""A graph of people and items, and signals on its items: one hop, and the smoothest modes."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from omakase.arrays.kernel import kernel
from omakase.arrays.spectrum import leading_directions
from omakase.arrays.threads import run_parts
from omakase.types import Arrays, Integers, Progress, silent

Floats = NDArray[np.float32]
Parts = tuple[Integers, Integers, Floats]  # of a sparse matrix: starts, columns, values
BLOCK_ROWS = 64


@dataclass(frozen=True, slots=True)
class NormalizedGraph:
    """Edges divided by powers of both degrees, so that the strongest mode passes unchanged.

    One hop is the product with P = edgesᵀ · edges, which has no negative eigenvalue and none
    above 1. P is never formed: it would be as dense as people are busy.

    Attributes:
        edges: (U, N) CSR float32.
        reached: (N, U) CSR float32, the transpose of the edges.
        degrees: (N,) float32 sum of the absolute weights of each item, at least 1.
        modes: (N, K) float32, orthonormal; eigenvectors of P, the smoothest first.
        smoothness: (K,) float32 their eigenvalues, from 1 down.
    """

    edges: sparse.csr_array
    reached: sparse.csr_array
    degrees: Floats
    modes: Floats
    smoothness: Floats

    @classmethod
    def of(
        cls,
        weights: sparse.csr_array,
        *,
        user_exponent: float = 0.5,
        item_exponent: float = 0.5,
        rank: int,
        rng: np.random.Generator,
        progress: Progress = silent,
    ) -> Self:
        """From (U, N) signed weights, by default with the usual symmetric normalisation."""
        people, items = (np.asarray(abs(weights).sum(axis=side)).ravel() for side in (1, 0))
        edges = (
            sparse.diags_array(_power(people, -user_exponent))
            @ weights
            @ sparse.diags_array(_power(items, -item_exponent))
        ).tocsr()
        modes, values = leading_directions(edges.astype(np.float32), rank, rng, progress=progress)
        norm = np.float32(max(values[0], 1e-12))
        scaled = (edges / norm).astype(np.float32)
        return cls(
            scaled,
            scaled.T.tocsr(),
            np.maximum(items, 1).astype(np.float32),
            modes,
            (values / norm) ** 2,
        )

    def __len__(self) -> int:
        return len(self.degrees)

    def hop(self, signal: sparse.csr_array | Floats) -> Floats:
        """(B, N): the signal (B, N) times P; a sparse one is followed along its edges only."""
        if not sparse.issparse(signal):
            return np.asarray((signal @ self.reached) @ self.edges, np.float32)
        next_signal = np.zeros(signal.shape, np.float32)
        forward, back = _parts(self.reached), _parts(self.edges)
        sent = _parts(signal)

        def work(start: int, stop: int) -> None:
            _follow(start, stop, sent, forward, back, next_signal)

        run_parts(
            work, np.append(np.arange(0, max(1, len(next_signal)), BLOCK_ROWS), len(next_signal))
        )
        return next_signal

    def respond(self, signal: sparse.csr_array | Floats, response: Floats) -> Floats:
        """(B, N): the part of the signal on each mode, times the mode's response (K,)."""
        return np.asarray((signal @ self.modes) * response @ self.modes.T, np.float32)

    def low_passed(self, signal: sparse.csr_array | Floats, weight: float) -> Floats:
        """(B, N): the signal's part on the modes, each with the same weight, degrees put aside."""
        root = np.sqrt(self.degrees)
        return self.respond(signal * (1 / root), np.full_like(self.smoothness, weight)) * root

    def arrays(self) -> Arrays:
        """All that must be saved."""
        return {
            "starts": self.edges.indptr,
            "items": self.edges.indices,
            "weights": self.edges.data,
            "degrees": self.degrees,
            "modes": self.modes,
            "smoothness": self.smoothness,
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Inverse of `arrays`."""
        parts = (arrays["weights"], arrays["items"], arrays["starts"])
        shape = (len(arrays["starts"]) - 1, len(arrays["degrees"]))
        edges = sparse.csr_array(parts, shape=shape)
        return cls(edges, edges.T.tocsr(), arrays["degrees"], arrays["modes"], arrays["smoothness"])


def _power(degrees: NDArray[np.floating], exponent: float) -> Floats:
    """0 stays 0: who has no edge sends nothing."""
    return np.where(degrees > 0, np.maximum(degrees, 1e-12) ** exponent, 0).astype(np.float32)


def _parts(matrix: sparse.csr_array) -> Parts:
    return matrix.indptr, matrix.indices, matrix.data.astype(np.float32, copy=False)


@kernel
def _follow(start: int, stop: int, sent: Parts, there: Parts, back: Parts, out: Floats) -> None:
    """Rows start..stop of (B, N) out: from items to their people, and back to their items."""
    starts, items, weights = sent
    starts_there, people, weights_there = there
    starts_back, targets, weights_back = back
    reached = np.zeros(len(starts_back) - 1, np.float32)
    for b in range(start, stop):
        reached[:] = 0
        for p in range(starts[b], starts[b + 1]):
            for q in range(starts_there[items[p]], starts_there[items[p] + 1]):
                reached[people[q]] += weights[p] * weights_there[q]
        for person in range(len(reached)):
            if reached[person] != 0:
                for q in range(starts_back[person], starts_back[person + 1]):
                    out[b, targets[q]] += reached[person] * weights_back[q]
