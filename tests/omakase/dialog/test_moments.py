"""Moments as people type them, with the right reading."""

import pytest

from omakase.dialog.grammar import read

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
