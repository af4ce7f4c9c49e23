"""Scores of different makers, and vectors of different lengths, on one footing."""

import numpy as np

from omakase.types import PAD, Scores, Slate, Vectors

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
    is_item = slate.items != PAD
    low = slate.scores.min(axis=1, where=is_item, initial=np.inf)[:, None]
    high = slate.scores.max(axis=1, where=is_item, initial=-np.inf)[:, None]
    span = np.where(high > low, high - low, 1)
    flat = np.where(is_item & (high > low), slate.scores - low, span)
    return np.where(is_item, flat / span, 0).astype(np.float32)


def directions(vectors: Vectors) -> Vectors:
    """(R, D) the vectors with length 1, or 0 where there is nothing, for likeness by cosine."""
    rows = np.asarray(vectors, dtype=np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True).astype(np.float32)
    return rows / np.maximum(lengths, TINY)
