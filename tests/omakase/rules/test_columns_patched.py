"""Columns that are newer in part, against tables that were made anew."""

from datetime import date, datetime
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omakase.rules.columns import (
    MISSING,
    AttributeType,
    Flags,
    Numbers,
    OverlaidColumns,
    PatchedColumns,
    WordLists,
    Words,
    columns_of,
    schema_of,
    word_lists_of,
    words_of,
)
from omakase.rules.wishes import aligned, names_of, overlaid, patched, priced, renew_columns, within

quick = settings(max_examples=50, deadline=None)
SCHEMA = {
    "price": pl.Float64,
    "brand": pl.String,
    "vegan": pl.Boolean,
    "tags": pl.List(pl.String),
}
WORDS = st.sampled_from(["a", "b", "김치", "", "\U0001f363"])
ROWS = st.fixed_dictionaries(
    {
        "price": st.none() | st.integers(-5, 5).map(float),
        "brand": st.none() | WORDS,
        "vegan": st.none() | st.booleans(),
        "tags": st.none() | st.lists(WORDS, max_size=3),
    }
)


def table_of(rows):
    return pl.DataFrame(rows, schema=SCHEMA)


def plain(column):
    """The values of a column as a list of Python; an empty list where no words are."""
    if isinstance(column, Numbers):
        return [None if np.isnan(value) else value for value in column.values.tolist()]
    if isinstance(column, Flags):
        pairs = zip(column.values.tolist(), column.known.tolist(), strict=True)
        return [value if known else None for value, known in pairs]
    if isinstance(column, Words):
        return [None if code == MISSING else column.words[code] for code in column.codes.tolist()]
    assert isinstance(column, WordLists)
    starts = column.starts.tolist()
    return [
        [column.words[code] for code in column.codes[start:end].tolist()]
        for start, end in pairwise(starts)
    ]


def all_plain(columns):
    return {name: plain(columns[name]) for name in columns}


def as_columns_know(rows):
    """What columns say of rows: no list is an empty one."""
    told = {name: [row[name] for row in rows] for name in SCHEMA}
    return told | {"tags": [words or [] for words in told["tags"]]}


@quick
@given(st.lists(ROWS, min_size=1, max_size=8))
def test_columns_of_a_table_say_what_stands_in_its_rows(rows):
    assert all_plain(columns_of(table_of(rows))) == as_columns_know(rows)


@quick
@given(st.lists(ROWS, min_size=1, max_size=8), st.data())
def test_columns_of_some_rows_are_the_columns_of_a_table_of_them(rows, data):
    chosen = data.draw(st.lists(st.integers(0, len(rows) - 1), max_size=10))
    columns = columns_of(table_of(rows))
    taken = {name: plain(columns[name].take_rows(np.asarray(chosen, np.int32))) for name in columns}
    assert taken == as_columns_know([rows[place] for place in chosen])


@quick
@given(st.lists(st.tuples(ROWS, st.none() | ROWS), min_size=1, max_size=8), st.randoms())
def test_patched_columns_are_those_of_the_table_with_other_rows(pairs, random):
    before = [row for row, _ in pairs]
    places = [place for place, (_, newer) in enumerate(pairs) if newer is not None]
    random.shuffle(places)
    newer = columns_of(table_of([pairs[place][1] for place in places]))
    columns = PatchedColumns(columns_of(table_of(before)), np.asarray(places, np.int32), newer)
    expected = [row if newer is None else newer for row, newer in pairs]
    assert all_plain(columns) == as_columns_know(expected)
    assert all_plain(columns_of(table_of(before))) == as_columns_know(before)


def test_patched_columns_that_the_newer_lack_stay_as_they_were():
    before = columns_of(pl.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]}))
    newer = columns_of(pl.DataFrame({"a": [9.0], "c": ["z"]}))
    columns = PatchedColumns(before, np.asarray([1], np.int32), newer)
    assert all_plain(columns) == {"a": [1.0, 9.0], "b": ["x", "y"]}
    assert ("c" in columns, "b" in columns, len(columns)) == (False, True, 2)
    assert columns["b"] is before["b"]
    assert columns["a"] is columns["a"]
    with pytest.raises(KeyError):
        columns["c"]


