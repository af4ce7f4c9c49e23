"""Ids and rows."""

import numpy as np
import pytest

from omakase.data.ids import Vocabulary
from omakase.types import PAD


def test_position_is_the_row():
    words = Vocabulary.of(["b", "a"])
    assert words.rows(["a", "b", "?"]).tolist() == [1, 0, PAD]


def test_extending_keeps_old_rows():
    assert Vocabulary.of(["b"]).extended(["a", "b", "a"]).ids == ("b", "a")


def test_an_id_twice_is_refused():
    with pytest.raises(ValueError, match="twice"):
        Vocabulary.of(["a", "a"])


def test_arrays_round_trip_with_any_text():
    words = Vocabulary.of(["", "김치", "a\nb", "🍜"])
    again = Vocabulary.from_arrays(words.arrays())
    assert again.ids == words.ids
    assert again.digest() == words.digest()
    assert all(isinstance(a, np.ndarray) for a in words.arrays().values())
