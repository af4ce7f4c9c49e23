"""From lines to columns."""

import pytest

from omakase.data.rows.blocks import Block
from omakase.data.rows.dialect import UNIT_SEPARATOR, Dialect
from omakase.data.rows.splitting import split

CSV = Dialect("csv", ("a", "b", "c"), b",", header_line=1)
DAT = Dialect("dat", ("a", "b", "c"), UNIT_SEPARATOR, quoted=False, joint=b"::")
JSON = Dialect("jsonl", ("a", "b"), b"\x00", quoted=False)
OURS = {"item_id": "c", "user_id": "a"}


def rows(found):
    return found.rows.rows()


def test_columns_are_picked_and_lines_numbered():
    found = split(Block(b'1,2,3\r\n"x,y",5,\n', 11, 0), CSV, OURS)
    assert found.rows.columns == ["line", "item_id", "user_id"]
    assert rows(found) == [(11, "3", "1"), (12, None, "x,y")]
    assert found.last_line == 12


def test_bad_lines_are_set_aside_and_the_numbers_stay():
    found = split(Block(b'1,2,3\n\n1,2\n"1,2,3\n\xff,2,3\n1,2,3,4\n7,8,9\n', 1, 0), CSV, OURS)
    assert rows(found) == [(1, "3", "1"), (7, "9", "7")]
    assert [(f.line, f.reason) for f in found.faults] == [
        (2, "blank_line"),
        (3, "wrong_columns"),
        (4, "unbalanced_quotes"),
        (5, "bad_encoding"),
        (6, "wrong_columns"),
    ]
    assert found.faults[1].facts == {"found": 2, "expected": 3}
    assert found.raw(4) == '"1,2,3'
    assert found.raw(5) == "\ufffd,2,3"


def test_a_block_of_bad_lines_alone():
    assert rows(split(Block(b"1\n2\n", 1, 0), CSV, OURS)) == []


def test_two_colons_separate():
    found = split(Block(b"1::a:b::3\n", 1, 0), DAT, {"user_id": "b"})
    assert rows(found) == [(1, "a:b")]
    assert found.raw(1) == "1::a:b::3"


@pytest.mark.parametrize("line", [b'a "quote" inside,2,3', b'"x"y,2,3', b'"a""b",2,3'])
def test_odd_quotation_marks_do_not_harm_their_neighbours(line):
    found = split(Block(b"1,2,3\n" + line + b"\n4,5,6\n", 1, 0), CSV, OURS)
    assert {1, 3} <= set(found.rows.get_column("line"))
    assert len(found.rows) + len(found.faults) == 3


def test_json_objects():
    raw = b'{"a":"x","b":3}\n{"b":2.5}\n[1]\n{"a":\n{"a":true,"b":1}\n{"a":{},"b":1}\n"s"\n'
    found = split(Block(raw, 1, 0), JSON, {"user_id": "a", "value": "b"})
    assert rows(found) == [(1, "x", "3"), (2, "", "2.5")]
    assert [f.reason for f in found.faults] == [
        *("not_an_object", "bad_json", "bad_type", "bad_type", "not_an_object"),
    ]
    assert found.faults[2].facts == {"column": "a"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("7", "7"),
        ("7.0", "7"),
        ("1e3", "1000"),
        ("-0.5", "-0.5"),
        ("9007199254740993", "9007199254740993"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("1e300", "1e+300"),
        ("null", ""),
        ('"7.0"', "7.0"),
    ],
)
def test_numbers_of_json_are_the_text_that_names_them(value, text):
    """No two ids become one by rounding, and no id two by its spelling."""
    found = split(Block(f'{{"a":{value}}}\n'.encode(), 1, 0), JSON, {"user_id": "a"})
    assert rows(found) == [(1, text)]
