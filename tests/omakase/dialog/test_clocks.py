"""Times by the clock, with minutes."""

import pytest

from omakase.dialog.clocks import read_clock
from omakase.dialog.moments import read_moment

CLOCKS = {
    "7시 반에": (7, 30), "오후 3시 20분": (15, 20), "저녁 여섯시 십오분": (18, 15),
    "half past seven pm": (19, 30), "quarter to nine pm": (20, 45), "06:30": (6, 30),
    "20:05": (20, 5), "7:30 pm": (19, 30), "eight thirty pm": (20, 30), "at seven tonight": (19, 0),
}  # fmt: skip


@pytest.mark.parametrize(("message", "when"), CLOCKS.items())
def test_read_moment_with_minutes_is_the_hour_and_minute_meant(message, when):
    moment = read_moment(message)
    assert (moment.hour, moment.minute) == when


@pytest.mark.parametrize(
    "message", ["five to ten people", "at least 3 stars", "2시간 걸려", "3:99"]
)
def test_read_clock_other_numbers_are_no_time(message):
    assert read_clock(message) is None
