"""The shape of lines."""

import csv

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from omakase.data.rows.blocks import LINE_LIMIT
from omakase.data.rows.lines import BLANK, HIGH, LONG, NOT_TEXT, NUL, QUOTES, keep_lines, lines_of


def shape(raw, quoted=True):
    return lines_of(raw, b",", quoted=quoted)


def test_lines_have_starts_and_ends():
    lines = shape(b"ab\n\nc\n")
    assert lines.starts.tolist() == [0, 3, 4]
    assert lines.ends.tolist() == [2, 3, 5]


def test_separators_inside_quotation_marks_do_not_count():
    assert shape(b'a,b\n"a,b",c\na\n"a""b,",c\n').fields.tolist() == [2, 2, 1, 2]
    assert shape(b'"a,b",c\n', quoted=False).fields.tolist() == [3]


def test_flags():
    flags = shape(b' \r\na\x00b\n"a\n\xc3\xa9\n\xff\nok\n').flags.tolist()
    assert flags == [BLANK, NUL, QUOTES, HIGH, HIGH | NOT_TEXT, 0]


def test_an_open_quotation_mark_ends_with_its_line():
    assert shape(b'"a\nb,c\n').fields.tolist() == [1, 2]


def test_a_long_line():
    lines = shape(b"x" * LINE_LIMIT + b"\n" + b"x" * (LINE_LIMIT + 1) + b"\n")
    assert (lines.flags & LONG != 0).tolist() == [False, True]


def test_dropping_lines():
    raw = b"a\nbb\nccc\n"
    lines = shape(raw)
    assert keep_lines(raw, lines, np.asarray([True, False, True])) == b"a\nccc\n"
    assert keep_lines(raw, lines, np.ones(3, bool)) is raw


@given(st.lists(st.lists(st.text('ab",é '), min_size=2, max_size=4), min_size=1, max_size=5))
def test_it_counts_fields_as_the_csv_module_writes_them(tmp_path_factory, rows):
    file = tmp_path_factory.mktemp("lines") / "x.csv"
    with file.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out, lineterminator="\n").writerows(rows)
    lines = shape(file.read_bytes())
    assert lines.fields.tolist() == [len(row) for row in rows]
    assert not (lines.flags & QUOTES).any()
