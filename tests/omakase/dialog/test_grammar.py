"""Grammar as people type them, with the right reading."""

import csv
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.dialog.concepts import concepts
from omakase.dialog.grammar import read
from omakase.dialog.moments import SpokenMoment

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


MORE_CRITIQUES = {
    "조금 싼 데": "cheaper", "훨씬 저렴한": "cheaper", "비싸네": "cheaper", "비싼데": "cheaper",
    "가격 낮춰": "cheaper", "가격 좀 내려": "cheaper", "안 비싼": "cheaper", "덜 비싼": "cheaper",
    "비싸지 않은 곳": "cheaper", "less pricey": "cheaper", "too much money": "cheaper",
    "not as expensive": "cheaper", "lower price": "cheaper", "more affordable": "cheaper",
    "CHEAPER": "cheaper", "더 비싼": "pricier", "더 좋은 데": "pricier", "fancier": "pricier",
    "too cheap": "pricier", "higher end": "pricier", "more luxurious": "pricier",
    "좀 가까운": "closer", "먼데": "closer", "덜 먼 곳": "closer", "nearer": "closer",
    "not so far": "closer", "too far away": "closer", "다른 걸로": "different",
    "딴 거": "different",
    "또 없어?": "different", "더 보여줘": "different", "another": "different",
    "show me others": "different", "what else": "different", "none of these": "different",
    "이거 말고": "different", "새로운 거": "different", "초기화": "restart", "리셋": "restart",
    "start again": "restart", "조건 다 지워": "restart", "전부 취소": "restart",
    "forget everything": "restart", "clear filters": "restart", "from scratch": "restart",
    "더 싸고 더 가까운": "cheaper closer", "cheaper and closer": "cheaper closer",
    "other options, less expensive": "cheaper different",
    "비싼 데": "", "cheapest": "", "가까운 데": "", "closet": "", "": "", "farther": "",
}  # fmt: skip
MORE_POINTS = {
    "4번째": (4,), "열 번째": (10,), "다섯번째 거": (5,), "the tenth one": (10,), "10th": (10,),
    "1st and 3rd": (1, 3), "first movie": (1,), "no. 4": (4,), "number 12": (12,),
    "#3 and #1": (3, 1), "the 2nd cheapest": (2,), "1번 2번 3번": (1, 2, 3), "99번": (99,),
    "3번, 3번": (3,), "last one": (-1,), "tell me about the last": (-1,), "맨 끝": (-1,),
    "the last option please": (-1,), "마지막이랑 첫 번째": (-1, 1), "그거 자세히": (0,),
    "that one": (0,), "this place": (0,), "아까 그 집": (0,), "that one, the second one": (2,),
    "3번 출구": (), "2번지": (), "5번가": (), "이거 말고": (), "second hand": (), "0번": (),
    "100번": (), "#100": (), "the last time we met": (), "at last": (), "blast one": (), "": (),
}  # fmt: skip


@pytest.mark.parametrize(("message", "names"), MORE_CRITIQUES.items())
def test_read_critique_in_further_words_is_the_change_meant(message, names):
    assert set(read(message).critiques) == set(names.split())


@pytest.mark.parametrize(("message", "ranks"), MORE_POINTS.items())
def test_read_reference_in_further_words_is_the_rank_meant(message, ranks):
    assert read(message).references == ranks


@pytest.mark.parametrize("rank", range(1, 11))
def test_read_reference_to_each_of_ten_is_its_rank_in_every_way_of_saying(rank):
    korean = dict(
        enumerate(["첫", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열"], start=1)
    )[rank]
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(rank, "th")
    for message in (
        f"{korean} 번째",
        f"{korean}번째 거 알려줘",
        f"{rank}번",
        f"{rank} 번째",
        f"#{rank}",
        f"number {rank}",
        f"the {rank}{suffix} one",
    ):
        assert read(message).references == (rank,), message


EMPTY = ("", " ", "\n", "🍜🍜", "...", "ㅋㅋㅋ", "مرحبا", "שלום", "寿司", "\u200b")


@pytest.mark.parametrize("message", EMPTY)
def test_read_of_a_message_without_words_of_the_grammar_says_nothing(message):
    reading = read(message)
    assert (reading.text, reading.budget, reading.radius) == (message, None, None)
    assert (reading.wanted, reading.avoided, reading.critiques) == ((), (), ())
    assert (reading.references, reading.years, reading.budget_span) == ((), None, (0, 0))
    assert reading.moment == SpokenMoment()


@pytest.mark.parametrize("concept", concepts().values(), ids=lambda concept: concept.name)
def test_read_wish_for_a_concept_by_each_of_its_words_is_that_concept(concept):
    for word in concept.words:
        if (len(word) == 1 and not word.isascii()) or word.endswith("없는"):
            continue
        wanted = read(f"{word} 추천" if not word.isascii() else f"something {word}").wanted
        assert (concept.name in wanted) is (concept.kind != "ingredient"), word


@pytest.mark.parametrize(
    "concept",
    [each for each in concepts().values() if each.kind != "ingredient"],
    ids=lambda concept: concept.name,
)
def test_read_wish_for_a_concept_that_is_refused_is_no_wish(concept):
    word = next(word for word in concept.words if word.isascii() and len(word) > 2)
    reading = read(f"without {word}")
    if concept.name not in ("gluten_free", "lactose_free"):
        assert concept.name not in reading.wanted
        assert concept.name in {each.concept for each in reading.avoided}


def test_read_of_everything_at_once_has_every_part():
    reading = read(
        "두 명, 조용한 데, 2만원 이하, 도보 10분, 내일 저녁 7시, 새우 빼고, 90년대, "
        "더 싼 거, 두 번째"
    )
    assert (reading.budget.low, reading.budget.high) == (None, 20_000)
    assert reading.radius == 0.8
    assert (reading.moment.day, reading.moment.hour) == ("tomorrow", 19)
    assert reading.wanted == ("quiet",)
    assert [each.concept for each in reading.avoided] == ["shrimp"]
    assert (reading.years.low, reading.years.high) == (1990, 1999)
    assert reading.critiques == ("cheaper",)
    assert reading.references == (2,)
    assert reading.language == "ko"


@pytest.mark.parametrize("message", [each for each in typed_messages() if not each.isascii()])
def test_read_of_syllables_written_apart_is_what_it_is_of_whole_ones(message):
    assert read(unicodedata.normalize("NFD", message)) == read(message)


@given(st.text(max_size=60))
def test_read_of_any_text_has_its_spans_within_it(text):
    reading = read(text)
    spans = [reading.budget_span, *((each.start, each.end) for each in reading.avoided)]
    if reading.years is not None:
        spans.append(reading.years.span)
    assert all(0 <= start <= end <= len(reading.text) for start, end in spans)
    assert reading.radius is None or 0 <= reading.radius <= 20_000
    assert read(text) == reading
