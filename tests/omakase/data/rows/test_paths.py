"""Paths into JSON."""

import pytest

from omakase.data.rows.paths import NotReadable, at, list_of, names_of, object_of, rows_of

ORDER = {"user": {"id": 7}, "lines": [{"sku": "a", "n": {"of": 1}}, {"sku": "b"}], "at": 5}


def test_names_of_tells_every_path_those_at_the_top_first():
    names = names_of([ORDER, {"extra": [1, 2]}])
    assert names == ("user", "lines", "at", "extra", "user.id", "lines.sku", "lines.n.of")


def test_rows_of_repeats_what_stands_beside_a_list():
    paths = ["user.id", "lines.sku", "lines.n.of", "at"]
    assert rows_of(ORDER, paths, "lines") == [[7, "a", 1, 5], [7, "b", None, 5]]
    assert rows_of(ORDER, ["user.id"], "") == [[7]]
    assert rows_of({"lines": []}, paths, "lines") == []


def test_list_of_finds_the_list_on_the_way():
    assert list_of([ORDER], "lines.sku") == "lines"
    assert list_of([ORDER], "user.id") == ""


def test_at_takes_a_name_with_a_dot_as_it_stands():
    assert at({"a.b": 1, "a": {"b": 2}}, "a.b") == 1
    assert at({"a": 3}, "a.b") is None


def test_object_of_reads_json_and_dictionaries_of_python():
    assert object_of(b'{"a": 123456789012345678901234567890}') == {"a": int("1234567890" * 3)}
    assert object_of(b"{u'a': 'it\\'s', 'b': None}") == {"a": "it's", "b": None}


@pytest.mark.parametrize(
    ("line", "reason"),
    [(b"{oops", "bad_json"), (b"{'a': open('x')}", "bad_json"), (b"[1]", "not_an_object")],
)
def test_object_of_says_why_there_is_none(line, reason):
    with pytest.raises(NotReadable, match=reason):
        object_of(line)


@pytest.mark.parametrize(
    ("row", "path", "expected"),
    [
        ({"a": {"b": [{"c": 1}]}}, "a.b.c", "a.b"),
        ({"a.b": [{"c": 1}]}, "a.b.c", "a.b"),
        ({"a.b": [{"c": 1}], "a": [{"b": 1}]}, "a.b.c", "a"),
        ({"a.b": 1, "a": {"b": [{"c": 1}]}}, "a.b.c", ""),
        ({"a": [1]}, "a", ""),
        ({"." * 2000: [{"c": 1}]}, "." * 2000, "." * 2000),
    ],
)
def test_list_of_names_with_dots_is_the_shortest_part(row, path, expected):
    assert list_of([{}, row], path) == expected
