"""Word lists."""

import re

import pytest

from omakase.data.weighting import DEFAULT_KINDS
from omakase.synthetic import WORLDS
from omakase.synthetic.spec import Spec, pairs
from omakase.synthetic.vocabulary import GAP

HANGUL = re.compile("[가-힣]")
GAPS = {"noun", "material", "other", "adjective", "tag", "maker", "category", "place"}


def test_pairs_are_parted_at_the_sign():
    assert pairs("김치=kimchi, 전 남친=ex,\nboy=x") == (
        *(("김치", "kimchi"), ("전 남친", "ex"), ("boy", "x")),
    )


@pytest.mark.parametrize("spec", WORLDS.values(), ids=lambda s: s.name)
def test_every_word_has_both_languages(spec):
    lists = [
        spec.makers,
        *(words for leaf in spec.leaves for words in (leaf.nouns, leaf.materials)),
        *(words for style in spec.styles for words in (style.adjectives, style.tags)),
        tuple(x.name for x in (*spec.leaves, *spec.styles)),
        tuple(leaf.parent for leaf in spec.leaves),
    ]
    for words in lists:
        assert all(korean and english for korean, english in words), words


@pytest.mark.parametrize("spec", WORLDS.values(), ids=lambda s: s.name)
def test_templates_have_no_gap_that_nothing_fills(spec):
    for texts in (spec.korean, spec.english):
        for template in (*texts.titles, *texts.descriptions):
            assert {gap[1] for gap in GAP.finditer(template)} <= GAPS


@pytest.mark.parametrize("spec", WORLDS.values(), ids=lambda s: s.name)
def test_templates_correspond_and_makers_suffice(spec):
    assert len(spec.korean.titles) == len(spec.english.titles)
    assert len(spec.korean.descriptions) == len(spec.english.descriptions)
    assert len(spec.makers) % len(spec.styles) == 0
    assert len({leaf.name for leaf in spec.leaves}) == len(spec.leaves)


@pytest.mark.parametrize("spec", WORLDS.values(), ids=lambda s: s.name)
def test_people_do_what_a_service_knows(spec):
    """Every kind of event of a world has a weight of its own, and the sign that is meant."""
    for step in spec.steps:
        assert step.liked
        assert step.unliked
        assert {*step.liked, *step.unliked} <= DEFAULT_KINDS.keys()
        assert not any(DEFAULT_KINDS[kind].negative for kind in step.liked)
    assert any(DEFAULT_KINDS[kind].negative for step in spec.steps for kind in step.unliked)
    assert DEFAULT_KINDS[spec.steps[-1].liked[0]].weight >= DEFAULT_KINDS["view"].weight


def test_ids_of_two_worlds_do_not_meet():
    prefixes = [spec.prefix for spec in WORLDS.values()]
    assert len(set(prefixes)) == len(prefixes)
    assert all(len(prefix) == 1 and prefix not in "US" for prefix in prefixes)


@pytest.mark.parametrize("spec", WORLDS.values(), ids=lambda s: s.name)
def test_korean_is_korean_and_english_is_not(spec):
    for korean, english in (*spec.makers, *(leaf.name for leaf in spec.leaves)):
        assert HANGUL.search(korean) or not HANGUL.search(english), (korean, english)
        assert not HANGUL.search(english), english
    nouns = [noun for leaf in spec.leaves for noun in leaf.nouns]
    assert sum(bool(HANGUL.search(korean)) for korean, _ in nouns) > 0.95 * len(nouns)
    assert not any(HANGUL.search(english) for _, english in nouns)


@pytest.mark.parametrize("spec", WORLDS.values(), ids=lambda s: s.name)
def test_what_is_sold_has_a_price_in_every_category_or_in_none(spec):
    priced = [leaf.price > 0 for leaf in spec.leaves]
    assert all(priced) or not any(priced)
    assert all(style.price_factor > 0 for style in spec.styles)


def test_the_words_of_a_world_that_nobody_wrote():
    with pytest.raises(FileNotFoundError):
        Spec.read("opera", lambda dice, at, columns: {})


@pytest.mark.parametrize(
    ("text", "parted"),
    [("", (("", ""),)), ("a", (("a", ""),)), ("a=b=c", (("a", "b=c"),)), (" a=b ", (("a", "b"),))],
)
def test_pairs_that_are_half_written_show_in_the_checks_above(text, parted):
    assert pairs(text) == parted
