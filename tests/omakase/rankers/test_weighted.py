"""Several models' scores, over the candidates."""

import numpy as np
import polars as pl
import pytest

from omakase.artifacts.in_memory import InMemoryVersion
from omakase.rankers.weighted import Weighted, WeightedConfig
from omakase.types import PAD, Queries, Slate


class Says:
    def __init__(self, *scores):
        self.scores = np.asarray([scores], np.float32)

    def score(self, queries):
        return np.repeat(self.scores, len(queries), axis=0)


PARTS = InMemoryVersion(
    pl.DataFrame({"item_id": list("abcd")}),
    {"up": Says(1, 2, 3, 1000), "down": Says(300, 200, 100, 5)},
)
ASK = Queries.of(np.full((1, 1), PAD, np.int32))
SLATE = Slate(np.asarray([[1, 0, 2, PAD]], np.int32), np.asarray([[9, 8, 7, -np.inf]], np.float32))


def order(**knobs):
    return [i for i, _ in Weighted.of(WeightedConfig(**knobs), PARTS).rank(ASK, SLATE).lists()[0]]


@pytest.mark.parametrize(
    ("models", "expected"),
    [
        ({"up": 1}, [2, 1, 0]),
        ({"up": 0.6, "down": 0.4}, [2, 1, 0]),
        ({"up": 0.4, "down": 0.6}, [0, 1, 2]),
    ],
)
def test_loud_scores_do_not_outvote(models, expected):
    assert order(models=models) == expected


def test_the_merged_score_may_have_a_say():
    assert order(models={"up": 0.1}, merged=1) == [1, 0, 2]


def test_a_weight_of_nought_keeps_padding_last():
    assert order(models={"up": 0}) == [0, 1, 2]
    ranked = Weighted.of(WeightedConfig(models={"up": -1}), PARTS).rank(ASK, SLATE)
    assert ranked.items.tolist() == [[0, 1, 2, PAD]]
    assert np.isneginf(ranked.scores[0, 3])


def test_candidates_alone_set_the_scale():
    """Item 3, with its 1000, is no candidate."""
    scores = Weighted.of(WeightedConfig(models={"up": 1}), PARTS).rank(ASK, SLATE).scores[0, :3]
    np.testing.assert_allclose(scores, [np.sqrt(1.5), 0, -np.sqrt(1.5)], rtol=1e-5, atol=1e-6)
