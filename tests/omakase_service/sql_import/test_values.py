"""Values of an owner's database as plain ones, and cursors as JSON keeps them."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase_service.sql_import.values import (
    begin_of,
    cursor_text,
    event_id_of,
    frozen,
    plain,
    split,
    thaw,
    with_zone,
)

SEOUL = ZoneInfo("Asia/Seoul")
NOON = datetime.fromisoformat("2024-05-06T12:00:00")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("7.00"), 7),
        (Decimal("7.25"), 7.25),
        (NOON, "2024-05-06T12:00:00+09:00"),
        (NOON.replace(tzinfo=UTC), "2024-05-06T12:00:00+00:00"),
        (date(2024, 5, 6), "2024-05-06T00:00:00+09:00"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ("맛집".encode(), "맛집"),
        (memoryview(b"\xff"), "�"),
        (None, None),
        (True, True),
    ],
)
def test_plain_value_of_a_database_is_what_json_knows(value, expected):
    assert plain(value, SEOUL) == expected
    assert type(plain(value, SEOUL)) is type(expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2024-05-06 12:00:00", "2024-05-06T12:00:00+09:00"),
        ("2024-05-06T12:00:00+02:00", "2024-05-06T12:00:00+02:00"),
        ("yesterday", "yesterday"),
        (1_700_000_000, 1_700_000_000),
    ],
)
def test_text_without_a_zone_gets_it_and_all_else_stays(value, expected):
    assert with_zone(value, SEOUL) == expected


def test_event_id_of_a_row_is_the_same_in_any_order_of_columns():
    row = {"user": "a", "item": "b", "at": NOON}
    turned = dict(reversed(row.items()))
    assert event_id_of("shop", row) == event_id_of("shop", turned)
    assert event_id_of("shop", row).startswith("sql:shop:")
    assert event_id_of("shop", row) != event_id_of("shop", {**row, "item": "c"})
    assert event_id_of("shop", row) != event_id_of("stock", row)


def test_split_leaves_out_what_has_no_value():
    row = {"price": 0, "title": None, "colour": "red", "size": None}
    assert split(row, {"price", "title"}) == ({"price": 0}, {"colour": "red"})


moments = st.datetimes() | st.datetimes(timezones=st.just(UTC))


@given(st.integers() | st.text() | st.none() | moments | st.dates() | st.floats(0, 1e9))
def test_thaw_of_a_frozen_cursor_is_the_value_again(value):
    assert thaw(json.loads(json.dumps(frozen(value)))) == value


@pytest.mark.parametrize(
    ("value", "look_back", "expected"),
    [
        (NOON, 60, NOON - timedelta(minutes=1)),
        (date(2024, 5, 6), 1, date(2024, 5, 5)),
        (date(2024, 5, 6), 86_401, date(2024, 5, 4)),
        ("2024-05-06 12:00:00", 60, "2024-05-06 11:59:00"),
        ("2024-05-06T12:00:00", 60, "2024-05-06T11:59:00"),
        (100, 7.9, 93),
        (100.0, 7.5, 92.5),
        ("any text", 0, "any text"),
    ],
)
def test_begin_of_goes_back_in_the_units_of_the_cursor(value, look_back, expected):
    assert begin_of(value, look_back) == expected


def test_begin_of_a_text_that_is_no_time_cannot_go_back():
    with pytest.raises(ValueError, match="Invalid isoformat"):
        begin_of("any text", 60)


def test_cursor_text_is_of_greenwich_or_empty():
    moment = datetime(2024, 5, 6, 12, tzinfo=timezone(timedelta(hours=9)))
    assert cursor_text(moment) == "2024-05-06T03:00:00+00:00"
    assert (cursor_text(7), cursor_text(None)) == ("7", "")
