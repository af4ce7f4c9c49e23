from itertools import pairwise

import numpy as np
import pytest

from omakase.data.dataset import Dataset
from omakase.deep.train.sequences import Sequences, bucketed


def made(*sequences: list[int]) -> Sequences:
    lengths = [len(s) for s in sequences]
    items = np.asarray([i for s in sequences for i in s], dtype=np.int32)
    return Sequences(items, np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64))


def listed(sequences: Sequences) -> list[list[int]]:
    s = sequences.starts.tolist()
    return [sequences.items[a:b].tolist() for a, b in pairwise(s)]


def test_from_data_in_order_of_time_without_what_was_disliked():
    events = [("b", "x", 1.0), ("a", "y", 2.0), ("b", "y", -1.0), ("a", "x", 1.0), ("b", "z", 1.0)]
    data = Dataset.from_events(events)
    assert data.ids.users.ids == ("a", "b")
    assert listed(Sequences.of(data)) == [[1, 0], [0, 2]]


def test_padded_on_the_left_and_cut_at_the_old_end():
    sequences = made([1, 2, 3], [], [4])
    rows = np.asarray([0, 1, 2])
    assert sequences.padded(rows, 5).tolist() == [[1, 2, 3], [-1, -1, -1], [-1, -1, 4]]
    assert sequences.padded(rows, 2).tolist() == [[2, 3], [-1, -1], [-1, 4]]
    assert sequences.padded(rows[:1], 5, skip=1).tolist() == [[1, 2]]
    assert sequences.padded(rows[1:2], 5).tolist() == [[-1]]


def test_without_last():
    assert listed(made([1, 2, 3], [4], [5, 6]).without_last(np.asarray([0, 2]))) == [
        [1, 2],
        [4],
        [5],
    ]


@pytest.mark.parametrize("size", range(1, 12))
def test_windows_make_each_item_but_the_first_a_target_once(size):
    whole = made(list(range(size)), list(range(20, 22)))
    pieces = listed(whole.windows(3))
    assert sorted(i for piece in pieces for i in piece[1:]) == [*range(1, size), 21]
    assert all(2 <= len(piece) <= 4 for piece in pieces)
    assert all(np.diff(piece).tolist() == [1] * (len(piece) - 1) for piece in pieces)


def test_windows_of_nothing_are_nothing():
    assert len(made([1], []).windows(3)) == 0


def test_batches_hold_each_row_once_and_like_lengths_together(rng):
    lengths = rng.integers(2, 50, 500)
    batches = bucketed(lengths, 200, rng)
    assert sorted(np.concatenate(batches).tolist()) == list(range(500))
    positions = [lengths[b].sum() for b in batches]
    assert max(positions) <= 250
    padded = sum(len(b) * lengths[b].max() for b in batches)
    assert padded < 1.1 * lengths.sum()


def test_batches_come_in_another_order_each_time():
    lengths = np.full(64, 4)
    first, second = (bucketed(lengths, 16, np.random.default_rng(seed)) for seed in (0, 1))
    assert [b.tolist() for b in first] != [b.tolist() for b in second]
    again = bucketed(lengths, 16, np.random.default_rng(0))
    assert [b.tolist() for b in first] == [b.tolist() for b in again]
