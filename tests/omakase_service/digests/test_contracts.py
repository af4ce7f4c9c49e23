"""When a digest is due, over changes of the clock."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from omakase_service.digests.contracts import RecipientIn, first_at, following


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "after", "expected"),
    [
        ("UTC", "2026-03-02T07:59", "2026-03-02T08:00"),
        ("UTC", "2026-03-02T08:00", "2026-03-02T08:00"),
        ("UTC", "2026-03-02T08:01", "2026-03-03T08:00"),
        ("Asia/Seoul", "2026-03-02T00:00", "2026-03-02T23:00"),
        ("Europe/Berlin", "2026-03-28T07:30", "2026-03-29T06:00"),  # the clock goes on by an hour
        ("Europe/Berlin", "2026-10-24T06:30", "2026-10-25T07:00"),  # and back
    ],
)
def test_first_at_is_the_next_time_the_clock_says_the_hour(zone, after, expected):
    assert first_at(8, zone, at(after)) == at(expected)


def test_first_at_an_hour_that_the_clock_leaves_out_comes_an_hour_later():
    assert first_at(2, "Europe/Berlin", at("2026-03-28T23:30")) == at("2026-03-29T01:00")


def test_following_counts_days_of_the_calendar_and_keeps_the_hour():
    assert following(at("2026-03-26T07:07"), 7, 8, "Europe/Berlin") == at("2026-04-02T06:00")


@pytest.mark.parametrize(
    "fields",
    [
        {"address": "ada"},
        {"address": "ada@"},
        {"address": "a b@x.example"},
        {"address": "ada@x.example\nBcc: all@x.example"},
        {"address": "ada@x..example"},
        {"address": "ada@x.example", "time_zone": "Mars/Olympus"},
        {"address": "ada@x.example", "hour": 24},
        {"address": "ada@x.example", "every_days": 0},
        {"address": "ada@x.example", "language": "fr"},
    ],
)
def test_recipient_that_makes_no_sense_is_refused(fields):
    with pytest.raises(ValidationError):
        RecipientIn(user_id="ada", **fields)


@pytest.mark.parametrize(
    "address",
    [
        "ada@x.example",
        "ada+news@x.example",
        "a.b-c_d@mail.x.example",
        "o'hara@x.example",
        "ada@localhost",
        "ada@xn--bcher-kva.example",
        "ada@bücher.example",
        "x" * 64 + "@x.example",
    ],
)
def test_address_of_mail_is_taken(address):
    assert RecipientIn(user_id="ada", address=address).address == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "@x.example",
        "ada@x.example ",
        " ada@x.example",
        "ada@x.example.",
        "ada@.x.example",
        "ada@@x.example",
        "ada@x@y.example",
        "ada x@x.example",
        '"ada x"@x.example',
        "ada@x.example\r\n",
        "ada@x.example\n",
        "ada\t@x.example",
        "아다@x.example",
        "ada@x.example,bob@x.example",
        "Ada <ada@x.example>",
        "x" * 65 + "@x.example",
        "a@" + "x" * 253,
    ],
)
def test_address_that_could_become_another_header_or_reader_is_refused(address):
    with pytest.raises(ValidationError, match="address"):
        RecipientIn(user_id="ada", address=address)


@pytest.mark.parametrize("zone", ["", "UTC", "Asia/Seoul", "America/Argentina/Buenos_Aires"])
def test_time_zone_that_there_is_is_taken(zone):
    assert RecipientIn(user_id="ada", address="a@x.example", time_zone=zone).time_zone == zone


@pytest.mark.parametrize("zone", ["Seoul", "asia/seoul", "+09:00", "../../etc/passwd", "UTC "])
def test_time_zone_that_there_is_not_says_what_to_write(zone):
    with pytest.raises(ValidationError) as raised:
        RecipientIn(user_id="ada", address="a@x.example", time_zone=zone)
    assert f"no time zone {zone!r}; write Asia/Seoul or Europe/Paris" in str(raised.value)


@pytest.mark.parametrize(
    ("field", "values"),
    [("hour", [0, 23, None]), ("every_days", [1, 365, None]), ("language", ["", "en", "ko"])],
)
def test_field_of_a_recipient_is_taken_to_its_ends(field, values):
    for value in values:
        recipient = RecipientIn(user_id="ada", address="a@x.example", **{field: value})
        assert getattr(recipient, field) == value


@pytest.mark.parametrize(
    "fields",
    [
        {"hour": -1},
        {"hour": 7.5},
        {"every_days": 366},
        {"every_days": -1},
        {"user_id": ""},
        {"user_id": "x" * 256},
        {"user_id": "a\x00b"},
        {"language": "EN"},
        {"adress": "a@x.example"},
    ],
)
def test_recipient_of_values_out_of_range_or_unknown_is_refused(fields):
    with pytest.raises(ValidationError):
        RecipientIn(**{"user_id": "ada", "address": "a@x.example", **fields})
