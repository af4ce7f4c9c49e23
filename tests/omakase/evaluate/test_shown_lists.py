"""Measures of lists that were shown, against the measures that models are compared by."""

import numpy as np
import pytest

from omakase.evaluate import beyond
from omakase.evaluate.shown_lists import LabelSets, Popularity


def test_popularity_of_a_catalog_shorter_than_what_was_taken_counts_these():
    assert Popularity.of([3, 1, 2], 1).unexpectedness(np.asarray([1])) == pytest.approx(2 / 3)


def test_popularity_says_what_the_measures_of_models_say():
    taken = np.asarray([5, 0, 2, 2, 9])
    one = Popularity.of(taken[taken > 0].tolist(), len(taken))
    assert np.allclose(one.bits(taken), beyond.information(taken, taken.sum()))
    assert np.allclose(one.unexpectedness(taken), beyond.unexpectedness(taken))


def test_popularity_surprise_of_half_an_event_among_one_is_no_less_than_nothing():
    assert Popularity.of([], 3).bits(np.asarray([0, 4])).tolist() == [1, 0]


def test_label_diversity_is_that_of_unit_vectors_of_labels():
    sets = [{0, 1}, {1}, {2, 3, 4}, {0, 4}]
    labels = LabelSets(
        np.cumsum([0, *map(len, sets)]),
        np.asarray([code for each in sets for code in sorted(each)]),
    )
    vectors = np.zeros((4, 5))
    for row, each in enumerate(sets):
        vectors[row, sorted(each)] = len(each) ** -0.5
    lists = np.asarray([[0, 1, 2], [3, 2, 0]])
    found = labels.diversities(np.asarray([3, 3]), lists.ravel())
    assert found == pytest.approx(beyond.intra_list_diversity(lists, vectors))


def test_label_diversity_of_no_lists_is_empty():
    nothing = np.zeros(0, np.int64)
    assert not len(LabelSets(np.zeros(1, np.int64), nothing).diversities(nothing, nothing))
