"""ALS on Spark is the engine's, to the last bit where sums are made in the same order."""

import numpy as np
import pytest

from omakase.arrays.gram import gram_bounds
from omakase.models.ials import Ials, IalsConfig
from omakase_spark.als import MatrixSide, als


@pytest.mark.parametrize("solver", ["cg", "cholesky"])
def test_als_is_the_one_of_the_engine(pairs, data, solver):
    config = IalsConfig(
        factors=6, iterations=2, strength="log", popular_negatives=0.5, solver=solver
    )
    made = als(pairs, config, seed=3)
    expected = Ials.fit(data, config, rng=np.random.default_rng(3))
    for name, array in expected.arrays().items():
        np.testing.assert_allclose(made.arrays()[name], array, 1e-5, 1e-7, err_msg=name)


@pytest.mark.parametrize(("rows", "blocks"), [(7, 2), (60, 3), (6040, 4), (3706, 33), (10**6, 70)])
def test_parts_of_a_side_begin_where_sums_of_squares_do(rows, blocks):
    side = MatrixSide("user", "item", rows, 1, min(blocks, rows))
    bounds = gram_bounds(rows, side.parts)
    part = side.part_of(np.arange(rows))
    starts = np.flatnonzero(np.diff(part, prepend=-1))
    np.testing.assert_array_equal(starts, bounds[:-1])
