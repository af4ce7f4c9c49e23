"""Measures of whether the right items are in the list, and how high.

All but `auc` take `hits` (B, K) bool, best place first, false at PAD, and `relevant` (B,) the
number of right items of each query, at least 1. All give (B,) float64 between 0 and 1.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from omakase.types import Scores

Hits = NDArray[np.bool_]
Counts = NDArray[np.int64]
Figures = NDArray[np.float64]


def recall(hits: Hits, relevant: Counts) -> Figures:
    """Share of the right items that are in the list: hits / all right ones, not min(K, …)."""
    return hits.sum(axis=1) / relevant


def precision(hits: Hits, relevant: Counts) -> Figures:
    """Share of the K places that hold a right item; an empty place counts as wrong."""
    return hits.mean(axis=1)


def hit_rate(hits: Hits, relevant: Counts) -> Figures:
    """1 where at least one right item is in the list."""
    return np.asarray(hits.any(axis=1), dtype=np.float64)


def ndcg(hits: Hits, relevant: Counts) -> Figures:
    """Gain 1 / log2(1 + place) of the hits, over that of the best possible list.

    The best list holds min(relevant, K) right items at its top.
    """
    gains = 1 / np.log2(np.arange(2, hits.shape[1] + 2))
    ideal = np.concatenate([[0], np.cumsum(gains)])
    return (hits @ gains) / ideal[np.minimum(relevant, hits.shape[1])]


def average_precision(hits: Hits, relevant: Counts) -> Figures:
    """Mean of the precision at each hit, over min(relevant, K); its mean over queries is MAP."""
    ranks = np.arange(1, hits.shape[1] + 1)
    at_hits = np.cumsum(hits, axis=1) / ranks * hits
    return at_hits.sum(axis=1) / np.minimum(relevant, hits.shape[1])


def reciprocal_rank(hits: Hits, relevant: Counts) -> Figures:
    """1 / place of the first hit, 0 without one; its mean over queries is MRR."""
    return np.where(hits.any(axis=1), 1 / (1 + hits.argmax(axis=1)), 0.0)


def auc(scores: Scores, rows: NDArray[np.int64], items: NDArray[np.int64]) -> Figures:
    """(B,) chance that a right item scores above a wrong one; ties count half.

    Args:
        scores: (B, N), -inf where an item may not be recommended; those are left out.
        rows, items: the right items as pairs of query and item, sorted by query; none is at -inf.

    Returns:
        0.5 where a query has no right or no wrong item.
    """
    ordered = np.sort(scores, axis=1)
    areas = np.full(len(scores), 0.5)
    starts = np.searchsorted(rows, np.arange(len(scores) + 1))
    for row, (start, end) in enumerate(pairwise(starts)):
        areas[row] = _mann_whitney(ordered[row], scores[row, items[start:end]])
    return areas


def _mann_whitney(ordered: Scores, right: Scores) -> float:
    hidden = np.searchsorted(ordered, -np.inf, side="right")
    n_right, n_wrong = len(right), len(ordered) - hidden - len(right)
    if not n_right or not n_wrong:
        return 0.5
    below = np.searchsorted(ordered, right, side="left") - hidden
    through = np.searchsorted(ordered, right, side="right") - hidden
    mid_ranks = (below + through + 1) / 2
    return float((mid_ranks.sum() - n_right * (n_right + 1) / 2) / (n_right * n_wrong))
