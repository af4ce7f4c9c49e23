"""What people mean by words that no catalog has."""

from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.dialog.vocabulary import (
    LEAST_PEOPLE,
    PURITY,
    SURE,
    Alias,
    Support,
    WordUse,
    learn_aliases,
    merged,
)

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


KINDS = ("category", "brand", "district", "tag")
USES = st.lists(
    st.builds(
        WordUse,
        st.sampled_from([f"p{n}" for n in range(6)]),
        st.frozensets(st.sampled_from(["word", "other"]), max_size=2),
        st.frozensets(st.sampled_from([STEW, SOUP, KOREAN, ("tag", "Stew")]), max_size=3),
        st.sampled_from([-1.0, -0.5, 0.5, 1.0]),
    ),
    max_size=40,
)


def by_hand(uses: list[WordUse], word: str, sizes: dict) -> tuple[str, str] | None:
    """What a word means, one sum after the other."""
    said = [use for use in uses if word in use.words]
    content = [use for use in said if use.worth > 0]
    if len({use.person for use in content}) < LEAST_PEOPLE:
        return None
    best = None
    for attribute in sorted({a for use in said for a in use.attributes}):
        share = sum(attribute in use.attributes for use in uses) / len(uses)
        terms = [use.worth * ((attribute in use.attributes) - share) for use in said]
        error = sqrt(sum(term * term for term in terms))
        chosen = sum(attribute in use.attributes for use in content)
        if not error or sum(terms) / error < SURE or chosen <= PURITY * len(content):
            continue
        rank = (round(sum(terms), 6), -sizes.get(attribute, 0), -KINDS.index(attribute[0]))
        if best is None or (rank, attribute) > best:
            best = (rank, attribute)
    return best[1] if best else None


@given(USES, st.dictionaries(st.sampled_from([STEW, SOUP, KOREAN]), st.integers(0, 9)))
def test_learn_aliases_are_those_that_sums_by_hand_are_sure_of(uses, sizes):
    expected = []
    for word in ("other", "word"):
        meaning = by_hand(uses, word, sizes)
        if meaning:
            expected.append(Alias(word, *meaning))
    assert learn_aliases(uses, sizes) == expected


@given(USES, st.randoms())
def test_learn_aliases_do_not_depend_on_the_order_of_the_talks(uses, random):
    shuffled = list(uses)
    random.shuffle(shuffled)
    assert learn_aliases(shuffled) == learn_aliases(uses)


def test_learn_aliases_of_nothing_are_none():
    assert learn_aliases([]) == []
    assert learn_aliases([WordUse("p", frozenset(), frozenset({STEW}), 1.0)] * 9) == []
    assert learn_aliases([WordUse("p", frozenset({"w"}), frozenset(), 1.0)] * 9) == []


def test_learn_aliases_of_equal_meanings_is_the_one_with_the_fewest_items():
    both = talks("bubbly", {STEW, KOREAN}, 1.0, 8) + talks("warm", {SOUP}, 1.0, 8)
    assert learn_aliases(both, {STEW: 3, KOREAN: 90})[0] == Alias("bubbly", "category", "Stew")
    assert learn_aliases(both, {STEW: 90, KOREAN: 3})[0] == Alias("bubbly", "category", "Korean")


@pytest.mark.parametrize("kind", ["brand", "district", "tag"])
def test_learn_aliases_of_equal_meanings_prefers_a_category(kind):
    uses = talks("bubbly", {STEW, (kind, "Zed")}, 1.0, 8) + talks("warm", {SOUP}, 1.0, 8)
    assert learn_aliases(uses)[0] == Alias("bubbly", "category", "Stew")


def test_support_deviation_is_the_sum_over_its_own_error():
    assert Support().deviation == 0
    assert Support(total=3.0, squares=4.0).deviation == 1.5
    assert Support(total=-3.0, squares=9.0).deviation == -1


@given(st.lists(st.builds(Alias, st.sampled_from("abc"), st.just("brand"), st.sampled_from("xyz"))))
def test_merged_vocabulary_has_each_word_once_in_order_and_by_its_last_meaning(aliases):
    by_word = {}
    for alias in aliases:
        by_word[alias.word] = alias.name
    found = merged(aliases[:2], aliases[2:])
    assert [alias.word for alias in found] == sorted(by_word)
    assert {alias.word: alias.name for alias in found} == by_word
