"""Reasons as people read them."""

import pytest

from omakase.explain.reasons import Reason
from omakase.explain.words import PLAIN, sentence

TITLES = {1: "Alien", 2: "Heat", 3: "기생충"}


def history(*rows):
    return Reason("history", 0.5, tuple((row, 0.3) for row in rows), ())


@pytest.mark.parametrize(
    ("rows", "english"),
    [
        ((1,), "Because of your interest in “Alien”"),
        ((1, 2), "Because of your interest in “Alien” and “Heat”"),
        ((1, 2, 3), "Because of your interest in “Alien”, “Heat” and “기생충”"),
    ],
)
def test_cited_in_english(rows, english):
    assert sentence(history(*rows), TITLES.get, "en") == english


def test_cited_in_korean():
    said = sentence(history(3, 1), TITLES.get, "ko")
    assert said == "관심을 보이신 항목과 닮았어요: ‘기생충’, ‘Alien’"


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("primary", ["taste", "list", "fill"])
def test_every_other_reason_has_its_sentence(language, primary):
    assert sentence(Reason(primary, 0, (), ()), TITLES.get, language) == PLAIN[language][primary]
    assert "{" not in PLAIN[language][primary]
