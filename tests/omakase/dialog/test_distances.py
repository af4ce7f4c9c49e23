"""Distances as people type them, with the right reading."""

import pytest

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
