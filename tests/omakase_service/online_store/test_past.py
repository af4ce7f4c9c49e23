import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase_service.online_store.contracts import (
    PastColumns,
    join_profile,
    past_bytes,
    past_columns,
    split_profile,
)

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
values = st.none() | st.floats(allow_nan=False, allow_infinity=False)
events = st.tuples(words, words, values, st.integers(0, 2**62))


@given(st.lists(events, max_size=20))
def test_past_columns_of_any_events_are_the_same_events(rows):
    assert list(past_columns(past_bytes(rows)).rows()) == rows


@given(st.lists(events, max_size=20))
def test_split_profile_of_any_events_gives_them_back(rows):
    about, past = b'{"wishes":{},"erased":0}', past_bytes(rows)
    assert split_profile(join_profile(about, past)) == (about, past)


def test_past_bytes_of_one_kind_name_it_once():
    rows = [("a", "view", None, 1), ("b", "view", None, 2)]
    columns = past_columns(past_bytes(rows))
    assert columns == PastColumns(["a", "b"], ["view"], [], [None, None], [1, 2])


def test_past_bytes_of_several_kinds_code_them_in_the_order_of_their_first():
    rows = [("a", "cart", 2.0, 1), ("b", "view", None, 2), ("a", "cart", 1.5, 3)]
    columns = past_columns(past_bytes(rows))
    assert (columns.kinds, columns.codes) == (["cart", "view"], [0, 1, 0])


@pytest.mark.parametrize("written", [b"[]", past_bytes([])])
def test_past_columns_of_nobody_are_empty(written):
    columns = past_columns(written)
    assert list(columns.rows()) == []
    assert (len(columns.ids), len(columns.times)) == (0, 0)


def test_past_bytes_of_rows_of_several_lengths_are_refused():
    with pytest.raises(ValueError):
        past_bytes([("a", "view", None, 1), ("b", "view", None)])
