import re
from string import Formatter

import pytest

from omakase_service.storefront.translations import WORDS, done, is_film, page_texts, words


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
