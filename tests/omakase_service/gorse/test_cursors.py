"""Cursors go out in base64 and come back as what a page begins with."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase_service.gorse.contracts import BadRequest
from omakase_service.gorse.cursors import key_cursor, key_of, page_of, start_of, text_cursor

NO_CURSOR = "^this is no cursor; send the one of the page before$"
ids = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=30)


def encoded(value):
    return base64.b64encode(json.dumps(value).encode()).decode()


def test_text_cursor_is_base64_of_the_id():
    assert text_cursor("bob") == "Ym9i"
    assert text_cursor("") == ""


@given(ids)
def test_start_of_a_text_cursor_is_the_id(start):
    assert start_of(text_cursor(start)) == start


@pytest.mark.parametrize(
    "cursor",
    [
        "Ym9",
        "Ym9i!",
        "Ym 9i",
        "=",
        "한글",
        base64.b64encode(b"\xff\xfe").decode(),
        base64.b64encode(b"a\x00b").decode(),
    ],
)
def test_start_of_anything_else_is_refused(cursor):
    with pytest.raises(BadRequest, match=NO_CURSOR):
        start_of(cursor)


def test_key_cursor_names_its_parts_as_gorse_does():
    fields = json.loads(base64.b64decode(key_cursor(("star", "밥", "i1"))))
    assert fields == {"FeedbackType": "star", "UserId": "밥", "ItemId": "i1"}


@given(st.tuples(ids, ids, ids))
def test_key_of_a_key_cursor_is_the_key(key):
    assert key_of(key_cursor(key)) == key


def test_key_of_no_cursor_is_the_first_page():
    assert key_of("") is None


@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        "star",
        [],
        ["star", "u", "i"],
        {},
        {"FeedbackType": "star", "UserId": "u"},
        {"FeedbackType": "star", "UserId": "u", "ItemId": 7},
        {"FeedbackType": None, "UserId": "u", "ItemId": "i"},
        {"FeedbackType": "star", "UserId": ["u"], "ItemId": "i"},
        {"FeedbackType": "star", "UserId": "u\x00", "ItemId": "i"},
    ],
)
def test_key_of_json_without_its_three_texts_is_refused(value):
    with pytest.raises(BadRequest, match=NO_CURSOR):
        key_of(encoded(value))


def test_key_of_a_text_cursor_is_refused():
    with pytest.raises(BadRequest, match=NO_CURSOR):
        key_of(text_cursor("bob"))


@pytest.mark.parametrize(
    ("rows", "n", "page", "following"),
    [
        ([], 3, [], None),
        ([1], 3, [1], None),
        ([1, 2, 3], 3, [1, 2, 3], None),
        ([1, 2, 3, 4], 3, [1, 2, 3], 4),
        ([1], 0, [], None),
        ([1, 2], 1, [1], 2),
    ],
)
def test_page_of_rows_ends_before_the_first_of_the_next(rows, n, page, following):
    assert page_of(rows, n) == (page, following)


@given(st.lists(st.integers(), max_size=20, unique=True).map(sorted), st.integers(1, 7))
def test_pages_one_after_another_hold_every_row_once(rows, n):
    seen, start = [], rows[0] if rows else None
    while start is not None:
        page, start = page_of([row for row in rows if row >= start][: n + 1], n)
        seen += page
    assert seen == rows
