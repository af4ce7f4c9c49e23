"""Moments as people type them, with the right reading."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.dialog.grammar import read
from omakase.dialog.moments import SpokenMoment, read_moment

TIMES = {
    "점심 먹을 데": (12, ""), "오늘 저녁": (19, "today"), "내일 아침": (8, "tomorrow"),
    "저녁 7시": (19, ""), "오후 3시": (15, ""), "오전 10시": (10, ""), "밤 11시": (23, ""),
    "새벽 2시": (2, ""), "7시에": (7, ""), "2시에 갈래": (14, ""), "일곱시": (7, ""),
    "주말에 볼 영화": (None, "weekend"), "금요일 저녁 여섯시": (18, "friday"), "낮 12시": (12, ""),
    "밤 12시": (0, ""), "야식": (23, ""), "브런치 카페": (11, ""), "18시 예약": (18, ""),
    "tonight": (20, "today"), "lunch tomorrow": (12, "tomorrow"), "dinner at 7": (19, ""),
    "at 7pm": (19, ""), "7:30 pm": (19, ""), "10 am": (10, ""), "breakfast": (8, ""),
    "on Saturday night": (21, "saturday"), "this weekend": (None, "weekend"), "at noon": (12, ""),
    "late night snacks": (23, ""), "at 12am": (0, ""), "추천해줘": (None, ""),
    "first one": (None, ""),
    "두 시간 걸려": (None, ""), "고구마밤라떼": (None, ""), "시장 구경": (None, ""),
}  # fmt: skip


@pytest.mark.parametrize(("message", "when"), TIMES.items())
def test_read_moment_as_typed_is_the_hour_and_day_meant(message, when):
    moment = read(message).moment
    assert (moment.hour, moment.day) == when


CLOCKS = {
    "12시": (12, 0), "오전 12시": (0, 0), "새벽 12시": (0, 0), "밤 12시 반": (0, 30),
    "밤 1시": (1, 0),
    "낮 1시": (13, 0), "오후 12시": (12, 0), "아침 9시": (9, 0), "오전 0시": (0, 0),
    "13시": (13, 0),
    "1시": (13, 0), "6시": (18, 0), "11시": (11, 0), "6:30": (18, 30), "06:30": (6, 30),
    "00:30": (0, 30), "24:00": (0, 0), "12:00": (12, 0), "1:30": (13, 30), "13:30": (13, 30),
    "12am": (0, 0), "12pm": (12, 0), "1am": (1, 0), "1pm": (13, 0), "at 12 noon": (12, 0),
    "night at 1": (1, 0), "tonight at 11": (23, 0), "at 9 tonight": (21, 0),
    "evening at 6:15": (18, 15), "in the morning at 6": (6, 0), "quarter to twelve pm": (11, 45),
    "quarter to 12 am": (23, 45), "ten past seven pm": (19, 10), "토요일 밤 열한시 반": (23, 30),
    "breakfast at 8:15": (8, 15), "저녁 여섯시": (18, 0), "7시 70분": (7, 0),
}  # fmt: skip
PARTS = {
    "자정": 0, "정오에": 12, "낮에": 14, "밤에": 21, "오늘밤 갈래": 21, "늦은 밤": 23, "새벽": 3,
    "심야": 23, "야식": 23, "퇴근 후": 19, "아점": 11, "점저": 16, "오전": 10, "오후": 15,
    "lunchtime": 12, "midday": 12, "supper": 19, "after work": 19, "late night": 23,
    "midnight": 0, "in the morning": 9, "evening": 19, "tonite": 20, "2nite": 20, "nite": 21,
}  # fmt: skip
DAYS = {
    "월요일": "monday", "화욜": "tuesday", "수요일에": "wednesday", "목욜": "thursday",
    "토욜 저녁": "saturday", "일욜 낮": "sunday", "불금": "friday", "불금에 뭐 먹지": "friday",
    "불금엔 치킨": "friday", "sat night": "saturday", "fri dinner": "friday", "mon 7pm": "monday",
    "weds lunch": "wednesday", "wednesdays": "wednesday", "on sunday": "sunday",
    "tmr": "tomorrow", "tmrw": "tomorrow", "tmw": "tomorrow", "2moro": "tomorrow",
    "day after tomorrow": "day_after", "내일모레": "day_after", "낼모레": "day_after",
    "모레 점심": "day_after", "낼 저녁": "tomorrow", "내일": "tomorrow", "평일 점심": "weekday",
    "주말": "weekend", "this evening": "today", "this afternoon": "today", "오늘밤": "today",
    "지금": "now", "당장": "now", "open now": "now", "right now": "now", "now?": "now",
    "ASAP": "now", "available right now": "now",
}  # fmt: skip
NO_DAYS = (
    "sun is up", "we sat down", "the sun dried tomatoes", "지금까지", "지금은 싫어",
    "now is the time",
    "know", "불금성", "화요리", "wedding", "",
)  # fmt: skip


@pytest.mark.parametrize(("message", "time"), CLOCKS.items())
def test_read_moment_by_the_clock_is_the_hour_of_the_day(message, time):
    moment = read_moment(message)
    assert (moment.hour, moment.minute) == time


@pytest.mark.parametrize(("message", "hour"), PARTS.items())
def test_read_moment_of_a_part_of_the_day_is_its_hour(message, hour):
    moment = read_moment(message)
    assert (moment.hour, moment.minute) == (hour, 0)


@pytest.mark.parametrize(("message", "day"), DAYS.items())
def test_read_moment_of_a_day_is_that_day(message, day):
    assert read_moment(message).day == day


@pytest.mark.parametrize("message", NO_DAYS)
def test_read_moment_of_other_words_names_no_day(message):
    assert read_moment(message).day == ""


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("저뇩에 갈 데", "저녁에 갈 데"),
        ("아칭 먹을 데", "아침 먹을 데"),
        ("dinenr", "dinner"),
        ("brekfast", "breakfast"),
        ("tomorow", "tomorrow"),
        ("tonigt", "tonight"),
        ("evning", "evening"),
        ("aftrnoon", "afternoon"),
        ("midnigth", "midnight"),
        ("mornign", "morning"),
    ],
)
def test_read_moment_with_a_letter_wrong_is_the_one_that_is_meant(typed, meant):
    assert read_moment(typed) == read_moment(meant) != SpokenMoment()


@pytest.mark.parametrize("message", ["diner", "mourning", "매일", "moaning", "winner", "점수"])
def test_read_moment_of_a_word_that_is_only_spelt_alike_is_nothing(message):
    assert not read_moment(message)


@pytest.mark.parametrize("message", ["25시", "저녁 25시", "99시 30분", "at 30"])
def test_read_moment_of_an_hour_that_no_day_has_names_no_hour(message):
    moment = read_moment(message)
    assert (moment.hour, moment.minute, moment.hours) == (None, 0, None)


@given(st.integers(0, 23), st.integers(0, 59))
def test_read_moment_of_a_day_of_24_hours_is_that_time(hour, minute):
    moment = read_moment(f"{hour:02d}:{minute:02d}")
    if hour not in (10, 11, 12) or minute:
        assert (moment.hour, moment.minute) == (hour, minute)
    assert moment.hours == pytest.approx(moment.hour + moment.minute / 60)


@given(st.integers(1, 12), st.integers(0, 59))
def test_read_moment_of_half_a_day_is_that_of_a_whole_one(hour, minute):
    morning = read_moment(f"{hour}:{minute:02d} am")
    later = read_moment(f"{hour}:{minute:02d} pm")
    assert (morning.hour, morning.minute) == (hour % 12, minute)
    assert (later.hour, later.minute) == (hour % 12 + 12, minute)
    assert read_moment(f"오후 {hour}시 {minute}분") == later
    assert read_moment(f"오전 {hour}시 {minute}분") == morning


@given(st.text(max_size=40))
def test_read_moment_of_any_text_is_within_a_day(text):
    moment = read_moment(text)
    assert moment.hour is None or 0 <= moment.hour <= 23
    assert 0 <= moment.minute <= 59


def test_spoken_moment_is_true_where_it_names_anything():
    assert not SpokenMoment()
    assert SpokenMoment(hour=0)
    assert SpokenMoment(day="today")
    assert SpokenMoment(19, minute=30).hours == 19.5
    assert SpokenMoment(0).hours == 0
    assert SpokenMoment(day="now").hours is None
