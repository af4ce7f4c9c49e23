"""When a digest is due, against a plain search hour by hour."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from omakase_service.digests.contracts import first_at, following

ZONES = ["UTC", "Asia/Seoul", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
         "Asia/Kathmandu", "Pacific/Auckland", "America/St_Johns"]  # fmt: skip
MOMENTS = st.integers(1_577_836_800, 2_051_222_400).map(
    lambda seconds: datetime.fromtimestamp(seconds, UTC)
)
HOURS, DAYS = st.integers(0, 23), st.integers(1, 365)


def readings(hour: int, zone: str, day: datetime) -> list[datetime]:
    """Every moment near a day at which the clock of a zone says an hour sharp."""
    start = day.replace(minute=0, second=0) - timedelta(hours=30)
    quarters = (start + timedelta(minutes=15 * n) for n in range(4 * 90))
    local = ((moment, moment.astimezone(ZoneInfo(zone))) for moment in quarters)
    return [moment for moment, clock in local if (clock.hour, clock.minute) == (hour, 0)]


def is_plain(hour: int, zone: str, moment: datetime) -> bool:
    """Whether the clock says the hour once on each day around a moment."""
    days = [each.astimezone(ZoneInfo(zone)).date() for each in readings(hour, zone, moment)]
    span = {days[0] + timedelta(n) for n in range((days[-1] - days[0]).days + 1)}
    return len(days) == len(set(days)) and span == set(days)


@given(HOURS, st.sampled_from(ZONES), MOMENTS)
def test_first_at_is_the_first_reading_of_the_clock_from_a_moment_on(hour, zone, moment):
    assume(is_plain(hour, zone, moment))
    expected = min(each for each in readings(hour, zone, moment) if each >= moment)
    assert first_at(hour, zone, moment) == expected


@given(HOURS, st.sampled_from(ZONES), MOMENTS)
def test_first_at_is_never_before_the_moment_and_never_far(hour, zone, moment):
    due = first_at(hour, zone, moment)
    assert moment <= due <= moment + timedelta(hours=26)
    assert due.tzinfo is UTC


@given(HOURS, st.sampled_from(ZONES), MOMENTS)
def test_first_at_from_its_own_moment_on_is_that_moment(hour, zone, moment):
    due = first_at(hour, zone, moment)
    assert first_at(hour, zone, due) == due


@given(HOURS, st.sampled_from(ZONES), MOMENTS, DAYS)
def test_following_is_so_many_days_of_the_calendar_later_at_the_hour(hour, zone, last, every):
    due = following(last, every, hour, zone).astimezone(ZoneInfo(zone))
    day = last.astimezone(ZoneInfo(zone)).date() + timedelta(days=every)
    assert due.date() == day
    assert due.hour in (hour, hour + 1)
    if is_plain(hour, zone, due.astimezone(UTC)):
        assert (due.hour, due.minute) == (hour, 0)


@given(HOURS, st.sampled_from(ZONES), MOMENTS, DAYS)
def test_following_more_days_is_later(hour, zone, last, every):
    assert following(last, every, hour, zone) < following(last, every + 1, hour, zone)


@pytest.mark.parametrize(
    ("zone", "hour", "last", "every", "due"),
    [
        ("UTC", 8, "2026-02-28T08:00", 1, "2026-03-01T08:00"),
        ("UTC", 8, "2028-02-28T08:00", 1, "2028-02-29T08:00"),
        ("UTC", 0, "2025-12-31T23:59", 1, "2026-01-01T00:00"),
        ("Asia/Seoul", 8, "2026-03-01T23:30", 1, "2026-03-02T23:00"),
        ("Asia/Seoul", 8, "2026-03-01T14:30", 1, "2026-03-01T23:00"),
        ("America/New_York", 9, "2026-03-07T14:00", 1, "2026-03-08T13:00"),
        ("America/New_York", 9, "2026-10-31T13:00", 1, "2026-11-01T14:00"),
        ("Europe/Berlin", 8, "2026-01-01T07:00", 365, "2027-01-01T07:00"),
    ],
)
def test_following_over_ends_of_months_and_changes_of_the_clock(zone, hour, last, every, due):
    moment = datetime.fromisoformat(last).replace(tzinfo=UTC)
    expected = datetime.fromisoformat(due).replace(tzinfo=UTC)
    assert following(moment, every, hour, zone) == expected
