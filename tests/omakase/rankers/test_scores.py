"""One model's order."""

import numpy as np

from omakase.rankers.scores import ScoresRanker
from omakase.types import PAD, Queries, Slate


class HighestRow:
    def score(self, queries):
        return np.tile(np.arange(9, dtype=np.float32), (len(queries), 1))


def test_sorted_by_the_models_own_scores():
    slate = Slate(
        np.asarray([[4, 2, 7, PAD]], np.int32), np.asarray([[3, 2, 1, -np.inf]], np.float32)
    )
    got = ScoresRanker(HighestRow()).rank(Queries.of(np.asarray([[1]], np.int32)), slate)
    assert got.lists() == [[(7, 7.0), (4, 4.0), (2, 2.0)]]
    assert got.items[0, 3] == PAD
