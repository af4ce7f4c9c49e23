from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from omakase.rules.columns import Numbers, WordLists, words_of
from omakase.rules.wishes import overlaid, patched, priced, renew_columns, within

PATHS = ["Film", "Film > Comedy", "Film > Comedy > Dark", "Music > Comedy", "Filmstock", None]


@pytest.mark.parametrize(
    ("wanted", "inside"),
    [
        (["Film"], [1, 1, 1, 0, 0, 0]),
        (["Film > Comedy"], [0, 1, 1, 0, 0, 0]),
        (["Comedy"], [0, 1, 1, 1, 0, 0]),
        (["Dark", "Music"], [0, 0, 1, 1, 0, 0]),
        (["comedy"], [0, 0, 0, 0, 0, 0]),
        ([], [0, 0, 0, 0, 0, 0]),
    ],
)
def test_a_category_holds_what_lies_below_it(wanted, inside):
    assert within(words_of(PATHS), wanted).tolist() == [bool(x) for x in inside]


def test_nothing_lies_in_a_category_where_nothing_has_one():
    assert within(words_of([None, None]), ["Film"]).tolist() == [False, False]


@pytest.mark.parametrize(
    ("low", "high", "passes"),
    [
        (None, None, [1, 1, 1, 1]),
        (2.0, None, [0, 1, 1, 1]),
        (None, 2.0, [1, 1, 0, 1]),
        (2.0, 2.0, [0, 1, 0, 1]),
        (3.0, 1.0, [0, 0, 0, 1]),
    ],
)
def test_prices_with_both_ends_and_what_has_none_passes(low, high, passes):
    prices = Numbers(np.asarray([1.0, 2.0, 3.0, np.nan]))
    assert priced(prices, low, high).tolist() == [bool(x) for x in passes]


def test_newer_facts_lie_over_older_ones():
    items = pl.DataFrame({"title": ["old", "old"], "price": [1.0, 1.0], "district": ["a", None]})
    columns = overlaid(items, {"title": ["new", ""]}, {"price": [None, 5]})
    assert columns["title"].words == ("new",)
    assert columns["title"].codes.tolist() == [0, -1]
    assert np.isnan(columns["price"].values[0])
    assert columns["price"].values[1] == 5.0
    assert columns["district"].codes.tolist() == [0, -1]


def test_newer_facts_of_some_items_give_what_laying_all_over_gives():
    items = pl.DataFrame({"tags": [["a"], [], ["b"]], "title": ["x", "y", "z"]})
    titles, prices = ["one", "two", "one"], [1.0, None, 3.0]
    before = overlaid(items, {"title": titles}, {"price": prices})
    after = patched(
        before,
        np.array([2, 1], dtype=np.int32),
        {"title": ["two", "new"]},
        {"price": [None, 5.0]},
    )
    whole = overlaid(items, {"title": ["one", "new", "two"]}, {"price": [1.0, 5.0, None]})
    assert said(after["title"]) == said(whole["title"]) == ["one", "new", "two"]
    np.testing.assert_array_equal(after["price"].values, whole["price"].values)
    assert after["tags"] is before["tags"]
    assert said(before["title"]) == titles
    assert before["price"].values[1:].tolist() == pytest.approx([np.nan, 3.0], nan_ok=True)


def test_equal_words_keep_equal_codes_and_an_empty_one_is_missing():
    before = overlaid(pl.DataFrame({"n": [1, 2, 3]}), {"brand": ["a", "b", "c"]}, {})
    after = patched(before, np.array([0, 2], dtype=np.int32), {"brand": ["b", ""]}, {})
    codes = after["brand"].codes
    assert codes[0] == codes[1] >= 0
    assert codes[2] == -1


def test_nothing_newer_changes_nothing():
    before = overlaid(pl.DataFrame({"n": [1, 2]}), {"brand": ["a", None]}, {"price": [1.0, 2.0]})
    after = patched(before, np.zeros(0, dtype=np.int32), {"brand": []}, {"price": []})
    assert said(after["brand"]) == ["a", None]
    assert after["price"].values.tolist() == [1.0, 2.0]


def said(column):
    """The values of a column, row by row."""
    if isinstance(column, Numbers):
        return [None if np.isnan(value) else value for value in column.values]
    if isinstance(column, WordLists):
        texts = [column.words[code] for code in column.codes]
        return [texts[a:b] for a, b in pairwise(column.starts)]
    return [column.words[code] if code >= 0 else None for code in column.codes]


def test_renewed_facts_of_some_items_give_what_a_new_table_gives():
    rows = [
        {"year": 1990.0, "organic": True, "origin": ["Jeju"], "kind": "tea"},
        {"year": None, "organic": None, "origin": None, "kind": None},
        {"year": 1999.0, "organic": False, "origin": ["Boseong", "Hadong"], "kind": "tea"},
    ]
    newer = [
        {"year": 2001.0, "organic": False, "origin": ["Hadong"], "kind": "cup"},
        {"year": 2002.0, "organic": True, "origin": [], "kind": "tea"},
    ]
    items = pl.DataFrame(rows)
    at = np.array([2, 0], dtype=np.int32)
    columns = overlaid(items, {"title": ["a", "b", "c"]}, {})
    once = renew_columns(columns, items, at[:1], newer[1:])
    after = renew_columns(once, items, at, newer)
    whole = overlaid(pl.DataFrame([newer[1], rows[1], newer[0]]), {"title": ["a", "b", "c"]}, {})
    for name in ("title", "kind", "origin", "year"):
        assert said(after[name]) == said(whole[name]), name
    organic = after["organic"]
    assert (organic.values & organic.known).tolist() == [True, False, False]
    assert organic.known.tolist() == [True, False, True]
    assert set(after) == {"title", "kind", "origin", "year", "organic"}
    assert "colour" not in after
    assert said(columns["year"])[0] == 1990.0
