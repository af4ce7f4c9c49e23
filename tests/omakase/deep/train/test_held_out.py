import math

import numpy as np
import pytest

from omakase.deep.train.held_out import HeldOut, hold_out
from omakase.deep.train.sequences import Sequences


@pytest.fixture
def sequences() -> Sequences:
    items = [0, 1, 2, 3, 1, 2, 0, 3, 2, 1, 4]
    return Sequences(np.asarray(items, dtype=np.int32), np.asarray([0, 4, 6, 9, 11]))


def test_takes_the_last_item_of_long_sequences(sequences, rng):
    learnt, held = hold_out(sequences, 10, rng)
    assert learnt.items.tolist() == [0, 1, 2, 1, 2, 0, 3, 1, 4]
    assert held.history.tolist() == [[-1, 0, 3], [0, 1, 2]]  # shorter histories first
    assert held.targets.tolist() == [2, 3]
    assert held.users.tolist() == [2, 0]
    assert held.asked(np.asarray([0])).tolist() == [[0, 3]]


def test_an_item_that_is_not_learnt_is_not_asked(rng):
    only = Sequences(np.asarray([0, 1, 2], dtype=np.int32), np.asarray([0, 3]))
    learnt, held = hold_out(only, 10, rng)
    assert (learnt.items.tolist(), len(held)) == ([0, 1], 0)


def test_none_are_held_where_none_are_wanted(sequences, rng):
    learnt, held = hold_out(sequences, 0, rng)
    assert learnt.items.tolist() == sequences.items.tolist()
    assert len(held) == 0


def test_ndcg_of_ranks_counted_by_hand():
    """Targets at ranks 1, 3 and 11; what was seen has no rank, ties are in favour."""
    history = np.asarray([[-1, 0], [1, 2], [-1, 3]], dtype=np.int32)
    held = HeldOut(np.arange(3), history, np.asarray([1, 5, 11], dtype=np.int32))
    scores = np.zeros((3, 12), dtype=np.float32)
    scores[0, [0, 1]] = [9, 8]
    scores[1, [1, 2, 3, 4, 5]] = [9, 9, 8, 8, 7]
    scores[2, :] = np.arange(12, 0, -1)
    expected = (1 + 1 / math.log2(4) + 0) / 3
    assert held.ndcg(lambda places: scores[places]) == pytest.approx(expected)


def test_ndcg_in_parts_is_ndcg_at_once(rng):
    history = np.asarray([[-1, 0], [1, 2], [2, 3]], dtype=np.int32)
    held = HeldOut(np.arange(3), history, np.asarray([4, 5, 6], dtype=np.int32))
    table = rng.normal(size=(7, 30)).astype(np.float32)
    whole, parts = (
        held.ndcg(lambda places: table[held.history[places, -1]], size=n) for n in (3, 1)
    )
    assert whole == pytest.approx(parts)
