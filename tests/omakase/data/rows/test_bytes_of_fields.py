"""Lines with one byte between any two fields."""

import pytest

from omakase.data.rows.bytes_of_fields import UNIT_SEPARATOR, Dialect, plain_bytes

U = UNIT_SEPARATOR.decode()


@pytest.mark.parametrize(
    ("raw", "how", "expected"),
    [
        ("1::2\n", {"joint": b"::"}, f"1{U}2\n"),
        ("  1   2\t3  \r\n4 5 6\n", {"spaced": True}, f"1{U}2{U}3\n4{U}5{U}6\n"),
        (r'"a \"b\" \\";1' + "\n", {"escaped": True}, '"a ""b"" \\";1\n'),
        ("'it's','b'\n", {"single": True}, '"it\'s","b"\n'),
        ("a,b\n", {}, "a,b\n"),
    ],
)
def test_plain_bytes_of_each_way_to_write(raw, how, expected):
    dialect = Dialect("csv", ("a", "b"), b",", **how)
    assert plain_bytes(raw.encode(), dialect).decode() == expected
