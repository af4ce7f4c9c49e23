"""Keeping the first few."""

import numpy as np

from omakase.rankers.cut import Cut
from omakase.types import Queries, Slate


def test_the_first_k_stay_in_order():
    slate = Slate(np.asarray([[4, 2, 9]], np.int32), np.asarray([[3, 2, 1]], np.float32))
    kept = Cut(2).rank(Queries.of(np.asarray([[1]], np.int32)), slate)
    assert kept.lists() == [[(4, 3.0), (2, 2.0)]]