def test_patched_columns_of_another_kind_stay_as_they_were():
    before = columns_of(pl.DataFrame({"a": [1.0, 2.0]}))
    newer = columns_of(pl.DataFrame({"a": ["text"]}))
    columns = PatchedColumns(before, np.asarray([0], np.int32), newer)
    assert plain(columns["a"]) == [1.0, 2.0]
    assert schema_of(columns) == {"a": AttributeType.NUMBER}


def test_overlaid_columns_hold_the_upper_of_one_name():
    below = columns_of(pl.DataFrame({"a": [1.0], "b": [2.0]}))
    above = columns_of(pl.DataFrame({"b": ["x"], "c": [True]}))
    columns = OverlaidColumns(below, above)
    assert list(columns) == ["a", "b", "c"]
    assert len(columns) == 3
    assert all_plain(columns) == {"a": [1.0], "b": ["x"], "c": [True]}
    assert schema_of(columns) == {
        "a": AttributeType.NUMBER,
        "b": AttributeType.TEXT,
        "c": AttributeType.FLAG,
    }
    assert ("a" in columns, "c" in columns, "d" in columns) == (True, True, False)
    with pytest.raises(KeyError):
        columns["d"]


@pytest.mark.parametrize(
    ("values", "dtype", "expected"),
    [
        ([1, None], pl.Int8, [1.0, None]),
        ([2**40], pl.UInt64, [float(2**40)]),
        ([1.5, float("nan")], pl.Float32, [1.5, None]),
        ([date(1970, 1, 3), None], pl.Date, [172_800.0, None]),
        ([datetime(1970, 1, 1, 0, 0, 5)], pl.Datetime("ms"), [5.0]),  # noqa: DTZ001
        ([datetime(1970, 1, 1, 0, 0, 5)], pl.Datetime("ns"), [5.0]),  # noqa: DTZ001
    ],
)
def test_columns_of_numbers_and_days_of_any_type_are_numbers(values, dtype, expected):
    columns = columns_of(pl.DataFrame({"n": pl.Series(values, dtype=dtype)}))
    assert schema_of(columns) == {"n": AttributeType.NUMBER}
    assert plain(columns["n"]) == expected


@pytest.mark.parametrize(
    "dtype", [pl.Binary, pl.List(pl.Int64), pl.Struct({"a": pl.Int64}), pl.Null]
)
def test_columns_that_rules_cannot_use_are_not_there(dtype):
    columns = columns_of(pl.DataFrame({"x": pl.Series([None], dtype=dtype), "y": [1]}))
    assert list(columns) == ["y"]
    assert "x" not in columns


def test_columns_that_are_not_there_are_a_key_error_and_get_gives_none():
    columns = columns_of(table_of([]))
    with pytest.raises(KeyError):
        columns["other"]
    assert columns.get("other") is None
    assert columns.get("price") is columns["price"]


def test_columns_of_no_rows_are_empty_and_keep_their_kinds():
    columns = columns_of(table_of([]))
    assert all_plain(columns) == {"price": [], "brand": [], "vegan": [], "tags": []}


@quick
@given(st.lists(st.none() | WORDS))
def test_words_of_texts_are_the_texts(texts):
    words = words_of(texts)
    assert plain(words) == texts
    assert len(set(words.words)) == len(words.words)
    assert words.codes.dtype == np.int32


@quick
@given(st.lists(st.none() | st.lists(st.none() | WORDS, max_size=4)))
def test_word_lists_of_lists_drop_what_is_missing(lists):
    expected = [[word for word in (words or []) if word is not None] for words in lists]
    assert plain(word_lists_of(lists)) == expected


