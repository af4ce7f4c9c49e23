"""Several models' scores, added up."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from omakase.artifacts.in_memory import InMemoryVersion
from omakase.sources.blend import BlendConfig, BlendSource
from omakase.types import PAD, Queries


class Says:
    def __init__(self, *scores):
        self.scores = np.asarray([scores], np.float32)

    def score(self, queries):
        return np.repeat(self.scores, len(queries), axis=0)


PARTS = InMemoryVersion(
    pl.DataFrame({"item_id": ["a", "b", "c"]}),
    {"up": Says(1, 2, 3), "down": Says(300, 200, 100), "flat": Says(5, 5, 5)},
)
ASK = Queries.of(np.full((2, 1), PAD, np.int32))


def candidates(**models):
    return BlendSource.of("blend", BlendConfig(models=models), PARTS).candidates(ASK, 3)


def test_loud_scores_do_not_outvote():
    assert candidates(up=0.6, down=0.4).items[0].tolist() == [2, 1, 0]
    assert candidates(up=0.4, down=0.6).items[0].tolist() == [0, 1, 2]


def test_the_score_is_the_weighted_sum():
    top = np.sqrt(1.5)  # (3 - 2) / deviation
    np.testing.assert_allclose(
        candidates(up=0.6, down=0.4).scores[0], [0.2 * top, 0, -0.2 * top], atol=1e-6
    )


def test_a_model_that_cannot_tell_changes_nothing():
    assert candidates(up=1, flat=9).items[1].tolist() == [2, 1, 0]


def test_only_the_allowed_are_proposed():
    source = BlendSource.of("blend", BlendConfig(models={"up": 1}), PARTS)
    some = replace(ASK, allowed=np.asarray([True, True, False]))
    assert source.candidates(some, 3).lists()[0][0][0] == 1


def test_no_models_is_no_blend():
    with pytest.raises(ValueError, match="at least 1"):
        BlendConfig(models={})
