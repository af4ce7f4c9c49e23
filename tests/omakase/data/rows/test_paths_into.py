"""Paths into objects, held to plain walks."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omakase.data.rows.paths import (
    DEEPEST,
    MOST_NAMES,
    NotReadable,
    at,
    list_of,
    names_of,
    object_of,
    rows_of,
)

quick = settings(max_examples=80, deadline=None)
words = st.text("abc가é", min_size=1, max_size=3)
scalars = st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=4)
trees = st.recursive(
    scalars, lambda inner: st.dictionaries(words, inner, min_size=1, max_size=3), max_leaves=8
)
objects = st.dictionaries(words, trees, max_size=4)


def walked(row, depth=0):
    """Each path to what is no object, with its value."""
    for name, value in row.items():
        if isinstance(value, dict) and depth < DEEPEST:
            for path, found in walked(value, depth + 1):
                yield f"{name}.{path}", found
        else:
            yield name, value


@quick
@given(objects)
def test_names_of_an_object_lead_at_to_every_leaf(row):
    leaves = dict(walked(row))
    assert set(names_of([row])) == {*row, *leaves}
    for path, value in leaves.items():
        assert at(row, path) == value


@quick
@given(objects)
def test_object_of_a_line_is_what_was_written(row):
    assert object_of(json.dumps(row).encode()) == row
    assert object_of(json.dumps(row, ensure_ascii=False).encode()) == row
    assert object_of(f" {json.dumps(row)} \r".encode()) == row


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"", "bad_json"),
        (b"x", "bad_json"),
        (b'{"a":', "bad_json"),
        (b"{'a':", "bad_json"),
        (b"{'a': f()}", "bad_json"),
        (b"{'a': __import__('os')}", "bad_json"),
        (b'{"a": NaN}', "bad_json"),
        (b'{"a": 1} {"b": 2}', "bad_json"),
        (b"[1]", "not_an_object"),
        (b'"text"', "not_an_object"),
        (b"1", "not_an_object"),
        (b"null", "not_an_object"),
        (b"{'a', 'b'}", "not_an_object"),
    ],
)
def test_object_of_another_line_says_why_there_is_none(line, reason):
    with pytest.raises(NotReadable) as caught:
        object_of(line)
    assert str(caught.value) == reason


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"{'a': 'x', 'b': None, 'c': True}", {"a": "x", "b": None, "c": True}),
        (b"{u'a': u'x'}", {"a": "x"}),
        (b"  {'it': \"it's\"}", {"it": "it's"}),
        ("{'a': '김치'}".encode(), {"a": "김치"}),
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b"{}", {}),
    ],
)
def test_object_of_a_dictionary_in_python_is_read_too(line, expected):
    assert object_of(line) == expected


@pytest.mark.parametrize("number", [2**63, 2**64, 2**64 + 1, 10**25 + 7, -(10**25) - 7, 2**53 + 1])
def test_object_of_whole_numbers_of_any_size_keeps_every_digit(number):
    assert object_of(f'{{"id": {number}}}'.encode()) == {"id": number}


def test_names_of_objects_stand_those_at_the_top_first():
    rows = [{"b": {"x": 1}, "a": 2}, {"c": 3, "b": {"y": 4}}]
    assert names_of(rows) == ("b", "a", "c", "b.x", "b.y")
    assert names_of([]) == ()
    assert names_of([{}]) == ()


def test_names_of_very_wide_objects_are_cut():
    row = {f"c{n}": n for n in range(MOST_NAMES + 50)}
    assert names_of([row]) == tuple(row)[:MOST_NAMES]


def test_names_of_a_list_of_objects_are_those_of_its_first_three():
    row = {"items": [{"a": 1}, {"b": 2}, "text", {"d": 4}]}
    assert names_of([row]) == ("items", "items.a", "items.b")


@pytest.mark.parametrize("wrap", [lambda value: value, lambda value: [value]])
def test_names_of_what_lies_deeper_than_paths_lead_end_there(wrap):
    row = {"a": wrap({"b": wrap({"c": wrap({"d": wrap({"e": wrap({"f": 1})})})})})}
    assert names_of([row]) == ("a", "a.b.c.d.e")


def test_names_of_lists_of_plain_values_are_one_name():
    assert names_of([{"tags": ["a", "b"], "none": []}]) == ("tags", "none")


@pytest.mark.parametrize(
    ("row", "path", "expected"),
    [
        ({"a": 1}, "a", 1),
        ({"a": {"b": 2}}, "a.b", 2),
        ({"a": {"b": 2}}, "a", {"b": 2}),
        ({"a.b": 3, "a": {"b": 2}}, "a.b", 3),
        ({"a": {"b": 2}}, "a.c", None),
        ({"a": {"b": 2}}, "a.b.c", None),
        ({"a": [1]}, "a.b", None),
        ({"a": None}, "a.b", None),
        ({}, "a", None),
        ({"": 5}, "", 5),
        ({"a": 0}, "a", 0),
    ],
)
def test_at_a_path_is_the_value_or_none(row, path, expected):
    assert at(row, path) == expected


@pytest.mark.parametrize(
    ("rows", "path", "expected"),
    [
        ([{"items": [{"id": 1}]}], "items.id", "items"),
        ([{"order": {"items": [{"id": 1}]}}], "order.items.id", "order.items"),
        ([{"items": [{"id": 1}]}], "items", "items"),
        ([{"items": [1, 2]}], "items", ""),
        ([{"items": []}], "items.id", ""),
        ([{"items": []}, {"items": [{"id": 1}]}], "items.id", "items"),
        ([{"user": 1, "items": [{"id": 1}]}], "user", ""),
        ([{"a.b": [{"c": 1}]}], "a.b.c", "a.b"),
        ([{"a": [{"b": [{"c": 1}]}]}], "a.b.c", "a"),
        ([], "items.id", ""),
    ],
)
def test_list_of_a_path_is_the_shortest_part_that_leads_to_objects(rows, path, expected):
    assert list_of(rows, path) == expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"u": 1, "items": [{"id": "a"}, {"id": "b"}]}, [[1, "a"], [1, "b"]]),
        ({"u": 1, "items": [{"id": "a"}, "x", None, {}]}, [[1, "a"], [1, None]]),
        ({"u": 1, "items": []}, []),
        ({"u": 1, "items": None}, []),
        ({"u": 1, "items": {"id": "a"}}, []),
        ({"u": 1}, []),
    ],
)
def test_rows_of_an_object_are_one_an_element(row, expected):
    assert rows_of(row, ["u", "items.id"], "items") == expected


@quick
@given(objects)
def test_rows_of_an_object_without_a_list_is_one_row_of_its_values(row):
    paths = [path for path, _ in walked(row)]
    assert rows_of(row, paths, "") == [[value for _, value in walked(row)]]
