"""The comparison of tokenisers, on texts for the eye."""

import numpy as np
from benchmarks import korean_text

from omakase.synthetic import make
from omakase.text.morphemes import Morphemes
from omakase.text.words import words

TEXTS = ["김치찌개가 좋은 집", "김치찌개를 파는 집", "냉면을 파는 가게", "냉면이 좋은 가게"] * 3


def test_a_text_is_not_its_own_neighbour():
    near = korean_text.nearest(TEXTS, words)
    assert near.shape == (12, 10)
    assert not (near == np.arange(12)[:, None]).any()


def test_morphemes_see_through_particles():
    """After the copies of itself, the nearest to one about 김치찌개 is the other about it."""
    near = korean_text.nearest(TEXTS, Morphemes())
    assert {int(row) % 4 for row in near[0, 2:5]} == {1}


def test_both_measures_are_compared_with_an_interval():
    world = make("restaurants", users=1, items=60, events=1)
    perfect = np.stack([np.roll(np.arange(60), -n)[:60] for n in range(1, 11)], axis=1)
    rows = korean_text.compared(world, {"words": perfect, "morphemes": perfect}, 0)
    assert [(row["alike by"], row["text by"]) for row in rows] == [
        ("kind", "words"),
        ("kind", "morphemes"),
        ("kind and style", "words"),
        ("kind and style", "morphemes"),
    ]
    assert rows[1]["over words"] == [0, 0] and rows[0]["over words"] is None
    assert korean_text.verdict(rows).endswith("0 of 2 comparisons.")
