import numpy as np
import pytest

from omakase.deep.train.cooccurrence import cooccurrence_vectors, neighbour_counts
from omakase.deep.train.sequences import Sequences


def test_counts_by_hand():
    sequences = Sequences(np.asarray([0, 1, 2, 0, 1], dtype=np.int32), np.asarray([0, 3, 5]))
    counts = neighbour_counts(sequences, 4, window=2).toarray()
    expected = np.zeros((4, 4))
    expected[0, 1] = 1 + 1  # next to each other twice
    expected[1, 2] = 1
    expected[0, 2] = 0.5  # two places apart; not across the border of sequences
    np.testing.assert_allclose(counts, expected + expected.T)


def test_products_approach_the_mutual_information(rng):
    items = rng.integers(0, 8, 400).astype(np.int32)
    sequences = Sequences(items, np.arange(0, 401, 10))
    vectors = cooccurrence_vectors(sequences, 9, 8, rng)
    counts = neighbour_counts(sequences, 9, 5).toarray()
    totals = np.maximum(counts.sum(1), 1e-12)
    context = totals**0.75 / (totals**0.75).sum()
    with np.errstate(divide="ignore"):
        pmi = np.maximum(np.log(counts / (totals[:, None] * context)), 0)
    left, strength, _ = np.linalg.svd(pmi)
    expected = (left[:, :8] * strength[:8]) @ left[:, :8].T
    np.testing.assert_allclose(vectors @ vectors.T, expected, atol=1e-4)


def test_two_groups_point_two_ways(rng):
    rows = [rng.permutation(5) + 5 * (n % 2) for n in range(40)]
    sequences = Sequences(np.concatenate(rows).astype(np.int32), np.arange(0, 201, 5))
    vectors = cooccurrence_vectors(sequences, 10, 2, rng)
    likeness = vectors @ vectors.T
    assert likeness[:5, :5].mean() > 0.5
    assert likeness[:5, 5:].mean() == pytest.approx(0, abs=0.05)
