"""Negation as people type them, with the right reading."""

import pytest

from omakase.dialog.grammar import read

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


@pytest.mark.parametrize(("message", "names"), REFUSALS.items())
def test_read_refusal_as_typed_is_what_is_refused(message, names):
    assert {each.concept or each.word for each in read(message).avoided} == names