ITEMS = pl.DataFrame(
    {"price": [1.0, 2.0, 3.0], "category": ["A", "B", "C"], "vegan": [True, False, None]}
)


def test_overlaid_facts_hold_over_the_table_and_empty_ones_hide_it():
    columns = overlaid(ITEMS, {"category": ["X", "", None]}, {"price": [None, 9.0, 0.0]})
    assert plain(columns["category"]) == ["X", None, None]
    assert plain(columns["price"]) == [None, 9.0, 0.0]
    assert plain(columns["vegan"]) == [True, False, None]


def test_patched_facts_change_their_rows_alone_and_leave_the_former_whole():
    first = overlaid(ITEMS, {"category": ["X", "Y", "Z"]}, {"price": [1, 2, 3]})
    rows = np.asarray([2, 0], np.int32)
    second = patched(first, rows, {"category": ["new", None]}, {"price": [30, None]})
    third = patched(second, rows[:1], {"category": ["newer"]}, {"price": [31]})
    assert plain(first["category"]) == ["X", "Y", "Z"]
    assert plain(second["category"]) == [None, "Y", "new"]
    assert plain(second["price"]) == [None, 2, 30]
    assert plain(third["category"]) == [None, "Y", "newer"]
    assert plain(third["price"]) == [None, 2, 31]


def test_renew_columns_knows_the_table_anew_under_what_is_laid_over():
    columns = overlaid(ITEMS, {"category": ["X", "Y", "Z"]}, {})
    rows = np.asarray([1], np.int32)
    told = renew_columns(columns, ITEMS, rows, [{"price": 8.0, "category": "no", "vegan": True}])
    assert plain(told["price"]) == [1.0, 8.0, 3.0]
    assert plain(told["category"]) == ["X", "Y", "Z"]
    assert plain(told["vegan"]) == [True, True, None]
    again = renew_columns(told, ITEMS, np.asarray([0], np.int32), [{"price": 7.0}])
    assert plain(again["price"]) == [7.0, 2.0, 3.0]
    assert plain(again["vegan"]) == [None, False, None]


def test_aligned_rows_have_the_columns_and_types_of_the_table():
    made = aligned(ITEMS, [{"price": 5, "else": 1}, {"category": "D", "price": "dear"}])
    assert made.schema == ITEMS.schema
    assert made.rows() == [(5.0, None, None), (None, "D", None)]
    assert aligned(ITEMS, []).schema == ITEMS.schema


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("Film", {"Film"}),
        ("Film > Comedy", {"Film", "Film > Comedy", "Comedy"}),
        ("A > B > C", {"A", "A > B", "A > B > C", "B", "C"}),
        ("A>B", {"A>B"}),
        ("", {""}),
        ("음식 > 한식", {"음식", "음식 > 한식", "한식"}),
    ],
)
def test_names_of_a_path_are_those_above_it_and_its_parts(path, names):
    assert names_of(path) == names


@quick
@given(
    st.lists(
        st.none() | st.lists(st.sampled_from("ABC"), min_size=1, max_size=3).map(" > ".join),
        max_size=8,
    ),
    st.sets(st.sampled_from(["A", "B", "C", "A > B", "B > C", "A > B > C"])),
)
def test_within_categories_is_what_names_say_row_by_row(paths, wanted):
    expected = [path is not None and bool(names_of(path) & wanted) for path in paths]
    assert within(words_of(paths), wanted).tolist() == expected


@quick
@given(
    st.lists(st.none() | st.integers(-3, 3)),
    st.none() | st.integers(-3, 3),
    st.none() | st.integers(-3, 3),
)
def test_priced_between_two_bounds_is_what_comparisons_say(prices, low, high):
    column = Numbers(np.asarray([np.nan if p is None else p for p in prices], dtype=np.float64))
    expected = [
        price is None or ((low is None or price >= low) and (high is None or price <= high))
        for price in prices
    ]
    assert priced(column, low, high).tolist() == expected
