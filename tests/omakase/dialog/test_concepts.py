"""Concepts by their words."""

import pytest

from omakase.dialog.concepts import concept_by_word, concepts, mentions


def test_concept_named_prefers_its_own_word():
    assert concept_by_word("새우").name == "shrimp"
    assert concept_by_word("seafood").name == "shellfish"
    assert concept_by_word("nothing") is None


def test_concepts_have_words_in_both_languages():
    for concept in concepts().values():
        assert concept.korean and concept.english.isascii()
        assert any(word.isascii() for word in concept.words)
        assert any(not word.isascii() for word in concept.words)


def test_mentions_are_of_whole_words():
    assert mentions("a hot photo", "hot") == [(2, 5)]
    assert mentions("새우튀김과 대새우", "새우") == [(0, 2)]
    assert mentions("싼 게 좋아, 게살", "게") == [(2, 3)]


@pytest.mark.parametrize("concept", concepts().values(), ids=lambda concept: concept.name)
def test_concept_by_word_of_its_own_names_is_the_concept(concept):
    for name in (concept.name, concept.korean, concept.english, concept.words[0]):
        assert concept_by_word(name) == concept
        assert concept_by_word(name.upper()) == concept


@pytest.mark.parametrize("concept", concepts().values(), ids=lambda concept: concept.name)
def test_concept_words_are_each_there_once_and_in_small_letters(concept):
    assert len(set(concept.words)) == len(concept.words)
    assert all(word == word.lower() for word in concept.words)
    assert not set(concept.words) & set(concept.dishes)


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("곱창", "offal"),
        ("순대", "offal"),
        ("햄", "pork"),
        ("삼겹살", "pork"),
        ("치킨", "chicken"),
        ("닭", "chicken"),
        ("steak", "beef"),
        ("lobster", "shellfish"),
        ("salmon", "fish"),
        ("치즈", "cheese"),
        ("새우", "shrimp"),
        ("peanut", "peanut"),
        ("호두", "nut"),
        ("혼밥", "alone"),
        ("wife", "date"),
        ("hot", "spicy"),
    ],
)
def test_concept_by_word_of_several_is_the_narrowest(word, name):
    assert concept_by_word(word).name == name


@pytest.mark.parametrize("word", ["", " ", "새우튀김", "shrimpy", "🦐", "de", "hot dog"])
def test_concept_by_word_of_another_word_is_none(word):
    assert concept_by_word(word) is None


@pytest.mark.parametrize(
    ("broad", "narrow"),
    [("shellfish", "shrimp"), ("nut", "peanut"), ("milk", "cheese"), ("meat", "beef")],
)
def test_concept_of_a_broader_kind_holds_the_first_word_of_the_narrower(broad, narrow):
    assert concepts()[narrow].words[0] in concepts()[broad].words


@pytest.mark.parametrize(
    ("text", "word", "spans"),
    [
        ("gluten free, gluten-free, glutenfree", "gluten-free", [(0, 11), (13, 24), (26, 36)]),
        ("Shrimp and SHRIMP", "shrimp", [(0, 6), (11, 17)]),
        ("shrimps", "shrimp", []),
        ("땅콩버터와 생땅콩", "땅콩", [(0, 2)]),
        ("게", "게", [(0, 1)]),
        ("게를 먹는 가게", "게", [(0, 1)]),
        ("게장", "게", []),
        ("", "shrimp", []),
        ("c++ (hot)", "hot", [(5, 8)]),
        ("hot.dog", "hot", [(0, 3)]),
    ],
)
def test_mentions_are_where_a_text_names_the_word(text, word, spans):
    assert mentions(text, word) == spans


def test_concepts_are_the_same_table_every_time():
    assert concepts() is concepts()
    assert {concept.kind for concept in concepts().values()} == {
        "diet",
        "ingredient",
        "company",
        "quality",
    }
