"""What an item table tells, as blocks."""

import numpy as np
import polars as pl
import pytest

from omakase.features.content import blocks, dense_block, stacked, texts

ITEMS = pl.DataFrame(
    {
        "item_id": ["a", "b", "c", "d"],
        "title": ["Red cup", "Red plate", "Blue cup", None],
        "category": [["Home", "Cups"], ["Home", "Plates"], ["Home", "Cups"], None],
        "brand": ["Kim", "Lee", None, "Kim"],
        "price": [10.0, 20.0, None, 40.0],
        "year": [1994, 2000, 1990, None],
        "city": ["Seoul", "Seoul", "Busan", "Busan"],
        "title_ko": ["컵", "컵", "컵", None],
        "embedding": [[1.0, 0.0], [0.0, 2.0], None, [0.0, 0.0]],
    }
)


@pytest.fixture(scope="module")
def found():
    return {block.name: block for block in blocks(ITEMS, way="words", bands=2)}


def weights(block, row):
    """What an item holds of a block, in words."""
    line = block.matrix[[row]].toarray()[0]
    return {name: value for name, value in zip(block.columns, line, strict=True) if value}


def test_every_kind_of_knowledge_has_its_block(found):
    assert set(found) == {"text", "category", "brand", "price", "year", "attributes", "vectors"}


def test_rows_have_length_one_or_nothing(found):
    for block in found.values():
        lengths = np.linalg.norm(block.matrix.toarray(), axis=1)
        assert np.all(np.isclose(lengths, 1, atol=1e-6) | (lengths == 0)), block.name
        assert len(block.columns) == block.matrix.shape[1]


def test_words_that_two_items_share_are_features(found):
    assert set(found["text"].columns) == {"“cup”", "“red”"}
    assert set(weights(found["text"], 2)) == {"“cup”"}
    assert weights(found["text"], 3) == {}


def test_a_leaf_of_the_tree_says_more_than_its_root(found):
    held = weights(found["category"], 1)
    assert held["category Plates"] > held["category Home"] > 0


def test_a_year_lies_between_its_decades(found):
    held = weights(found["year"], 0)
    assert held["year about 1990"] > held["year about 2000"] > 0
    assert weights(found["year"], 1) == {"year about 2000": 1}
    assert weights(found["year"], 3) == {}


def test_prices_beyond_the_bands_are_in_the_last_one(found):
    assert len(found["price"].columns) == 2
    assert list(weights(found["price"], 3)) == [found["price"].columns[1]]
    assert list(weights(found["price"], 0)) == [found["price"].columns[0]]


def test_other_columns_of_text_are_attributes(found):
    assert set(found["attributes"].columns) == {"city Seoul", "city Busan"}


def test_own_vectors_are_taken_as_they_are_but_for_their_length(found):
    assert found["vectors"].matrix.toarray().tolist() == [[1, 0], [0, 1], [0, 0], [0, 0]]


def test_ids_alone_tell_nothing():
    assert blocks(ITEMS.select("item_id")) == ()
    assert texts(ITEMS.select("item_id")) == ["", "", "", ""]


def test_texts_are_title_and_description():
    items = pl.DataFrame({"title": ["A", None], "description": ["one", "two"]})
    assert texts(items) == ["A\none", "\ntwo"]


def test_stacked_cosines_add_up_with_their_weights(found):
    parts = [found["category"], found["brand"]]
    matrix, names = stacked(parts, [2.0, 0.5])
    cosines = [part.matrix @ part.matrix.T for part in parts]
    expected = 2.0 * cosines[0].toarray() + 0.5 * cosines[1].toarray()
    np.testing.assert_allclose((matrix @ matrix.T).toarray(), expected, atol=1e-6)
    assert names == [*parts[0].columns, *parts[1].columns]


def test_dense_vectors_become_a_block():
    block = dense_block("sentence", np.asarray([[3.0, 4.0]], dtype=np.float32))
    np.testing.assert_allclose(block.matrix.toarray(), [[0.6, 0.8]], rtol=1e-6)
    assert block.columns == ("sentence 0", "sentence 1")
