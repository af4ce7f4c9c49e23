"""Named columns."""

import numpy as np
import pytest

from omakase.features.table import FeatureTable, share


def test_columns_are_found_by_name_and_finite():
    table = FeatureTable.of({"a": np.asarray([1, 2]), "b": np.asarray([np.nan, np.inf])})
    assert table.names == ("a", "b")
    assert table.values.dtype == np.float32
    assert table.column("a").tolist() == [1, 2]
    assert table.column("b").tolist() == [0, 0]
    with pytest.raises(ValueError, match="not in tuple"):
        table.column("c")


def test_a_share_of_nothing_is_nothing():
    assert share(np.asarray([1, 2, 0]), np.asarray([2, 0, 0])).tolist() == [0.5, 0, 0]
    assert share(np.asarray([[2.0], [3.0]]), np.asarray([4, 0])).tolist() == [[0.5, 0], [0.75, 0]]
