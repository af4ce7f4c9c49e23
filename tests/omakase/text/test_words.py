"""Words between spaces and signs."""

import pytest

from omakase.text.words import is_korean, with_phrases, words


def test_words_are_lower_case_without_signs():
    assert words(["The Dark-Knight (2008)!", "", "don't_stop"]) == [
        ["the", "dark", "knight", "2008"],
        [],
        ["don't", "stop"],
    ]


def test_korean_words_keep_their_endings():
    assert words(["김치찌개가 맛있는 집"]) == [["김치찌개가", "맛있는", "집"]]


def test_phrases_are_runs_of_neighbours():
    assert with_phrases([["a", "b", "c"], []], 2) == [["a", "b", "c", "a b", "b c"], []]
    assert with_phrases([["a", "b"]], 1) == [["a", "b"]]
    assert with_phrases([["a", "b"]], 9) == [["a", "b", "a b"]]
    with pytest.raises(ValueError, match="at least 1"):
        with_phrases([["a"]], 0)


def test_a_third_of_hangul_is_korean():
    assert is_korean(["강남 맛집 best"])
    assert not is_korean(["a Korean word: 밥"])
    assert not is_korean([])
