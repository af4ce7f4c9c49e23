import re
from string import Formatter

import pytest

from omakase_service.storefront.talk_words import EXAMPLES, NEXT, TALK, talk_words
from omakase_service.storefront.translations import (
    FILM_GENRES,
    MODELS,
    WORDS,
    about_model,
    done,
    is_film,
    page_texts,
    words,
)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_say_the_same_things():
    english, korean = WORDS["en"], WORDS["ko"]
    assert list(english) == list(korean)
    for name in english:
        assert fields(english[name]) == fields(korean[name]), name
        assert english[name] and korean[name]


def test_korean_is_korean():
    plain = [name for name, text in WORDS["ko"].items() if not re.search("[가-힣]", text)]
    assert plain == []


@pytest.mark.parametrize(("language", "title"), [("ko-kr", "오마카세"), ("fr", "Omakase")])
def test_another_language_gets_english(language, title):
    assert words(language)["title"] == title


def test_films_are_watched_and_other_things_looked_at():
    assert page_texts("en", films=True)["because"] == "Because you watched {title}"
    assert page_texts("en", films=False)["because"] == "Because you looked at {title}"
    assert not [name for name in page_texts("ko", films=True) if name.endswith("_film")]


@pytest.mark.parametrize(
    ("type", "category", "film"),
    [("cinema", "", True), ("Movie", "x", True), ("", "Sci-Fi", True), ("shop", "Sci-Fi", False)],
)
def test_what_is_a_film(type, category, film):
    assert is_film(type, category) is film


def test_a_kind_that_nobody_worded_is_named_as_it_is():
    text = page_texts("en", films=False)
    assert (done(text, "like"), done(text, "wave")) == ("Liked", "wave")


def test_models_go_by_words_in_both_languages():
    assert MODELS["en"].keys() == MODELS["ko"].keys()
    assert all(MODELS["en"].values())
    assert all(re.search("[가-힣]", words) for words in MODELS["ko"].values())


def test_models_that_go_by_words_are_models_that_there_are():
    from omakase.registry import MODELS as KNOWN

    assert set(MODELS["en"]) - {"hybrid"} <= set(KNOWN)


@pytest.mark.parametrize(
    ("language", "name", "words"),
    [
        ("en", "popular", "what most people choose"),
        ("ko", "popular", "가장 많은 분들이 고르는 것"),
        ("ko-KR", "popular", "가장 많은 분들이 고르는 것"),
        ("fr", "popular", "what most people choose"),
        ("en", "a model of one's own", ""),
        ("en", "", ""),
    ],
)
def test_model_goes_by_words_or_by_none(language, name, words):
    assert about_model(language, name) == words


@pytest.mark.parametrize(
    ("language", "films", "kind", "word"),
    [
        ("en", True, "click", "Watched"),
        ("en", False, "click", "Viewed"),
        ("en", True, "view", "Viewed"),
        ("en", True, "purchase", "Bought"),
        ("ko", True, "click", "봤어요"),
        ("ko", False, "click", "둘러봤어요"),
        ("ko", False, "cart", "담았어요"),
        ("en", False, "wishlist", "wishlist"),
        ("en", False, "", ""),
    ],
)
def test_what_was_done_is_said_by_what_the_catalog_holds(language, films, kind, word):
    assert done(page_texts(language, films=films), kind) == word


def test_texts_of_a_page_have_the_same_names_whatever_the_catalog_holds():
    for language in WORDS:
        films, things = (page_texts(language, films=each) for each in (True, False))
        assert films.keys() == things.keys()
        assert not any(name.endswith("_film") for name in films)


def test_texts_of_a_page_are_its_own():
    text = page_texts("en", films=True)
    text["title"] = "changed"
    assert page_texts("en", films=True)["title"] == "Omakase"


@pytest.mark.parametrize("genre", sorted(FILM_GENRES))
def test_genre_that_films_alone_have_tells_a_film_where_nobody_says_the_type(genre):
    assert is_film("", genre)
    assert not is_film("book", genre)


@pytest.mark.parametrize("category", ["", "Comedy", "Drama", "Film > Horror", "horror"])
def test_category_that_others_have_tells_no_film(category):
    assert not is_film("", category)


def test_words_of_talks_hold_the_same_in_both_languages():
    english, korean = TALK["en"], TALK["ko"]
    assert list(english) == list(korean)
    for name in english:
        assert fields(english[name]) == fields(korean[name]), name
        assert re.search("[가-힣]", korean[name]), name


@pytest.mark.parametrize("texts", [EXAMPLES, NEXT])
def test_talks_are_begun_and_gone_on_with_for_every_kind_of_catalog(texts):
    assert texts["en"].keys() == texts["ko"].keys() == {"place", "film", "product", "thing"}
    for by_noun in texts.values():
        for said in by_noun.values():
            assert said
            assert len(set(said)) == len(said)


@pytest.mark.parametrize(("language", "word"), [("en", "Send"), ("ko", "보내기"), ("fr", "Send")])
def test_words_of_talks_are_english_where_a_language_is_neither(language, word):
    assert talk_words(language)["talk_send"] == word
