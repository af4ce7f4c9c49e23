"""Budgets, times, refusals and distances as people type them, with the right reading."""

import pytest

from omakase.dialog.grammar import read

NONE = (None, None)
BUDGETS = {
    "2만원 이하로 추천해줘": (None, 20000), "만오천원": (None, 15000), "만 오천원 이하": (None,
    15000),
    "1만5천원 미만": (None, 15000), "1만 5천원 안으로": (None, 15000), "15,000원 이내": (None,
    15000),
    "15000원 이하": (None, 15000), "3만원 이상": (30000, None), "삼만원 이상": (30000, None),
    "십만원 넘는 거": (100000, None), "십오만원 이하": (None, 150000), "5천원짜리": (4000, 6000),
    "오천원 이하": (None, 5000), "만원대": (10000, 19999), "2만원대 식당": (20000, 29999),
    "5천원대": (5000, 5999), "1~2만원": (10000, 20000), "1만원에서 2만원 사이": (10000, 20000),
    "만원에서 이만원": (10000, 20000), "만원~이만원": (10000, 20000), "2, 3만원": (20000, 30000),
    "2만원 정도": (16000, 24000), "이만원쯤": (16000, 24000), "한 2만원 정도": (16000, 24000),
    "약 3만원": (24000, 36000), "1.5만원 이하": (None, 15000), "예산은 2만원이야": (None, 20000),
    "예산 5만원": (None, 50000), "2만원 안 넘는 거": (None, 20000), "2만원 넘지 않는 곳": (None,
    20000),
    "만원밖에 없어": (None, 10000), "2만원보다 싼 거": (None, 20000),
    "2만원보다 비싼 데": (20000, None),
    "최대 3만원": (None, 30000), "최소 2만원": (20000, None), "3만원부터": (30000, None),
    "2만원까지 괜찮아": (None, 20000), "1인당 3만원": (None, 30000), "8천원 밑으로": (None, 8000),
    "팔천오백원 이하": (None, 8500), "2만 이하": (None, 20000), "3만5천 이하": (None, 35000),
    "백만원 이하 노트북": (None, 1000000), "120만원 이하": (None, 1200000),
    "under $20": (None, 20), "less than 15 dollars": (None, 15), "below $9.50": (None, 9.5),
    "up to 30 bucks": (None, 30), "no more than 50 dollars": (None, 50), "at most $12": (None, 12),
    "over $100": (100, None), "more than 40 dollars": (40, None), "at least $25": (25, None),
    "between 10 and 20 dollars": (10, 20), "between $10 and $20": (10, 20), "$10-20": (10, 20),
    "10 to 20 dollars": (10, 20), "from $15 to $30": (15, 30), "around $25": (20, 30),
    "about 50 dollars": (40, 60), "$20 or less": (None, 20), "$20 or more": (20, None),
    "twenty dollars": (None, 20), "under twenty five dollars": (None, 25),
    "my budget is $30": (None, 30), "budget of 40 dollars": (None, 40), "under 20": (None, 20),
    "20k won": (None, 20000), "under 15,000 won": (None, 15000), "$1,200 max": (None, 1200),
    "I only have 10 bucks": (None, 10), "cheaper than 25 euros": (None, 25),
    "a $5 lunch": (None, 5),
    "not more than 30 dollars": (None, 30), "one hundred dollars": (None, 100),
    "within $50": (None, 50),
    "추천해줘": NONE, "3명이서 갈 곳": NONE, "500m 이내": NONE, "7시에 갈래": NONE, "두 번째": NONE,
    "이만하면 됐어": NONE, "천천히 먹기 좋은": NONE, "만두 먹고 싶어": NONE,
    "under 20 minutes": NONE,
    "at 7pm": NONE, "for 4 people": NONE, "within 2 km": NONE, "movies from 1995": NONE,
    "천안 맛집": NONE, "over 18 movies please": NONE,
}  # fmt: skip
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
REFUSALS = {
    "새우 빼고": {"shrimp"}, "새우는 빼줘": {"shrimp"}, "새우 빼주세요": {"shrimp"},
    "새우랑 게 빼고": {"shrimp", "crab"}, "땅콩 알레르기 있어": {"peanut"},
    "땅콩 알러지가 있어요": {"peanut"}, "우유 못 먹어요": {"milk"}, "고기 안 먹어": {"meat"},
    "고기 없는 거": {"meat"}, "고수 싫어": {"coriander"}, "돼지고기 말고": {"pork"},
    "돼지고기는 제외하고": {"pork"}, "매운 거 말고": {"spicy"}, "안 매운 거": {"spicy"},
    "맵지 않은 걸로": {"spicy"}, "덜 매운 거": {"spicy"}, "조개 안 들어간 거": {"shellfish"},
    "밀가루 없는 빵": {"gluten"}, "계란 들어가지 않은": {"egg"}, "견과류 알레르기": {"nut"},
    "술 없는 곳": {"alcohol"}, "시끄럽지 않은 곳": {"noisy"}, "해산물 못먹어": {"shellfish"},
    "오이 빼고 양파도 빼줘": {"cucumber", "onion"}, "무섭지 않은 영화": {"scary"},
    "no peanuts": {"peanut"}, "without shrimp": {"shrimp"}, "not spicy": {"spicy"},
    "not too spicy please": {"spicy"}, "no seafood or nuts": {"shellfish", "nut"},
    "I am allergic to milk": {"milk"}, "allergic to peanuts and shellfish": {"peanut", "shellfish"},
    "peanut allergy": {"peanut"}, "I don't eat pork": {"pork"}, "can't have gluten": {"gluten"},
    "hold the onions": {"onion"}, "anything but chicken": {"chicken"}, "dairy-free": {"milk"},
    "nut free options": {"nut"}, "I hate cilantro": {"coriander"}, "avoid garlic": {"garlic"},
    "nothing with egg": {"egg"}, "no meat": {"meat"}, "less oily": {"oily"}, "not scary": {"scary"},
    "문제 없어": set(), "상관 없어": set(), "예약 없이 갈 수 있는": set(), "이거 말고": set(),
    "부담 없는 가격": set(), "no idea": set(), "no problem": set(), "not sure": set(),
    "not bad": set(), "not too expensive": set(), "no more than $10": set(),
    "새우 먹고 싶어": set(),
    "매운 거 좋아": set(), "안녕하세요": set(), "I want shrimp": set(), "there's no rush": set(),
    "안 비싼 데": set(), "별로 안 멀어": set(), "질리지 않는 맛": set(),
}  # fmt: skip
WANTS = {
    "비건 식당": {"vegan"}, "채식 되는 곳": {"vegetarian"}, "할랄 음식": {"halal"},
    "혼자 먹기 좋은": {"alone"}, "가족이랑": {"family"}, "데이트 장소": {"date"},
    "아이들이랑 갈 곳": {"children"}, "조용한 데": {"quiet"}, "주차 되는 곳": {"parking"},
    "vegan places": {"vegan"}, "gluten-free bread": {"gluten_free"}, "somewhere quiet": {"quiet"},
    "with my kids": {"children"}, "a romantic dinner": {"date"},
    "vegetarian please": {"vegetarian"},
    "비건 말고": set(), "not vegan": set(), "조용하지 않은": set(),
}  # fmt: skip
DISTANCES = {
    "근처 맛집": 1.5, "가까운 데": 1.5, "500m 이내": 0.5, "500미터": 0.5, "2km 안에": 2.0,
    "1.5킬로": 1.5, "도보 10분": 0.8, "걸어서 5분": 0.4, "5분 거리": 0.4, "near me": 1.5,
    "nearby": 1.5, "within 2 km": 2.0, "within 1 mile": 1.609, "10 minute walk": 0.8,
    "5 min away": 0.4, "walking distance": 1.5, "추천해줘": None, "5 movies": None, "가격": None,
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


@pytest.mark.parametrize(("message", "ends"), BUDGETS.items())
def test_read_budget_as_typed_is_the_range_meant(message, ends):
    budget = read(message).budget
    assert (NONE if budget is None else (budget.low, budget.high)) == ends


@pytest.mark.parametrize(("message", "when"), TIMES.items())
def test_read_moment_as_typed_is_the_hour_and_day_meant(message, when):
    moment = read(message).moment
    assert (moment.hour, moment.day) == when


@pytest.mark.parametrize(("message", "names"), REFUSALS.items())
def test_read_refusal_as_typed_is_what_is_refused(message, names):
    assert {each.concept or each.word for each in read(message).avoided} == names


@pytest.mark.parametrize(("message", "names"), WANTS.items())
def test_read_wish_as_typed_is_what_is_wanted(message, names):
    assert set(read(message).wanted) == names


@pytest.mark.parametrize(("message", "kilometres"), DISTANCES.items())
def test_read_distance_as_typed_is_in_kilometres(message, kilometres):
    assert read(message).radius == kilometres


@pytest.mark.parametrize(("message", "names"), CRITIQUES.items())
def test_read_critique_as_typed_is_the_change_meant(message, names):
    assert set(read(message).critiques) == names


@pytest.mark.parametrize(("message", "ranks"), POINTS.items())
def test_read_reference_as_typed_is_the_rank_meant(message, ranks):
    assert read(message).references == ranks
