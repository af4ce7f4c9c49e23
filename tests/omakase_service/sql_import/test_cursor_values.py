"""Cursors of every type that a database has: kept as JSON, read again, gone back from."""

import json
import math
from datetime import UTC, date, datetime, time, timedelta
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
NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=6)
CURSORS = (
    st.none() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
    | st.datetimes() | st.datetimes(timezones=st.just(UTC)) | st.dates() | NUMBERS | st.uuids()
)  # fmt: skip


@given(CURSORS)
def test_cursor_of_any_type_is_kept_as_json_and_read_again(value):
    again = thaw(json.loads(json.dumps(frozen(value))))
    assert again == value
    if not (isinstance(value, Decimal) and value == int(value)):
        assert type(again) is type(value)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (7, 7),
        (Decimal(7), 7),
        (Decimal("7.00"), 7),
        (Decimal("7.25"), {"at": "7.25", "decimal": True}),
        (Decimal("1700000000.123456"), {"at": "1700000000.123456", "decimal": True}),
        (Decimal("Infinity"), {"at": "Infinity", "decimal": True}),
        (date(2026, 12, 1), {"at": "2026-12-01", "day": True}),
        (datetime(2026, 12, 1, tzinfo=UTC), {"at": "2026-12-01T00:00:00+00:00"}),
        (UUID(int=5), {"at": "00000000-0000-0000-0000-000000000005", "uuid": True}),
        ("a", "a"),
        (None, None),
        (True, True),
    ],
)
def test_cursor_is_kept_with_all_its_digits(value, kept):
    assert frozen(value) == kept


@pytest.mark.parametrize(
    ("kept", "value"),
    [
        ({"at": "2026-12-01T00:00:00"}, datetime.fromisoformat("2026-12-01T00:00:00")),
        ({"at": "2026-12-01", "day": True}, date(2026, 12, 1)),
        (12, 12),
        ("2026-12-01", "2026-12-01"),
    ],
)
def test_cursor_that_an_earlier_release_kept_is_read(kept, value):
    assert thaw(kept) == value


@pytest.mark.parametrize(
    ("value", "look_back", "expected"),
    [
        (Decimal("7.25"), 0.5, Decimal("6.75")),
        (Decimal("1700000000.123456"), 60.0, Decimal("1699999940.123456")),
        (Decimal("0.3"), 0.1, Decimal("0.2")),
        (datetime(2026, 3, 1, tzinfo=UTC), 86_400, datetime(2026, 2, 28, tzinfo=UTC)),
        (date(2026, 3, 1), 86_400, date(2026, 2, 28)),
        (date(2026, 3, 1), 0.5, date(2026, 2, 28)),
        (0, 5, -5),
        (5, 0.9, 5),
    ],
)
def test_begin_lies_before_the_last_value_in_its_own_unit(value, look_back, expected):
    assert begin_of(value, look_back) == expected
    assert type(begin_of(value, look_back)) is type(expected)


@given(CURSORS)
def test_begin_without_looking_back_is_the_value_itself(value):
    assert begin_of(value, 0) is value
    assert begin_of(value, 0.0) is value


@given(st.integers(-(10**9), 10**9) | st.datetimes(datetime(1980, 1, 1)) | NUMBERS,  # noqa: DTZ001
       st.floats(0.001, 10**6))  # fmt: skip
def test_begin_is_never_behind_the_last_value(value, look_back):
    assert begin_of(value, look_back) <= value


@pytest.mark.parametrize("value", [UUID(int=1), b"bytes", None])
def test_begin_of_what_has_no_before_is_a_type_error(value):
    with pytest.raises(TypeError):
        begin_of(value, 60)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (time(9, 30), "09:30:00"),
        (timedelta(hours=26, minutes=1), "1 day, 2:01:00"),
        (UUID(int=0), "00000000-0000-0000-0000-000000000000"),
        (Decimal("-0.5"), -0.5),
        (Decimal("1E+3"), 1000),
        (Decimal(0), 0),
        (2**63 - 1, 2**63 - 1),
        (-(2**63), -(2**63)),
        (2**63, "9223372036854775808"),
        (Decimal(10**30), "1" + "0" * 30),
        (-(2**63) - 1, "-9223372036854775809"),
        (b"", ""),
        (b"\xf0\x9f\x8d\x9c", "🍜"),
        ("", ""),
        (0, 0),
        (False, False),
        (1.5, 1.5),
        ([1], [1]),
        ({"a": 1}, {"a": 1}),
    ],
)
def test_value_of_a_database_is_plain(value, expected):
    assert plain(value, SEOUL) == expected
    assert type(plain(value, SEOUL)) is type(expected)


