"""Concepts by their words."""

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
