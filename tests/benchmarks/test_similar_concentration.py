"""What the lists are judged by, on lists that can be counted by hand."""

import numpy as np
from benchmarks.similar_concentration import Truth, followed, row, same_genre

LISTS = np.asarray([[1, 2], [0, 2], [1, -1]], dtype=np.int32)
GENRES = np.asarray([[1, 0], [1, 1], [0, 1]], dtype=bool)


def test_same_genre_counts_places_that_share_one():
    assert same_genre(LISTS, GENRES) == (1 + 2 + 1) / 6


def test_followed_counts_pairs_whose_second_is_listed():
    pairs = np.asarray([[0, 2], [1, 0], [2, 0], [2, 1]], dtype=np.int32)
    assert followed(LISTS, pairs) == 3 / 4


def test_row_says_how_often_the_most_frequent_is_there():
    found = row("x", LISTS, LISTS, Truth(GENRES, np.asarray([[0, 1]], dtype=np.int32)))
    assert (found["most in"], found["films"], found["next"]) == (0.667, 3, 1.0)
