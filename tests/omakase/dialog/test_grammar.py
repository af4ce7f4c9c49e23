"""Grammar as people type them, with the right reading."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from omakase.dialog.grammar import read

WANTS = {
    "비건 식당": {"vegan"}, "채식 되는 곳": {"vegetarian"}, "할랄 음식": {"halal"},
    "혼자 먹기 좋은": {"alone"}, "가족이랑": {"family"}, "데이트 장소": {"date"},
    "아이들이랑 갈 곳": {"children"}, "조용한 데": {"quiet"}, "주차 되는 곳": {"parking"},
    "vegan places": {"vegan"}, "gluten-free bread": {"gluten_free"}, "somewhere quiet": {"quiet"},
    "with my kids": {"children"}, "a romantic dinner": {"date"},
    "vegetarian please": {"vegetarian"},
    "비건 말고": set(), "not vegan": set(), "조용하지 않은": set(),
}  # fmt: skip
CRITIQUES = {
    "더 싼 데": {"cheaper"}, "너무 비싸": {"cheaper"}, "좀 더 저렴한 곳": {"cheaper"},
    "더 가까운 데": {"closer"}, "너무 멀어": {"closer"}, "다른 거 보여줘": {"different"},
    "다시 처음부터": {"restart"}, "더 고급스러운": {"pricier"}, "cheaper": {"cheaper"},
    "not too expensive": {"cheaper"}, "closer please": {"closer"}, "something else": {"different"},
    "start over": {"restart"}, "more upscale": {"pricier"}, "안녕": set(), "a cheap place": set(),
}  # fmt: skip
POINTS = {
    "첫 번째": (1,), "두번째랑 비슷한 거": (2,), "3번 자세히": (3,), "1번이랑 2번 비교": (1, 2),
    "마지막 거": (-1,), "the second one": (2,), "compare the first and the third": (1, 3),
    "#2": (2,), "number 3": (3,), "2번 출구": (), "추천해줘": (),
    "for the first time in years": (1,),
}  # fmt: skip


@pytest.mark.parametrize(("message", "names"), WANTS.items())
def test_read_wish_as_typed_is_what_is_wanted(message, names):
    assert set(read(message).wanted) == names


@pytest.mark.parametrize(("message", "names"), CRITIQUES.items())
def test_read_critique_as_typed_is_the_change_meant(message, names):
    assert set(read(message).critiques) == names


@pytest.mark.parametrize(("message", "ranks"), POINTS.items())
def test_read_reference_as_typed_is_the_rank_meant(message, ranks):
    assert read(message).references == ranks


def typed_messages() -> list[str]:
    with Path(__file__).with_name("readings.csv").open(encoding="utf-8", newline="") as lines:
        return [row["text"] for row in csv.DictReader(lines)]


@pytest.mark.parametrize(
    "message", [*typed_messages(), "30k이하", "films before 1999", "from 1990 to 1994"]
)
def test_read_in_capitals_is_what_it_is_in_small_letters(message):
    def plain(text: str) -> str:
        reading = read(text)
        return repr(replace(reading, text="", language="")).lower()

    assert plain(message.upper()) == plain(message.lower())
