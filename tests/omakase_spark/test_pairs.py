"""The matrix on Spark is the engine's matrix."""

import numpy as np
from scipy import sparse

from omakase_spark.arrow import frame_of


def test_pair_table_is_the_matrix_of_the_engine(pairs, data):
    found = frame_of(pairs.frame.toArrow())
    places = (found["user"].to_numpy(), found["item"].to_numpy())
    matrix = sparse.coo_array((found["weight"].to_numpy(), places), data.matrix.shape).tocsr()
    matrix.sort_indices()
    for name in ("indptr", "indices", "data"):
        np.testing.assert_array_equal(getattr(matrix, name), getattr(data.matrix, name))
