"""Negation as people type them, with the right reading."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.dialog.concepts import concepts
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


KOREAN_REFUSALS = {
    "새우만 빼고": "shrimp", "새우는요 빼주세요": "shrimp", "새우 없이": "shrimp",
    "파스타 새우 빼고": "shrimp", "새우하고 조개하고 게 빼고": "shrimp shellfish crab",
    "새우, 조개, 게 빼고": "shrimp shellfish crab", "새우도 조개도 못 먹어": "shrimp shellfish",
    "게 알레르기": "crab", "저는 게 못 먹어요": "crab", "땅콩은 알러지": "peanut",
    "유당불내증 있어요": "milk", "글루텐 불내증": "gluten", "계란 안 들어간": "egg",
    "계란 안 넣은": "egg", "돼지고기 넣지 마": "pork", "고수 극혐": "coriander",
    "고수는 질색": "coriander", "치즈는 질려": "cheese", "곱창은 패스": "offal",
    "순대 못 먹어": "offal", "삼겹살 빼고": "pork", "bacon 빼고": "pork", "술은 사절": "alcohol",
    "주차 없는 곳": "parking", "매운 음식 못 먹어": "spicy", "매운 건 못 먹어요": "spicy",
    "안 매운": "spicy", "덜 짠 거": "salty", "안 단 거": "sweet", "달지 않은 디저트": "sweet",
    "짜지 않게": "salty", "맵지 말고": "spicy", "느끼하지 않은": "oily", "기름지지 않은 거": "oily",
    "슬프지 않은 영화": "sad", "넓지 않은": "spacious", "잔인하지 않은": "violent",
    "시끄러운 데 말고": "noisy", "시끄러운 곳 말고": "noisy", "무서운 영화 말고": "scary",
    "매운 요리 빼고": "spicy", "비건 아닌": "vegan", "채식 아니고": "vegetarian",
    "알레르기: 새우, 땅콩": "shrimp peanut", "알러지 : 우유": "milk",
}  # fmt: skip
ENGLISH_REFUSALS = {
    "no shrimp nor crab": "shrimp crab", "neither shrimp nor crab": "shrimp crab",
    "no shrimp, crab, or clams": "shrimp crab shellfish", "not spicy, not oily": "spicy oily",
    "no pork, without beef": "pork beef", "allergies to nuts": "nut", "tree nut allergy": "nut",
    "severe nut allergy": "nut", "nut allergic": "nut", "gluten allergy": "gluten",
    "gluten intolerance": "gluten", "lactose intolerant": "milk", "soy intolerance": "soy",
    "intolerance to gluten": "gluten", "intolerant of dairy": "milk", "allergy: shrimp": "shrimp",
    "food allergies: shrimp, nuts": "shrimp nut", "alergic to milk": "milk",
    "non-dairy": "milk", "non spicy": "spicy", "non-alcoholic": "alcohol", "egg free": "egg",
    "free of eggs": "egg", "eggs make him ill": "egg", "mushrooms are forbidden": "mushroom",
    "garlic is not allowed": "garlic", "nuts could kill": "nut", "skip the onions": "onion",
    "avoiding pork": "pork", "except for chicken": "chicken", "excluding beef": "beef",
    "apart from beef": "beef", "besides chicken": "chicken", "aside from lamb": "lamb",
    "everything except fish": "fish", "tired of chicken": "chicken", "fed up with beef": "beef",
    "enough of pork": "pork", "rather than beef": "beef", "instead of chicken": "chicken",
    "other than pork": "pork", "not in the mood for fish": "fish", "not into seafood": "shellfish",
    "hold the cheese": "cheese", "leave out the egg": "egg", "ditch the garlic": "garlic",
    "sans onion": "onion", "w/o egg": "egg", "wihout egg": "egg", "excpet pork": "pork",
    "i cant eat shrimp": "shrimp", "I won't eat lamb": "lamb", "we do not have pork": "pork",
    "can't touch peanuts": "peanut", "can't drink milk": "milk", "never pork": "pork",
    "no more chicken": "chicken", "isn't too spicy": "spicy", "nothing too sweet": "sweet",
    "nothing with cheese": "cheese", "say no to pork": "pork",
}  # fmt: skip
NO_REFUSALS = (
    "", "알레르기 없어", "알레르기는 없어요", "새우 알레르기 없어요", "못 먹는 거 없어",
    "새우 빼지 마",
    "새우 싫지 않아", "새우 못 먹는 건 아니야", "싼 게 말고", "먹는 게 싫어", "이거는 못 먹어요",
    "그 음식은 못 먹어요", "영화 말고 공연", "맛집 말고", "집 말고 밖에서", "쉬는 데 말고",
    "국물 요리 말고", "조용하지 않아도 돼", "비싸지 않은", "멀지 않은 곳", "no allergies",
    "I have food allergies", "I am allergic", "no allergy to shrimp", "I'm not allergic to nuts",
    "i have no peanut allergy", "no doubt", "no wait", "know fish", "not only fish",
    "why not fish", "not without shrimp", "can't live without cheese", "I don't mind fish",
    "don't forget shrimp", "what a delight",
)  # fmt: skip


@pytest.mark.parametrize(("message", "names"), (KOREAN_REFUSALS | ENGLISH_REFUSALS).items())
def test_read_avoidances_of_a_refusal_is_what_is_refused(message, names):
    assert {each.concept or each.word for each in read_avoidances(message)} == set(names.split())


@pytest.mark.parametrize("message", NO_REFUSALS)
def test_read_avoidances_where_nothing_is_refused_is_nothing(message):
    assert read_avoidances(message) == []


@pytest.mark.parametrize(
    "message",
    ["시끄러운 데 말고", "짜지 않게", "not spicy, not oily", "안 매운 거", "무섭지 않은 영화"],
)
def test_read_wish_of_a_quality_that_is_refused_is_nothing(message):
    assert read(message).wanted == ()


@pytest.mark.parametrize("message", [*KOREAN_REFUSALS, "땅콩 알레르기 있어", "우유 못 먹어요"])
def test_read_avoidances_of_syllables_written_apart_are_the_same(message):
    apart = unicodedata.normalize("NFD", message)
    assert apart != message
    assert read(apart) == read(message)


ALLERGIES = (
    "땅콩 알레르기", "땅콩 알러지", "땅콩 앨러지", "우유 불내증", "새우 못 먹어",
    "새우 먹으면 안 돼",
    "allergic to nuts", "alergic to nuts", "allergies to nuts", "nut allergy", "soy intolerance",
    "cannot eat nuts", "can not have nuts", "peanuts will kill me", "shrimp makes me sick",
    "eggs make him ill", "알레르기: 새우", "allergy: shrimp",
)  # fmt: skip
DISLIKES = (
    "새우 빼고",
    "새우 싫어",
    "no nuts",
    "hate nuts",
    "sick of chicken",
    "egg free",
    "안 매운",
)


@pytest.mark.parametrize(
    ("message", "allergy"), [*((m, True) for m in ALLERGIES), *((m, False) for m in DISLIKES)]
)
def test_read_avoidances_tell_what_harms_from_what_is_disliked(message, allergy):
    assert {each.allergy for each in read_avoidances(message)} == {allergy}


INGREDIENTS = sorted(c.name for c in concepts().values() if c.kind == "ingredient")


@pytest.mark.parametrize("name", INGREDIENTS)
def test_read_avoidances_know_every_ingredient_by_its_own_name(name):
    concept = concepts()[name]
    for message in (
        f"{concept.korean} 알레르기 있어요",
        f"{concept.korean} 못 먹어요",
        f"저는 {concept.korean} 못 먹어요",
        f"I am allergic to {concept.english}",
        f"{concept.english} allergy",
        f"no {concept.english} please",
        f"without {concept.english}",
        f"I can't eat {concept.english}",
        f"NO {concept.english.upper()}",
    ):
        assert [each.concept for each in read_avoidances(message)] == [name], message


@pytest.mark.parametrize("name", INGREDIENTS)
def test_read_avoidances_know_every_ingredient_by_each_of_its_english_words(name):
    for word in concepts()[name].words:
        if word.isascii():
            (avoided,) = read_avoidances(f"please, no {word} in it")
            assert avoided.concept in {n for n in INGREDIENTS if word in concepts()[n].words}


@given(st.lists(st.sampled_from(["shrimp", "pork", "egg", "garlic"]), min_size=1, max_size=4))
def test_read_avoidances_of_a_list_are_each_once_and_in_order(words):
    distinct = list(dict.fromkeys(words))
    assert [a.concept for a in read_avoidances(f"no {', '.join(words)}")] == distinct
    assert [a.concept for a in read_avoidances(f"without {' or '.join(words)}")] == distinct


@given(
    st.lists(
        st.sampled_from(["새우", "돼지고기", "계란", "마늘"]), min_size=1, max_size=3, unique=True
    )
)
def test_read_avoidances_of_a_korean_list_are_in_order(words):
    for joint in (", ", "하고 ", "랑 ", " 그리고 "):
        found = read_avoidances(f"{joint.join(words)} 빼고 추천해줘")
        assert [each.word for each in found] == words


@given(
    st.sampled_from([*KOREAN_REFUSALS, *ENGLISH_REFUSALS]), st.sampled_from(["", "음 ", "well, "])
)
def test_read_avoidances_places_are_of_the_message(message, before):
    for each in read_avoidances(before + message):
        assert 0 <= each.start < each.end <= len(before + message)


@given(st.text("새우게빼고말안 못먹어no,shrimp", max_size=40))
def test_read_avoidances_of_any_text_name_each_concept_once(text):
    found = read_avoidances(text)
    names = [each.concept or each.word for each in found]
    assert len(names) == len(set(names))
    assert [each.start for each in found] == sorted(each.start for each in found)


def test_read_avoidances_of_a_second_wish_refuse_the_first_alone():
    (avoided,) = read_avoidances("not chicken, beef")
    assert avoided.concept == "chicken"


def test_read_avoidances_of_words_of_nobody_need_the_catalog_in_english_and_not_in_korean():
    assert read_avoidances("no broccoli") == []
    assert [a.word for a in read_avoidances("no broccoli", lambda word: True)] == ["broccoli"]
    assert [a.word for a in read_avoidances("브로콜리는 빼고")] == ["브로콜리"]
    assert [a.word for a in read_avoidances("broccoli allergy")] == ["broccoli"]
