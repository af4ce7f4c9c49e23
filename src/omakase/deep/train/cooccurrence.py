"""Item vectors from what occurs together: a good place to start from."""

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import svds

from omakase.deep.train.sequences import Sequences
from omakase.types import Vectors


def neighbour_counts(sequences: Sequences, n_items: int, window: int) -> sparse.csr_array:
    """(N, N) symmetric: how often two items stand near, 1 / distance each time."""
    owner = np.repeat(np.arange(len(sequences)), sequences.lengths)
    total = sparse.csr_array((n_items, n_items), dtype=np.float64)
    for distance in range(1, window + 1):
        same = owner[distance:] == owner[:-distance]
        a, b = sequences.items[distance:][same], sequences.items[:-distance][same]
        weight = np.full(len(a), 1 / distance)
        total = total + sparse.coo_array((weight, (a, b)), shape=total.shape).tocsr()
    return sparse.csr_array(total + total.T)


def cooccurrence_vectors(
    sequences: Sequences, n_items: int, width: int, chance: np.random.Generator, window: int = 5
) -> Vectors:
    """(N, min(width, N - 1)) vectors whose products approach positive pointwise mutual information.

    Paper: Levy, Goldberg, "Neural Word Embedding as Implicit Matrix Factorization", NeurIPS 2014.
    """
    counts = neighbour_counts(sequences, n_items, window).tocoo()
    totals = np.maximum(np.bincount(counts.row, weights=counts.data, minlength=n_items), 1e-12)
    # rare pairs overstate: contexts are smoothed as in word2vec
    context = totals**0.75 / (totals**0.75).sum()
    gain = np.log(counts.data / (totals[counts.row] * context[counts.col]))
    positive = gain > 0
    pmi = sparse.csr_array(
        (gain[positive], (counts.row[positive], counts.col[positive])), shape=counts.shape
    )
    size = min(width, n_items - 1)
    vectors, strength, _ = svds(pmi, k=size, v0=chance.standard_normal(n_items))
    return np.asarray(vectors * np.sqrt(strength), dtype=np.float32)
