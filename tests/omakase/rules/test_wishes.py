import numpy as np
import polars as pl
import pytest

from omakase.rules.columns import Numbers, words_of
from omakase.rules.wishes import overlaid, priced, within

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
