"""Measures of what a list is worth beyond being right: range, freshness, surprise."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from omakase.types import PAD, Rows, Vectors

Figures = NDArray[np.float64]


def coverage(exposure: NDArray[np.int64]) -> float:
    """Share of the catalog that was shown at all; `exposure` (N,) counts how often."""
    return float((exposure > 0).mean())


def gini(exposure: NDArray[np.int64]) -> float:
    """0 when all items are shown equally often, towards 1 when a few take all; 0 for nothing."""
    total, n = exposure.sum(), len(exposure)
    if not total:
        return 0.0
    ranks = np.arange(1, n + 1)
    return float((2 * ranks - n - 1) @ np.sort(exposure) / (n * total))


def novelty(items: Rows, information: Figures) -> Figures:
    """(B,) mean bits of surprise of (B, K) items; 0 for an empty list.

    Paper: Zhou et al., "Solving the apparent diversity-accuracy dilemma", PNAS 2010.
    """
    return _mean_of_places(information[items], items)


def information(counts: NDArray[np.int64], n_users: int) -> Figures:
    """(N,) -log2 of the share of users who used each item; an unused one counts as half a user."""
    return -np.log2(np.maximum(counts, 0.5) / max(n_users, 1))


def intra_list_diversity(items: Rows, vectors: Vectors) -> Figures:
    """(B,) mean of 1 - cosine over all pairs of a list; 0 with fewer than two items.

    Paper: Ziegler et al., "Improving recommendation lists through topic diversification", WWW 2005.

    Args:
        items: (B, K).
        vectors: (N, D) of length 1, or 0 for an item that nothing is known of.
    """
    chosen = vectors[items] * (items != PAD)[:, :, None]
    size = (items != PAD).sum(axis=1)
    together = np.square(chosen.sum(axis=1)).sum(axis=1) - np.square(chosen).sum(axis=(1, 2))
    pairs = size * (size - 1)
    return np.where(pairs > 0, 1 - together / np.maximum(pairs, 1), 0.0)


def company(used: sparse.csr_array, *, dimensions: int = 128, seed: int = 0) -> Vectors:
    """(N, D) float32 unit vectors whose cosines are those of the items' columns of users.

    A random projection (Johnson and Lindenstrauss): each cosine is off by about 1 / sqrt(D), and
    unbiased, so that means over many lists are exact enough. An item without users gets zeros.

    Args:
        used: (U, N) who used what.
    """
    binary = sparse.csr_array((np.ones_like(used.data), used.indices, used.indptr), used.shape)
    signs = np.random.default_rng(seed).choice([-1, 1], size=(used.shape[0], dimensions))
    vectors = np.asarray(binary.T @ signs.astype(np.float32))
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)


def serendipity(hits: NDArray[np.bool_], items: Rows, unexpected: Figures) -> Figures:
    """(B,) mean over K places of: right, times how unexpected."""
    return (hits * unexpected[items]).mean(axis=1)


def unexpectedness(counts: NDArray[np.int64]) -> Figures:
    """(N,) share of the catalog that is used more than each item: 0 for the most popular."""
    ordered = np.sort(counts)
    return (len(counts) - np.searchsorted(ordered, counts, side="right")) / max(len(counts), 1)


def _mean_of_places(values: Figures, items: Rows) -> Figures:
    is_item = items != PAD
    return (values * is_item).sum(axis=1) / np.maximum(is_item.sum(axis=1), 1)
