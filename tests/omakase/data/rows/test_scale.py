"""Scales of ratings."""

import polars as pl
import pytest

from omakase.data.rows.scale import scale_of


@pytest.mark.parametrize(
    ("ratings", "scale"),
    [
        ([1, 2, 3, 4, 5] * 9, (0, 5)),
        ([0, 1] * 20, (0, 5)),
        ([7, 8, 10] * 9, (0, 10)),
        ([60, 100, 20] * 9, (0, 100)),
        ([4] * 99 + [50], (0, 5)),
        ([-3.5, 8, 4, -9] * 9, (-10, 10)),
        ([4] * 99 + [-2], (0, 5)),
        ([3, 40], (0, 5)),
        ([3, 9], (0, 10)),
        ([250] * 30, (0, 250)),
        ([], (0, 5)),
        ([float("nan"), 3], (0, 5)),
    ],
)
def test_scale_of_holds_almost_all(ratings, scale):
    assert scale_of(pl.Series(ratings, dtype=pl.Float64)) == scale
