"""A curve that never rises."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from omakase.errors import ConfigError
from omakase.pipeline.config import PipelineConfig, SourceSpec
from omakase.pipeline.popularity_prior import PopularityPrior, never_rising

TABLES = arrays(
    np.float64, array_shapes(min_dims=2, max_dims=2, max_side=4), elements=st.integers(0, 3)
)


def by_trying(worth):
    """The highest sum of all paths that never rise."""
    rows, columns = worth.shape
    paths = (p for p in product(range(columns), repeat=rows) if list(p) == sorted(p, reverse=True))
    return max(sum(worth[row, column] for row, column in enumerate(path)) for path in paths)


@given(TABLES)
def test_no_path_that_never_rises_is_better(worth):
    path = never_rising(worth)
    assert (np.diff(path) <= 0).all()
    assert worth[np.arange(len(worth)), path].sum() == by_trying(worth)


@pytest.mark.parametrize(
    ("worth", "path"),
    [
        ([[0, 0, 5], [0, 5, 0], [5, 0, 0]], [2, 1, 0]),
        ([[5, 0, 0], [0, 0, 5]], [0, 0]),  # one must give way; the earlier columns win
        ([[4, 0, 0], [0, 0, 5]], [2, 2]),
        ([[0, 3, 0], [0, 0, 4], [0, 3, 0]], [2, 2, 1]),
        ([[1, 1, 1], [1, 1, 1]], [0, 0]),
        ([[7.0]], [0]),
    ],
)
def test_a_path_by_hand(worth, path):
    assert never_rising(np.asarray(worth, np.float64)).tolist() == path


def test_nothing_asked_is_no_path():
    assert never_rising(np.zeros((0, 3))).tolist() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"events": (1, 2), "shares": (1.0,), "known": 5},
        {"events": (2, 1), "shares": (1.0, 1.0), "known": 5},
        {"events": (1, 1), "shares": (1.0, 1.0), "known": 5},
        {"events": (0,), "shares": (1.0,), "known": 5},
        {"events": (1, 5), "shares": (1.0, 1.0), "known": 5},
        {"events": (1,), "shares": (-1.0,), "known": 5},
        {"known": 0},
        {},
    ],
)
def test_what_is_no_curve_is_refused(wrong):
    with pytest.raises(ConfigError):
        PopularityPrior.checked(wrong, "crowd")


def test_a_curve_goes_through_json_in_its_pipeline():
    crowd = PopularityPrior(events=(1, 3), shares=(4.0, 0.0), known=10)
    source = SourceSpec(kind="scored", config={"model": "ease"})
    config = PipelineConfig(name="ease", sources=(source,), crowd=crowd)
    again = PipelineConfig.model_validate_json(config.model_dump_json())
    assert again.crowd == crowd
    before = {k: v for k, v in config.model_dump(mode="json").items() if k != "crowd"}
    assert PipelineConfig.checked(before, "a pipeline of an older version").crowd is None