@pytest.mark.parametrize("text", ["Infinity", "-Infinity", "NaN"])
def test_decimal_that_is_no_number_is_left_to_whoever_checks_the_row(text):
    assert not math.isfinite(plain(Decimal(text), SEOUL))


@given(st.decimals(-(10**15), 10**15, places=6))
def test_decimal_is_plain_as_the_number_that_it_is(value):
    assert plain(value, SEOUL) == pytest.approx(float(value))


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("UTC", "2026-07-01T12:00:00+00:00"),
        ("Asia/Seoul", "2026-07-01T12:00:00+09:00"),
        ("Europe/Berlin", "2026-07-01T12:00:00+02:00"),
        ("America/St_Johns", "2026-07-01T12:00:00-02:30"),
    ],
)
def test_moment_without_a_zone_gets_the_owner_s(zone, expected):
    moment = datetime.fromisoformat("2026-07-01T12:00:00")
    assert plain(moment, ZoneInfo(zone)) == expected
    assert with_zone("2026-07-01 12:00:00", ZoneInfo(zone)) == expected


@given(st.datetimes(timezones=st.just(UTC)))
def test_moment_with_a_zone_keeps_it(moment):
    assert plain(moment, SEOUL) == moment.isoformat()
    assert with_zone(moment.isoformat(), SEOUL) == moment.isoformat()


@pytest.mark.parametrize("value", ["", "soon", "12:00", "2026-13-01", None, 5, 1.5, ["x"]])
def test_what_is_no_time_is_left_to_whoever_checks_the_row(value):
    assert with_zone(value, SEOUL) == value


INT64 = st.integers(-(2**63), 2**63 - 1)
ROWS = st.dictionaries(st.text(max_size=5), st.none() | INT64 | st.text(max_size=5), max_size=5)


@given(ROWS, st.randoms())
def test_id_of_a_row_does_not_depend_on_the_order_of_its_columns(row, chance):
    turned = list(row.items())
    chance.shuffle(turned)
    assert event_id_of("shop", dict(turned)) == event_id_of("shop", row)


@given(ROWS, ROWS)
def test_rows_that_differ_have_ids_that_differ(row, other):
    assert (event_id_of("s", row) == event_id_of("s", other)) is (row == other)


def test_id_of_a_row_of_any_value_of_a_database_can_be_told():
    values = (2**80, Decimal("1.5"), time(9), UUID(int=1), b"\xff", Decimal("Infinity"))
    row = {str(n): plain(value, SEOUL) for n, value in enumerate(values)}
    assert event_id_of("shop", row) == event_id_of("shop", dict(row))


def test_id_of_a_row_is_short_enough_for_any_source():
    row = {"text": "x" * 100_000}
    assert event_id_of("shop", row).startswith("sql:shop:")
    assert len(event_id_of("shop", row)) == len("sql:shop:") + 32


@given(ROWS, st.sets(st.text(max_size=5)))
def test_split_of_a_row_loses_and_doubles_nothing(row, names):
    ours, others = split(row, names)
    assert {**ours, **others} == {k: v for k, v in row.items() if v is not None}
    assert set(ours) <= names
    assert not set(others) & names


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (0, "0"),
        ("", ""),
        (date(2026, 12, 1), "2026-12-01"),
        (Decimal("7.50"), "7.50"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (datetime(2026, 12, 1, 9, tzinfo=SEOUL), "2026-12-01T00:00:00+00:00"),
    ],
)
def test_cursor_for_people_is_a_text(value, text):
    assert cursor_text(value) == text
