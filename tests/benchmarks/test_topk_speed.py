"""The measuring itself, on a table sized for the eye."""

import numpy as np
import pytest
from benchmarks.topk_speed import measured, medians, names, share, world


def test_every_index_of_this_process_is_measured():
    assert {"exact", "faiss_flat", "faiss_ivf", "faiss_hnsw"} <= set(names())


def test_a_share_is_what_was_found_of_what_there_was():
    found, truth = np.asarray([[1, 2, -1], [4, 5, 6]]), np.asarray([[2, 3, 9], [6, 5, 4]])
    assert share(found, truth) == pytest.approx(4 / 6)


def test_the_world_is_the_same_for_the_same_seed():
    first, second = (world(np.random.default_rng(s), 50) for s in (3, 3))
    np.testing.assert_array_equal(first[0], second[0])
    assert first[0].shape == (50, 64)


def test_each_way_is_asked_each_question_never_right_after_the_other():
    heard = []
    questions = [np.full((1, 2), n, np.float32) for n in range(4)]
    taken = medians([lambda some: heard.append(float(some[0, 0]))] * 2, questions)
    assert heard == [0, 0, 0, 2, 1, 3, 2, 0, 3, 1]
    assert len(taken) == 2


def test_a_row_says_what_was_found_and_what_it_took(rng):
    vectors, probes = world(rng, 300)
    truth = np.argsort(-(probes @ vectors.T), axis=1)[:, :100]
    row = measured("faiss_flat", vectors, probes, truth, 2)
    assert row["recall@100"] == 1
    assert {"build s", "MB", "ms alone", "of bare", "of bare in a batch"} <= set(row)
    assert "of bare" not in measured("exact", vectors, probes, truth, 2)
