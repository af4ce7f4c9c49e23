"""Each measure against a table that one can add up by eye, and against its own definition."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from omakase.evaluate import accuracy

HITS = np.asarray([[1, 0, 1, 0], [0, 0, 0, 0], [0, 1, 0, 0], [1, 1, 1, 1]], dtype=np.bool_)
RELEVANT = np.asarray([2, 3, 1, 8], dtype=np.int64)
G = 1 / np.log2(np.arange(2, 6))


def test_recall_is_over_all_that_is_right():
    assert accuracy.recall(HITS, RELEVANT).tolist() == [1, 0, 1, 0.5]


def test_precision_is_over_the_places():
    assert accuracy.precision(HITS, RELEVANT).tolist() == [0.5, 0, 0.25, 1]


def test_hit_rate_is_one_or_nothing():
    assert accuracy.hit_rate(HITS, RELEVANT).tolist() == [1, 0, 1, 1]


def test_reciprocal_rank_is_that_of_the_first_hit():
    assert accuracy.reciprocal_rank(HITS, RELEVANT).tolist() == [1, 0, 0.5, 1]


def test_ndcg_is_over_the_best_list_of_that_length():
    expected = [(G[0] + G[2]) / (G[0] + G[1]), 0, G[1] / G[0], 1]
    np.testing.assert_allclose(accuracy.ndcg(HITS, RELEVANT), expected)


def test_average_precision_is_the_mean_of_precision_at_hits():
    expected = [(1 + 2 / 3) / 2, 0, 0.5, 1]
    np.testing.assert_allclose(accuracy.average_precision(HITS, RELEVANT), expected)


def pairs(scores, right):
    """AUC by its definition: all pairs of a right and a wrong item."""
    wrong = [s for n, s in enumerate(scores) if n not in right and s > -np.inf]
    won = [(scores[r] > w) + 0.5 * (scores[r] == w) for r in right for w in wrong]
    return np.mean(won) if won else 0.5


@given(arrays(np.float32, (3, 7), elements=st.integers(-3, 3)), st.integers(0, 3), st.data())
def test_auc_is_the_share_of_pairs_in_order(scores, hidden, draw):
    right = [sorted(draw.draw(st.sets(st.integers(0, 6 - hidden), max_size=4))) for _ in scores]
    scores[:, 7 - hidden :] = -np.inf
    rows = np.repeat(np.arange(3), [len(items) for items in right])
    items = np.asarray([item for each in right for item in each], dtype=np.int64)
    expected = [pairs(row, items) for row, items in zip(scores, right, strict=True)]
    np.testing.assert_allclose(accuracy.auc(scores, rows, items), expected)


MEASURES = [
    accuracy.recall,
    accuracy.precision,
    accuracy.ndcg,
    accuracy.average_precision,
    accuracy.reciprocal_rank,
    accuracy.hit_rate,
]


@pytest.mark.parametrize("measure", MEASURES)
@given(hits=arrays(np.bool_, (5, 6)), beyond=st.integers(0, 9))
def test_every_measure_is_a_share_and_a_perfect_list_has_it_all(measure, hits, beyond):
    values = measure(hits, np.maximum(hits.sum(axis=1) + beyond, 1))
    assert ((values >= 0) & (values <= 1 + 1e-12)).all()
    assert measure(np.ones((1, 6), dtype=np.bool_), np.asarray([6])) == pytest.approx(1)


@pytest.mark.parametrize("measure", [accuracy.ndcg, accuracy.average_precision])
@given(hits=arrays(np.bool_, (1, 6)), place=st.integers(0, 4))
def test_a_hit_moved_up_is_never_worse(measure, hits, place):
    relevant = np.maximum(hits.sum(axis=1), 1)
    better = hits.copy()
    better[0, place : place + 2] = sorted(hits[0, place : place + 2], reverse=True)
    assert measure(better, relevant) >= measure(hits, relevant)
