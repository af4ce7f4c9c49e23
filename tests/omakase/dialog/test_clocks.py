"""Times by the clock, with minutes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.dialog.clocks import ClockTime, read_clock
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


READINGS = {
    "7시": ClockTime(7),
    "7시 반": ClockTime(7, 30),
    "7시반": ClockTime(7, 30),
    "열두시": ClockTime(12),
    "열한 시": ClockTime(11),
    "열 시": ClockTime(10),
    "한시": ClockTime(1),
    "오후 두시": ClockTime(2, part="오후"),
    "밤 열시 십오분": ClockTime(10, 15, "밤"),
    "새벽 세시": ClockTime(3, part="새벽"),
    "낮 열두 시": ClockTime(12, part="낮"),
    "7시 05분": ClockTime(7, 5),
    "7시 이십오분": ClockTime(7, 25),
    "7시 오분": ClockTime(7, 5),
    "7시 십분": ClockTime(7, 10),
    "7시 오십오 분": ClockTime(7, 55),
    "7시 70분": ClockTime(7),
    "24시": ClockTime(24),
    "77시": ClockTime(77),
    "18:30": ClockTime(18, 30, is_full=True),
    "7:05": ClockTime(7, 5),
    "07:05": ClockTime(7, 5, is_full=True),
    "24:00": ClockTime(24, 0, is_full=True),
    "7:05 am": ClockTime(7, 5, "am"),
    "half past six": ClockTime(6, 30),
    "quarter to one": ClockTime(12, 45),
    "quarter to one pm": ClockTime(12, 45, "pm"),
    "quarter to twelve pm": ClockTime(11, 45, "am"),
    "quarter to twelve am": ClockTime(11, 45, "pm"),
    "quarter past 12": ClockTime(12, 15),
    "quarter past twelve pm": ClockTime(12, 15, "pm"),
    "a quarter to five": ClockTime(4, 45),
    "quarter before 5": ClockTime(4, 45),
    "quarter till 5": ClockTime(4, 45),
    "half after eight": ClockTime(8, 30),
    "ten past seven": ClockTime(7, 10),
    "20 past 4 pm": ClockTime(4, 20, "pm"),
    "5 minutes past nine": ClockTime(9, 5),
    "at ten to seven": ClockTime(6, 50),
    "at five to ten": ClockTime(9, 55),
    "twenty five to nine pm": ClockTime(8, 35, "pm"),
    "7pm": ClockTime(7, part="pm"),
    "7 p.m.": ClockTime(7, part="pm"),
    "7 a.m": ClockTime(7, part="am"),
    "12am": ClockTime(12, part="am"),
    "7 o'clock": ClockTime(7),
    "seven o’clock": ClockTime(7),
    "seven oclock": ClockTime(7),
    "seven thirty pm": ClockTime(7, 30, "pm"),
    "seven-thirty pm": ClockTime(7, 30, "pm"),
    "at seven": ClockTime(7),
    "at 7 thirty": ClockTime(7, 30),
    "table for two at eight fifteen": ClockTime(8, 15),
}


@pytest.mark.parametrize(("message", "time"), READINGS.items())
def test_read_clock_of_a_time_as_it_is_said_is_that_time(message, time):
    assert read_clock(message) == time


@pytest.mark.parametrize(
    "message",
    [
        "",
        "추천해줘",
        "3시간",
        "3시작",
        "시장 구경",
        "100시",
        "177시",
        "25:00",
        "12:60",
        "1:2",
        "1:2:3",
        "five to ten",
        "eat five to ten dumplings",
        "what five to ten places",
        "at 7 people",
        "at 7 dollars",
        "at 5 stars",
        "at 5 km",
        "at 3%",
        "at 2 or 3 places",
        "at one of these",
        "7pmx",
        "half six",
        "half past",
        "twelve",
        "12",
        "pm",
    ],
)
def test_read_clock_without_a_time_is_none(message):
    assert read_clock(message) is None


@given(st.integers(0, 23), st.integers(0, 59))
def test_read_clock_of_two_digits_each_is_the_hour_and_minute(hour, minute):
    time = read_clock(f"table at {hour:02d}:{minute:02d} please")
    assert (time.hour, time.minute, time.part) == (hour, minute, "")
    assert time.is_full is (hour < 10 or hour > 12)


@given(st.integers(1, 12), st.integers(0, 59), st.sampled_from(["am", "pm"]))
def test_read_clock_of_half_a_day_keeps_its_half(hour, minute, half):
    for message in (f"{hour}:{minute:02d} {half}", f"{hour}:{minute:02d}{half}"):
        time = read_clock(message)
        assert (time.hour, time.minute, time.part) == (hour, minute, half)


@given(st.integers(1, 12), st.integers(0, 59), st.sampled_from(["오전", "오후", "저녁", "밤", ""]))
def test_read_clock_of_korean_digits_is_hour_minute_and_part(hour, minute, part):
    for space in ("", " "):
        time = read_clock(f"{part}{space}{hour}시{space}{minute}분")
        assert (time.hour, time.minute, time.part) == (hour, minute, part)


HOURS = {
    "한": "one", "두": "two", "세": "three", "네": "four", "다섯": "five", "여섯": "six",
    "일곱": "seven", "여덟": "eight", "아홉": "nine", "열": "ten", "열한": "eleven",
    "열두": "twelve",
}  # fmt: skip


@pytest.mark.parametrize(("hour", "korean"), list(enumerate(HOURS, start=1)))
def test_read_clock_of_hours_in_words_is_their_number(hour, korean):
    english = HOURS[korean]
    assert read_clock(f"{korean}시에 갈게") == ClockTime(hour)
    assert read_clock(f"{korean} 시 반에") == ClockTime(hour, 30)
    assert read_clock(f"at {english}") == ClockTime(hour)
    assert read_clock(f"{english} pm") == ClockTime(hour, part="pm")


@given(st.integers(1, 12), st.integers(1, 59))
def test_read_clock_before_the_hour_is_as_many_minutes_earlier(hour, minute):
    time = read_clock(f"at {minute} to {hour}")
    assert time.minute == 60 - minute
    assert time.hour % 12 == (hour - 1) % 12


@pytest.mark.parametrize("unit", ["7", "7시", "7:", "at ", "at 7 ", "half past ", "five to ", "열"])
def test_read_clock_in_a_message_of_one_repeated_word_ends(unit):
    time = read_clock(unit * 2000)
    assert time is None or (0 <= time.hour < 100 and 0 <= time.minute < 60)
