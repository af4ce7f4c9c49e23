import numpy as np
import polars as pl
import pytest

from omakase.errors import MissingColumns
from omakase.features.attributes import attribute_shares, value_rows

ITEMS = pl.DataFrame(
    {
        "item_id": ["a", "b", "c", "d"],
        "brand": ["x", None, "y", "x"],
        "tags": [["x", "z"], ["z", "z"], None, []],
        "year": [1999, 2001, 1999, None],
    }
)


def test_the_values_of_a_row_share_equally():
    brand, tags, year = attribute_shares(ITEMS, ["brand", "tags", "year"])
    assert brand.toarray().tolist() == [[1, 0], [0, 0], [0, 1], [1, 0]]  # x, then y
    assert tags.toarray().tolist() == [[0.5, 0.5], [1, 0], [0, 0], [0, 0]]  # z, then x
    assert year.toarray().tolist() == [[1, 0], [0, 1], [1, 0], [0, 0]]
    assert {each.dtype.name for each in (brand, tags, year)} == {"float32"}


def test_rare_values_are_left_out():
    (tags,) = attribute_shares(ITEMS, ["tags"], limit=1)
    assert tags.toarray().tolist() == [[1], [1], [0], [0]]


@pytest.mark.parametrize("kind", [pl.String, pl.Categorical, pl.Enum(["b", "a", "c"])])
def test_one_value_a_row_or_a_list_of_one_are_the_same(kind):
    values = ["a", None, "b", "a", "c", "b"]
    alone = pl.DataFrame({"v": pl.Series(values, dtype=kind)})
    listed = pl.DataFrame({"v": [[v] if v else None for v in values]})
    for limit in (1, 2, 9):
        (one,), (other,) = (attribute_shares(t, ["v"], limit=limit) for t in (alone, listed))
        np.testing.assert_array_equal(one.toarray(), other.toarray())
        assert one.dtype == np.float32


def test_a_column_of_nothing_has_no_values():
    (nothing,) = attribute_shares(ITEMS.with_columns(pl.lit(None).alias("no")), ["no"])
    assert nothing.shape == (4, 0)


def test_an_unknown_column_is_named():
    with pytest.raises(MissingColumns, match="colour"):
        attribute_shares(ITEMS, ["colour"])


def test_rows_of_each_value_whether_alone_or_in_lists():
    lists = pl.Series([["a", "b"], None, ["b", "b"], []])
    found = value_rows(lists)
    assert {value: rows.tolist() for value, rows in found.items()} == {"a": [0], "b": [0, 2]}
    plain = value_rows(pl.Series([3, None, 3]))
    assert {value: rows.tolist() for value, rows in plain.items()} == {"3": [0, 2]}
