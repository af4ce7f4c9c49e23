"""Tables as columns."""

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from omakase.rules.columns import (
    MISSING,
    AttributeType,
    columns_of,
    schema_of,
    word_lists_of,
    words_of,
)

TABLE = pl.DataFrame(
    {
        "price": [10, None],
        "brand": ["a", None],
        "vegan": [True, None],
        "tags": [["x", "y"], None],
        "created": [datetime(1970, 1, 2, tzinfo=UTC), None],
        "raw": [b"1", b"2"],
    },
    schema_overrides={"tags": pl.List(pl.String)},
)


def test_every_column_has_a_kind_and_what_rules_cannot_use_is_left_out():
    assert schema_of(columns_of(TABLE)) == {
        "price": AttributeType.NUMBER,
        "brand": AttributeType.TEXT,
        "vegan": AttributeType.FLAG,
        "tags": AttributeType.TEXTS,
        "created": AttributeType.NUMBER,
    }


def test_a_column_that_is_not_asked_for_is_not_made():
    columns = columns_of(TABLE)
    assert len(columns) == 5
    first = columns["price"]
    assert columns["price"] is first
    assert list(columns._made) == ["price"]
    with pytest.raises(KeyError):
        columns["raw"]


@pytest.mark.parametrize("kind", [pl.String, pl.Categorical, pl.Enum(["b", "a", "c"])])
def test_words_of_any_type_of_column_are_the_same(kind):
    found = columns_of(pl.DataFrame({"w": pl.Series(["a", None, "b", "a"], dtype=kind)}))["w"]
    assert (found.codes.tolist(), found.words) == ([0, MISSING, 1, 0], ("a", "b"))
    nothing = columns_of(pl.DataFrame({"w": pl.Series([None, None], dtype=kind)}))["w"]
    assert (nothing.codes.tolist(), nothing.words) == ([MISSING, MISSING], ())


def test_what_is_missing_stays_missing():
    columns = columns_of(TABLE)
    assert np.isnan(columns["price"].values).tolist() == [False, True]
    assert columns["brand"].codes.tolist() == [0, MISSING]
    assert columns["vegan"].known.tolist() == [True, False]
    assert columns["tags"].starts.tolist() == [0, 2, 2]
    assert columns["created"].values[0] == 86_400


def test_equal_words_have_equal_codes():
    assert words_of(["b", "a", "b", None]).codes.tolist() == [0, 1, 0, MISSING]


def test_taking_rows_takes_their_lists():
    lists = word_lists_of([["a"], [], ["b", "a"]]).take_rows(np.asarray([2, 0, 2], np.int32))
    assert lists.starts.tolist() == [0, 2, 3, 5]
    assert [lists.words[c] for c in lists.codes] == ["b", "a", "a", "b", "a"]


def test_taking_rows_of_every_other_kind():
    columns = columns_of(TABLE)
    rows = np.asarray([1, 0], np.int32)
    assert columns["brand"].take_rows(rows).codes.tolist() == [MISSING, 0]
    assert columns["vegan"].take_rows(rows).known.tolist() == [False, True]
    assert columns["price"].take_rows(rows).values[1] == 10
