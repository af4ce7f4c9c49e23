"""Scores of different makers, and vectors of different lengths, on one footing."""

import numpy as np

from omakase.arrays.kernel import kernel
from omakase.types import PAD, Rows, Scores, Slate, Vectors

TINY = np.float32(1e-30)
"""Stands for the length of a vector of nothing, which then is like nothing."""


def standardised(scores: Scores) -> Scores:
    """Each row with mean 0 and deviation 1 over its finite scores; -inf stays, a flat row is 0."""
    is_finite = np.isfinite(scores)
    count = np.maximum(is_finite.sum(axis=1, keepdims=True), 1)
    plain = np.where(is_finite, scores, 0).astype(np.float64)
    centred = np.where(is_finite, plain - plain.sum(axis=1, keepdims=True) / count, 0)
    spread = np.sqrt((centred**2).sum(axis=1, keepdims=True) / count)
    scaled = np.divide(centred, spread, where=spread > 1e-12, out=np.zeros_like(centred))
    return np.where(is_finite, scaled, -np.inf).astype(np.float32)


def to_unit(slate: Slate) -> Scores:
    """(B, K) each row's scores brought to 0..1, 0 at PAD; a flat row is all 1."""
    units = np.zeros(slate.scores.shape, dtype=np.float32)
    _bring_to_unit(slate.items, slate.scores, units)
    return units


@kernel
def _bring_to_unit(items: Rows, scores: Scores, units: Scores) -> None:
    for b in range(len(items)):
        low, high = np.float32(np.inf), np.float32(-np.inf)
        for k in range(items.shape[1]):
            if items[b, k] != PAD:
                low, high = min(low, scores[b, k]), max(high, scores[b, k])
        for k in range(items.shape[1]):
            if items[b, k] != PAD:
                is_flat = not high > low
                units[b, k] = 1 if is_flat else (scores[b, k] - low) / (high - low)


def directions(vectors: Vectors) -> Vectors:
    """(R, D) the vectors with length 1, or 0 where there is nothing, for likeness by cosine."""
    rows = np.asarray(vectors, dtype=np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True).astype(np.float32)
    return rows / np.maximum(lengths, TINY)
