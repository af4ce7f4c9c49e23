"""Negation as people type them, with the right reading."""

import pytest

from omakase.dialog.grammar import read
from omakase.dialog.negation import read_avoidances

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


TYPED_OTHERWISE = {
    "새우나 조개 빼고": "shrimp shellfish",
    "언제나 새우 빼고": "shrimp",
    "새우 및 조개 제외": "shrimp shellfish",
    "점심으로새우빼고추천해줘": "shrimp",
    "새우빼줘": "shrimp",
    "새우 알레르기가 있어요": "shrimp",
    "새우에 알레르기 있어요": "shrimp",
    "새우는 절대 못 먹어요": "shrimp",
    "새우는 못 먹어요": "shrimp",
    "저는 땅콩을 먹으면 안 돼요": "peanut",
    "땅콩 먹으면 죽어요": "peanut",
    "돼지고기 안 먹어요": "pork",
    "우유 못 마셔": "milk",
    "견과류는 절대 안돼": "nut",
    "견과류 안 돼요": "nut",
    "견과류는 안됩니다": "nut",
    "chicken 빼고": "chicken",
    "cheese 빼줘": "cheese",
    "새우가 들어가면 안 돼": "shrimp",
    "새우 들어간 건 싫어": "shrimp",
    "새우 들어간 거 빼고": "shrimp",
    "새우 들어 있는 거 말고": "shrimp",
    "고기는 싫어요": "meat",
    "회는 별로": "fish",
    "고기를 못 먹는 친구랑": "meat",
    "새우😀 빼고": "shrimp",
    "새우 ㄴㄴ": "shrimp",
    "새우 X": "shrimp",
    "I can't stand shrimp": "shrimp",
    "shrimp makes me sick": "shrimp",
    "please leave out the shrimp": "shrimp",
    "no shrimp, no peanuts": "shrimp peanut",
    "without any shrimp": "shrimp",
    "I do not eat any pork": "pork",
    "NO SHRIMP": "shrimp",
    "we never eat pork": "pork",
    "doesn't eat pork": "pork",
    "my wife can't eat gluten": "gluten",
    "deathly allergic to all nuts": "nut",
    "I'm allergic to the shrimp": "shrimp",
    "no nuts please": "nut",
    "nothing containing peanuts": "peanut",
    "minus the onions": "onion",
    "no pork or beef, and no shrimp": "pork beef shrimp",
    "free of gluten": "gluten",
    "shrimp-free": "shrimp",
    "peanuts are not ok": "peanut",
    "peanuts will kill me": "peanut",
    "not a fan of mushrooms": "mushroom",
    "no thanks to onions": "onion",
    "can not have dairy": "milk",
    "cannot eat shellfish": "shellfish",
    "i dont like cucumbers": "cucumber",
    "I don’t eat pork": "pork",
    "I can’t eat shrimp": "shrimp",
    "no dairy, eggs or nuts": "milk egg nut",
    "no pork, beef, chicken, lamb, shrimp or nuts": "pork beef chicken lamb shrimp nut",
    "주차 안돼": "", "예약 안 되는 곳": "", "놀이공원 좋아": "", "맥스 X": "",
    "that is not allowed": "", "nothing is not ok": "", "they never close": "",
}  # fmt: skip


@pytest.mark.parametrize(("message", "names"), TYPED_OTHERWISE.items())
def test_read_refusal_in_further_words_is_what_is_refused(message, names):
    assert {each.concept or each.word for each in read(message).avoided} == set(names.split())


@pytest.mark.parametrize(("message", "allergy"), [("새우 안돼", True), ("새우 빼고", False),
    ("새우 먹으면 안 돼", True), ("no shrimp", False), ("I can't eat shrimp", True)])  # fmt: skip
def test_read_refusal_of_what_harms_is_an_allergy(message, allergy):
    assert [each.allergy for each in read(message).avoided] == [allergy]


def test_read_refusal_of_a_word_of_the_catalog_needs_the_catalog():
    assert read("no broccoli please").avoided == ()
    found = read("no broccoli please, no rush", lambda word: word == "broccoli").avoided
    assert [(each.word, each.concept) for each in found] == [("broccoli", "")]


@pytest.mark.parametrize(
    "unit", ["랑", "가나랑", "와 ", "빼", "새우 빼고 ", "no a or ", "a-", "allergic to a, "]
)
def test_read_refusal_in_a_message_of_one_repeated_word_ends(unit):
    """A pattern that tries every way to part these letters would not end within a lifetime."""
    names = {each.concept or each.word for each in read(unit * 2000).avoided}
    assert ("shrimp" in names) == ("새우" in unit)


def test_read_avoidances_a_word_that_only_joins_is_refused_by_no_allergy():
    assert read_avoidances("with allergy") == []
    assert [each.concept for each in read_avoidances("with a peanut allergy")] == ["peanut"]
