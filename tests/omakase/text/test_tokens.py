"""The right tokeniser for the texts."""

from omakase.text import tokens
from omakase.text.morphemes import Morphemes
from omakase.text.tokens import tokeniser
from omakase.text.words import words

KOREAN = ["조용한 카페", "매운 떡볶이"]


def test_what_is_asked_for_is_given():
    assert tokeniser("words", KOREAN) is words
    assert isinstance(tokeniser("morphemes", ["plain English"]), Morphemes)


def test_auto_looks_at_the_letters():
    assert isinstance(tokeniser("auto", KOREAN), Morphemes)
    assert tokeniser("auto", ["a quiet café"]) is words


def test_auto_makes_do_without_kiwipiepy(monkeypatch):
    monkeypatch.setattr(tokens, "find_spec", lambda name: None)
    assert tokeniser("auto", KOREAN) is words
