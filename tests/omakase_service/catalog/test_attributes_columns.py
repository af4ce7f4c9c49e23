"""Free attributes as columns: one type a name, whatever owners write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase_service.catalog.attributes import (
    MOST_COLUMNS,
    USER_FACTS,
    attribute_columns,
    attribute_types,
)

NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
PLAIN = st.none() | st.booleans() | NUMBERS | st.text(max_size=5)
OBJECTS = st.dictionaries(st.text(max_size=2), PLAIN, max_size=2)
FACTS = PLAIN | st.lists(PLAIN, max_size=3) | OBJECTS
ROWS = st.lists(st.dictionaries(st.sampled_from("abcdef"), FACTS, max_size=4), max_size=8)


def says_something(fact: object) -> bool:
    """Whether a column can hold it."""
    return not (fact is None or fact == "" or fact == [] or isinstance(fact, dict))


def column(*facts: object) -> list[object]:
    """What a column of these facts holds."""
    rows = attribute_columns([{"name": fact} for fact in facts]).rows
    return [row.get("name") for row in rows]


@given(ROWS)
def test_attribute_columns_every_row_has_the_same_names(rows):
    found = attribute_columns(rows)
    names = sorted({name for row in rows for name, fact in row.items() if says_something(fact)})
    assert len(found.rows) == len(rows)
    assert all(list(row) == names for row in found.rows)
    assert found.left_out == ()


@given(ROWS)
def test_attribute_columns_hold_one_type_a_name(rows):
    for name in "abcdef":
        kinds = {type(row[name]) for row in attribute_columns(rows).rows if name in row}
        assert len(kinds - {type(None)}) <= 1


@given(ROWS)
def test_attribute_columns_row_says_nothing_where_it_said_nothing(rows):
    for row, typed in zip(rows, attribute_columns(rows).rows, strict=True):
        for name, read in typed.items():
            assert (read is None) == (not says_something(row.get(name)))


@given(ROWS, st.randoms(use_true_random=False))
def test_attribute_columns_order_of_the_rows_decides_nothing(rows, random):
    order = list(range(len(rows)))
    random.shuffle(order)
    straight = attribute_columns(rows).rows
    mixed = attribute_columns([rows[place] for place in order]).rows
    assert mixed == [straight[place] for place in order]


@given(ROWS)
def test_attribute_types_are_those_of_the_columns(rows):
    types = attribute_types(rows)
    for row in attribute_columns(rows).rows:
        assert all(type(read) is types[name] for name, read in row.items() if read is not None)
    assert set(types.values()) <= {float, bool, str, list}


@given(ROWS)
def test_attribute_columns_leave_the_rows_as_they_were(rows):
    before = [{name: repr(fact) for name, fact in row.items()} for row in rows]
    attribute_columns(rows)
    assert [{name: repr(fact) for name, fact in row.items()} for row in rows] == before


@pytest.mark.parametrize(
    ("facts", "read"),
    [
        ([1, 2.5, None], [1.0, 2.5, None]),
        ([True, False, None], [True, False, None]),
        ([True, 1], ["True", "1"]),
        ([1, "1"], ["1", "1"]),
        (["", "a"], [None, "a"]),
        (["a", ["b", "c"]], [["a"], ["b", "c"]]),
        ([1, ["b"]], [["1"], ["b"]]),
        ([[1, None, "", 2]], [["1", "2"]]),
        ([{"a": 1}, 2], [None, 2.0]),
        ([0, 0.0], [0.0, 0.0]),
        ([False], [False]),
        (["한", "\u1112\u1161\u11ab"], ["한", "\u1112\u1161\u11ab"]),
        (["🍣", "שלום"], ["🍣", "שלום"]),
        (["NaN", "1"], ["NaN", "1"]),
    ],
)
def test_attribute_columns_read_the_values_of_one_name_alike(facts, read):
    assert column(*facts) == read
    assert [type(each) for each in column(*facts)] == [type(each) for each in read]


@pytest.mark.parametrize(
    ("deep", "read"),
    [
        ([["a"]], []),
        ([{"a": 1}], []),
        (["b", ["c"]], ["b"]),
        (["b", {"c": 1}], ["b"]),
        ([[["a"]], "b", 2], ["b", "2"]),
    ],
)
def test_attribute_columns_hold_nothing_that_is_nested_deeper_than_a_list(deep, read):
    assert column(deep) == [read]


def test_attribute_columns_of_no_rows_are_none():
    found = attribute_columns([])
    assert (found.rows, found.left_out) == ([], ())
    assert attribute_types([]) == {}


def test_attribute_columns_reserved_names_are_left_out_and_named():
    found = attribute_columns([{"title": "x", "size": 3}], reserved=["title"])
    assert found.rows == [{"size": 3.0}]
    assert found.left_out == ("title",)


def test_attribute_columns_reserved_name_takes_no_room():
    rows = [{"title": "x", "a": 1, "b": 2}]
    assert attribute_columns(rows, reserved=["title"], most=2).rows == [{"a": 1.0, "b": 2.0}]


def test_attribute_columns_nothing_said_is_not_named_as_left_out():
    assert attribute_columns([{"title": None, "size": ""}], reserved=["title"]).left_out == ()


@pytest.mark.parametrize("most", [0, 1, 2, 3])
def test_attribute_columns_beyond_the_most_keep_those_that_most_rows_have(most):
    rows = [{"c": 1, "b": 1, "a": 1}, {"c": 1, "b": 1}, {"c": 1}]
    found = attribute_columns(rows, most=most)
    kept = sorted("cba"[:most])
    assert list(found.rows[0]) == kept
    assert found.left_out == tuple(sorted(set("abc") - set(kept)))


def test_attribute_columns_hold_forty_by_themselves():
    found = attribute_columns([{f"n{number:03}": number for number in range(MOST_COLUMNS + 5)}])
    assert len(found.rows[0]) == 40
    assert len(found.left_out) == 5


@pytest.mark.parametrize("name", USER_FACTS)
def test_attribute_types_of_people_take_no_name_of_a_fact(name):
    assert attribute_types([{name: "x", "own": True}], reserved=USER_FACTS) == {"own": bool}
