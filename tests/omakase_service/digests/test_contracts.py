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
