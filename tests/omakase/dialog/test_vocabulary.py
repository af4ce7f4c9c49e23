"""What people mean by words that no catalog has."""

import numpy as np
import pytest

from omakase.dialog.vocabulary import Alias, WordUse, learn_aliases, merged

STEW, SOUP, KOREAN = ("category", "Stew"), ("category", "Soup"), ("category", "Korean")


def talks(word: str, attributes: set, worth: float, people: int, prefix: str = "p") -> list:
    return [
        WordUse(f"{prefix}{n}", frozenset({word}), frozenset(attributes), worth)
        for n in range(people)
    ]


def test_learn_aliases_of_content_people_is_the_rarest_meaning_of_their_choices():
    uses = talks("bubbly", {STEW, KOREAN}, 1.0, 8) + talks("warm", {SOUP, KOREAN}, 1.0, 8)
    assert learn_aliases(uses) == [
        Alias("bubbly", "category", "Stew"),
        Alias("warm", "category", "Soup"),
    ]


@pytest.mark.parametrize(("people", "is_learnt"), [(2, False), (8, True)])
def test_learn_aliases_of_a_word_needs_several_people(people, is_learnt):
    others = talks("warm", {SOUP}, 1.0, 30, "other")
    uses = [use for _ in range(4) for use in talks("bubbly", {STEW}, 1.0, people)] + others
    assert (Alias("bubbly", "category", "Stew") in learn_aliases(uses)) is is_learnt


def test_learn_aliases_of_discontent_people_is_nothing():
    uses = talks("bubbly", {STEW}, -1.0, 30) + talks("warm", {SOUP}, 1.0, 30)
    assert [alias.word for alias in learn_aliases(uses)] == ["warm"]


def test_learn_aliases_of_a_word_said_with_everything_is_nothing():
    uses = [
        use
        for kind in (STEW, SOUP)
        for use in talks("please", {kind, KOREAN}, 1.0, 20, prefix=kind[1])
    ]
    assert learn_aliases(uses) == []


def test_learn_aliases_by_random_satisfaction_is_seldom_anything():
    learnt = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        uses = [
            WordUse(f"p{n}", frozenset({f"w{n % 5}"}), frozenset({("category", f"c{n % 5}")}), w)
            for n, w in enumerate((rng.integers(1, 6, 60) - 3) / 2)
        ]
        learnt += len(learn_aliases(uses))
    assert learnt <= 0.02 * 60 * 5


def test_merged_vocabulary_keeps_the_later_meaning():
    old, new = Alias("warm", "category", "Soup"), Alias("warm", "category", "Stew")
    kept = Alias("bubbly", "category", "Stew")
    assert merged([old, kept], [new]) == (kept, new)
