import polars as pl
import pytest

from omakase.errors import MissingColumns
from omakase.features.attributes import attribute_shares

ITEMS = pl.DataFrame(
    {
        "item_id": ["a", "b", "c", "d"],
        "brand": ["x", None, "y", "x"],
        "tags": [["x", "z"], ["z", "z"], None, []],
    }
)


def test_each_attribute_has_the_same_share_of_its_item():
    shares = attribute_shares(ITEMS, ["brand", "tags"])
    third = 1 / 3
    # columns in order: brand=x, brand=y, tags=x, tags=z
    expected = [[third, 0, third, third], [0, 0, 0, 1], [0, 1, 0, 0], [1, 0, 0, 0]]
    assert shares.toarray().tolist() == pytest.approx([pytest.approx(row) for row in expected])
    assert shares.dtype == "float32"


def test_an_item_without_attributes_is_a_row_of_zeros():
    shares = attribute_shares(ITEMS, ["tags"])
    assert shares.toarray()[2:].sum() == 0
    assert shares.shape == (4, 2)


def test_an_unknown_column_is_named():
    with pytest.raises(MissingColumns, match="colour"):
        attribute_shares(ITEMS, ["colour"])
