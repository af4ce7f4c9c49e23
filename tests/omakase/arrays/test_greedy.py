"""What is handed to a pick, and where what it says ends up."""

import numpy as np

from omakase.arrays.greedy import pick_greedily
from omakase.types import PAD, Slate

VECTORS = np.asarray([[1, 0], [0, 1], [1, 0], [0, 0]], dtype=np.float32)
SLATE = Slate(
    np.asarray([[0, 1, 2, 3], [2, 0, PAD, PAD]], dtype=np.int32),
    np.asarray([[4, 3, 2, 1], [5, 1, -np.inf, -np.inf]], dtype=np.float32),
)


def backwards(worth, alike, diversity, order):
    order[: len(worth)] = order[: len(worth)][::-1].copy()


def test_the_first_are_rearranged_and_the_rest_stay_with_their_scores():
    found = pick_greedily(SLATE, VECTORS, np.zeros(2, np.float32), 3, backwards)
    assert found.items.tolist() == [[2, 1, 0, 3], [0, 2, PAD, PAD]]
    assert found.scores[0].tolist() == [2, 3, 4, 1]


def test_a_pick_hears_worth_likeness_and_what_the_query_wants():
    heard = []
    pick_greedily(SLATE, VECTORS, np.asarray([0.25, 1.0]), 4, lambda *told: heard.append(told[:3]))
    worth, alike, _ = heard[0]
    np.testing.assert_allclose(worth, [1, 2 / 3, 1 / 3, 0], rtol=1e-6)
    assert alike.tolist() == [[1, 0, 1, 0], [0, 1, 0, 0], [1, 0, 1, 0], [0, 0, 0, 0]]
    assert [told[2] for told in heard] == [0.25, 1.0]
    assert heard[1][1].tolist() == [[1, 1], [1, 1]], "PAD has no likeness"


def test_likeness_is_that_of_directions_and_the_vectors_stay_as_they_are():
    longer, heard = VECTORS * np.asarray([[2], [5], [0.1], [1]], np.float32), []
    given = longer.copy()
    pick_greedily(SLATE, longer, np.zeros(2), 4, lambda *told: heard.append(told[1]))
    np.testing.assert_allclose(heard[0], VECTORS @ VECTORS.T, atol=1e-6)
    np.testing.assert_array_equal(longer, given)


def test_a_list_without_places_stays_empty():
    empty = Slate(np.zeros((2, 0), np.int32), np.zeros((2, 0), np.float32))
    assert pick_greedily(empty, VECTORS, np.zeros(2, np.float32), 3, backwards).items.shape == (
        2,
        0,
    )
