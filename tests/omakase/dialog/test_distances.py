"""Distances as people type them, with the right reading."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.dialog.distances import NEAR_KM, read_radius
from omakase.dialog.grammar import read

DISTANCES = {
    "근처 맛집": 1.5, "가까운 데": 1.5, "500m 이내": 0.5, "500미터": 0.5, "2km 안에": 2.0,
    "1.5킬로": 1.5, "도보 10분": 0.8, "걸어서 5분": 0.4, "5분 거리": 0.4, "near me": 1.5,
    "nearby": 1.5, "within 2 km": 2.0, "within 1 mile": 1.609, "10 minute walk": 0.8,
    "5 min away": 0.4, "도보 십오분": 1.2, "삼백미터": 0.3, "half a mile": 0.804,
    "two km": 2.0, "코앞에": 1.5, "walking distance": 1.5,
    "추천해줘": None, "5 movies": None, "가격": None,
}  # fmt: skip


@pytest.mark.parametrize(("message", "kilometres"), DISTANCES.items())
def test_read_distance_as_typed_is_in_kilometres(message, kilometres):
    assert read(message).radius == kilometres


def test_read_distance_is_never_further_than_the_earth_is_wide():
    for message in (f"{'9' * 400}km", f"도보 {'9' * 400}분", "99999999 miles", "1" * 2000):
        assert (read(message).radius or 0) <= 20_000


UNITS = {
    "1km": 1.0, "1 KM": 1.0, "2.5 kilometers": 2.5, "1 kilometre": 1.0, "3 kms": 3.0,
    "500 metres": 0.5, "500 meter": 0.5, "10m": 0.01, "1,000m": 1.0, "1,500 미터": 1.5,
    "2 miles": 3.218, "a mile": 1.609, "a quarter mile": 0.402, "quarter of a mile": 0.402,
    "one block": 0.1, "two blocks": 0.2, "3 blocks": 0.3, "ten blocks": 1.0, "half a km": 0.5,
    "오백미터": 0.5, "천오백미터": 1.5, "삼키로": 3.0, "1킬로미터": 1.0, "2키로": 2.0,
    "1마일": 1.609,
}  # fmt: skip
WALKS = {
    "걸어서 10분": 0.8, "도보로 한 10분": 0.8, "도보 십분": 0.8, "10분 거리": 0.8,
    "십오분 이내 거리": 1.2, "10-minute walk": 0.8, "ten minute walk": 0.8, "5 mins away": 0.4,
    "5 min on foot": 0.4, "a 5-min walk": 0.4, "twenty min walk": 1.6, 
    "thirty minutes by foot": 2.4,
    "1km 5분 거리": 0.4,
}  # fmt: skip
NEAR = (
    "near", "nearby", "near by", "close by", "close to the station", "around here", "round here",
    "round the corner", "a stone's throw", "stone’s throw", "walkable", "in the area", "this area",
    "this neighborhood", "this neighbourhood", "NEAR ME", "이 동네", "코앞", "코 앞", "코 닿을 데",
    "걸어갈 만한", "주변", "인근", "부근", "근방", "가까이", "가까이에", "근처에서",
)  # fmt: skip


@pytest.mark.parametrize(("message", "kilometres"), (UNITS | WALKS).items())
def test_read_radius_of_a_distance_is_in_kilometres(message, kilometres):
    assert read_radius(message) == kilometres


@pytest.mark.parametrize("message", NEAR)
def test_read_radius_of_what_is_near_is_the_same_for_all_words(message):
    assert read_radius(message) == NEAR_KM


@pytest.mark.parametrize(
    "message",
    [
        "",
        "5 minutes",
        "10분 이내",
        "500 min",
        "3 meals",
        "100 menus",
        "100 mm",
        "a mango",
        "one million",
        "an hour",
        "nearly done",
        "먼 곳",
        "십 만원",
        "3명",
        "🍜",
    ],
)
def test_read_radius_of_other_numbers_is_none(message):
    assert read_radius(message) is None


@given(st.integers(1, 20_000))
def test_read_radius_of_metres_is_a_thousandth_with_commas_or_without(metres):
    assert read_radius(f"within {metres} m") == metres / 1000
    assert read_radius(f"within {metres:,} metres") == metres / 1000
    assert read_radius(f"{metres}미터 안") == metres / 1000


@given(st.integers(0, 400), st.integers(0, 9))
def test_read_radius_of_kilometres_keeps_a_decimal(whole, tenth):
    assert read_radius(f"{whole}.{tenth}km") == pytest.approx(whole + tenth / 10)


@given(st.integers(1, 200))
def test_read_radius_of_a_walk_is_eighty_metres_a_minute(minutes):
    expected = pytest.approx(minutes * 0.08)
    assert read_radius(f"도보 {minutes}분") == expected
    assert read_radius(f"{minutes} minute walk") == expected
