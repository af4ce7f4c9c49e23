"""Word lists."""

import pytest

from omakase.worlds import WORLDS
from omakase.worlds.spec import pairs
from omakase.worlds.words import GAP

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
