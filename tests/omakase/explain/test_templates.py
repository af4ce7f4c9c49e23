"""Reasons as people read them."""

import pytest

from omakase.explain.reasons import Reason
from omakase.explain.templates import PLAIN, WHY_NOT, fate_sentence, sentence
from omakase.explain.why_not import Fate, StageFate

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
    assert said == "‘기생충’, ‘Alien’에 관심을 보이셔서 골랐어요"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Because you said you like “Film > War” and “차”"),
        ("ko", "좋아한다고 하셔서 골랐어요: ‘Film > War’, ‘차’"),
    ],
)
def test_a_profile_is_told_in_the_words_of_the_person(language, text):
    reason = Reason("profile", 0, (), (), ("Film > War", "차"))
    assert sentence(reason, TITLES.get, language) == text


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("primary", ["taste", "near", "budget", "new", "list", "fill"])
def test_every_other_reason_has_its_sentence(language, primary):
    assert sentence(Reason(primary, 0, (), ()), TITLES.get, language) == PLAIN[language][primary]
    assert "{" not in PLAIN[language][primary]


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "“Heat” is shown, at place 3."), ("ko", "‘Heat’: 3번째 자리에 보여요.")],
)
def test_what_is_shown_has_its_place(language, text):
    fate = Fate(True, "", "", (StageFate("merge", 7, 1.0), StageFate("answer", 2, 1.0)))
    assert fate_sentence(fate, "Heat", language) == text


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_word_of_a_fate_is_said_for_people(language):
    """The words are those that `Fate` names, no more and no fewer."""
    told = (Fate.__doc__ or "").partition("reason: a stable word.")[2].partition("steps:")[0]
    for reason in WHY_NOT[language]:
        assert reason in told
        said = fate_sentence(Fate(False, "gate", reason, ()), "Heat", language)
        assert "Heat" in said
        assert "gate" in said
        assert WHY_NOT[language][reason] in said
    assert set(WHY_NOT["en"]) == set(WHY_NOT["ko"])
