"""Sparse weights between items, and what a history adds up to through them."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from omakase.arrays.kernel import kernel
from omakase.types import PAD, Arrays, Integers, Rows, Scores, Weights


@dataclass(frozen=True, slots=True)
class Links:
    """Weights from item to item, few a row. An item row outside 0..N-1 has none.

    Attributes:
        starts: (N + 1,) int64; the links of row i are at starts[i]:starts[i + 1].
        items: (nnz,) int32 where they lead, ascending within a row.
        weights: (nnz,) float32.
    """

    starts: NDArray[np.int64]
    items: Rows
    weights: Weights

    @classmethod
    def of(cls, matrix: sparse.csr_array) -> Self:
        """From an (N, N) matrix."""
        tidy = matrix.sorted_indices()
        return cls(
            tidy.indptr.astype(np.int64), tidy.indices.astype(np.int32), tidy.data.astype("f4")
        )

    def __len__(self) -> int:
        return len(self.starts) - 1

    def spread(self, history: Rows, strengths: Weights) -> Scores:
        """(B, N): the links of each (B, L) history item, times its strength, added up."""
        scores = np.zeros((len(history), len(self)), np.float32)
        _spread(history, strengths, self.starts, self.items, self.weights, scores)
        return scores

    def reaching(self, history: Rows, strengths: Weights, items: Rows) -> Scores:
        """(B, C): the same for some items only; -inf at PAD."""
        scores = np.full(items.shape, -np.inf, np.float32)
        _reaching(history, strengths, items, self.starts, self.items, self.weights, scores)
        return scores

    def between(self, history: Rows, items: Rows) -> Scores:
        """(B, C, L): the weight of the link from each history item to each item, 0 for none."""
        weights = np.zeros((*items.shape, history.shape[1]), np.float32)
        _between(history, items, self.starts, self.items, self.weights, weights)
        return weights

    def arrays(self) -> Arrays:
        """All that must be saved."""
        return {"starts": self.starts, "items": self.items, "weights": self.weights}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """Inverse of `arrays`."""
        return cls(arrays["starts"], arrays["items"], arrays["weights"])


@kernel
def _spread(
    history: Rows,
    strengths: Weights,
    starts: Integers,
    items: Rows,
    weights: Weights,
    scores: Scores,
) -> None:
    for b in range(len(history)):
        _add_links(history[b], strengths[b], starts, items, weights, scores[b])


@kernel
def _add_links(
    history: Rows,
    strengths: Weights,
    starts: Integers,
    items: Rows,
    weights: Weights,
    sums: Weights,
) -> None:
    for step in range(len(history)):
        item, strength = history[step], strengths[step]
        if 0 <= item < len(starts) - 1:
            for p in range(starts[item], starts[item + 1]):
                sums[items[p]] += strength * weights[p]


@kernel
def _weight(
    source: int, target: int, starts: Integers, items: Rows, weights: Weights
) -> np.float32:
    """The weight of one link, 0 for none, by halving."""
    if not 0 <= source < len(starts) - 1:
        return np.float32(0)
    low, high = starts[source], starts[source + 1]
    while low < high:
        middle = (low + high) // 2
        if items[middle] < target:
            low = middle + 1
        else:
            high = middle
    is_linked = low < starts[source + 1] and items[low] == target
    return weights[low] if is_linked else np.float32(0)


@kernel
def _reaching(
    history: Rows,
    strengths: Weights,
    wanted: Rows,
    starts: Integers,
    items: Rows,
    weights: Weights,
    scores: Scores,
) -> None:
    """Follows all links of a history, which takes less than to look for those that are wanted."""
    sums = np.zeros(len(starts) - 1, np.float32)
    for b in range(len(history)):
        _add_links(history[b], strengths[b], starts, items, weights, sums)
        for c in range(wanted.shape[1]):
            row = wanted[b, c]
            if row != PAD:
                scores[b, c] = sums[row] if 0 <= row < len(sums) else 0
        _clear(history[b], starts, items, sums)


@kernel
def _clear(history: Rows, starts: Integers, items: Rows, sums: Weights) -> None:
    """Make 0 again of what `_add_links` has touched."""
    for step in range(len(history)):
        if 0 <= history[step] < len(starts) - 1:
            for p in range(starts[history[step]], starts[history[step] + 1]):
                sums[items[p]] = 0


@kernel
def _between(
    history: Rows, wanted: Rows, starts: Integers, items: Rows, weights: Weights, out: Scores
) -> None:
    for b in range(len(history)):
        for c in range(wanted.shape[1]):
            for step in range(history.shape[1]):
                out[b, c, step] = _weight(history[b, step], wanted[b, c], starts, items, weights)
