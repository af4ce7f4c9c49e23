"""Wide & Deep as a head: what it remembers, what it generalises, and what it has never seen."""

from dataclasses import replace

import numpy as np
import pytest

from omakase.features.codes import HISTORY, WORDS
from omakase.stacking.examples import StackExamples
from omakase.stacking.wide_deep import (
    CROSSES,
    FIELDS,
    TEXT,
    WideDeepStack,
    WideDeepStackConfig,
    _cross,
    _number_keys,
    _often,
)

SMALL = {"batch": 8, "item_width": 4, "text_width": 4, "hidden": (8,)}
Q, C = 120, 6


def fit(told: StackExamples, **knobs) -> WideDeepStack:
    return WideDeepStack.fit(
        told, WideDeepStackConfig(**{**SMALL, **knobs}), rng=np.random.default_rng(0)
    )


def world(right) -> StackExamples:
    """Two ages, four categories, features of noise; `right` (Q, C) of ages and categories."""
    rng = np.random.default_rng(1)
    ages = rng.integers(1, 3, (Q, 1)).astype(np.int32)
    categories = np.stack([rng.permutation(C) % 4 + 1 for _ in range(Q)]).astype(np.int32)
    codes = {
        "item.row": categories.copy(),
        "item.category": categories,
        "user.age": ages,
        "user.history": np.zeros((Q, HISTORY), np.int32),
        "ask.words": np.zeros((Q, WORDS), np.int32),
    }
    noise = rng.standard_normal((Q, C, 2)).astype(np.float32)
    known = np.ones((Q, C), dtype=bool)
    return StackExamples(
        ("ease.score", "user.events"), noise, right(ages, categories), known, codes
    )


@pytest.fixture(scope="module")
def matched() -> StackExamples:
    """The young take up category 1, the old category 2: neither alone tells anything."""
    return world(lambda ages, categories: categories == ages)


def share(head: WideDeepStack, told: StackExamples) -> float:
    scores = head.score(told.features, told.codes)
    return float(told.right[np.arange(len(told)), scores.argmax(axis=1)].mean())


def test_a_cross_is_remembered(matched):
    head = fit(matched, learning_rate=0.03)
    assert share(head, matched) > 0.95
    other = {**matched.codes, "user.age": 3 - matched.codes["user.age"]}
    turned = replace(matched, codes=other)
    assert share(head, turned) < 0.05


def test_without_codes_the_features_alone_speak(matched):
    head = fit(matched, epochs=1)
    bare = head.score(matched.features)
    zeros = {name: np.zeros_like(each) for name, each in matched.codes.items()}
    np.testing.assert_array_equal(bare, head.score(matched.features, zeros))


def test_what_was_never_seen_counts_as_nothing(matched):
    head = fit(matched, epochs=1)
    strange = {name: np.full_like(each, 999) for name, each in matched.codes.items()}
    np.testing.assert_array_equal(
        head.score(matched.features), head.score(matched.features, strange)
    )


def test_words_of_a_search_find_their_category():
    told = world(lambda ages, categories: categories == ages)
    words = np.zeros((Q, WORDS), np.int32)
    words[:, :4] = told.codes["user.age"] + 70
    asked = {n: c for n, c in told.codes.items() if n != "user.age"} | {"ask.words": words}
    searched = replace(told, codes=asked)
    head = fit(searched, learning_rate=0.02, epochs=40, dropout=0.0, hidden=(32,))
    assert share(head, searched) > 0.8
    assert head.known[TEXT].tolist() == [71, 72]


def test_people_with_the_same_history_are_alike():
    told = world(lambda ages, categories: categories == ages)
    history = np.zeros((Q, HISTORY), np.int32)
    history[:, -1] = told.codes["user.age"][:, 0]
    asked = {n: c for n, c in told.codes.items() if n != "user.age"} | {"user.history": history}
    walked = replace(told, codes=asked)
    head = fit(walked, learning_rate=0.02, epochs=40, dropout=0.0, hidden=(32,))
    assert share(head, walked) > 0.8


def test_what_is_rare_is_not_remembered(matched):
    codes = {**matched.codes, "item.row": matched.codes["item.row"].copy()}
    codes["item.row"][:4, 0] = 77
    told = replace(matched, codes=codes)
    assert 77 not in fit(told, least=5, epochs=1).known["item.row"]
    assert 77 in fit(told, least=4, epochs=1).known["item.row"]


def test_often_counts_lists_not_places():
    keys = np.asarray([[5, 5, 5], [7, 0, 5], [7, 9, 0]], np.int64)
    assert _often(keys, 2).tolist() == [5, 7]
    assert _often(keys, 1).tolist() == [5, 7, 9]
    assert _often(keys, 3).tolist() == []
    assert _often(keys[:0], 1).tolist() == []


def test_a_cross_is_one_number_for_two_codes():
    codes = {
        "user.age": np.asarray([[1], [0]]),
        "item.category": np.asarray([[1, 2, 0], [1, 2, 3]]),
    }
    found = _cross(("user.age", "item.category"), codes, (2, 3))
    assert found.tolist() == [[2**31 + 1, 2**31 + 2, 0], [0, 0, 0]]
    turned = _cross(("item.category", "user.age"), codes, (2, 3))
    assert turned[0, 1] == 2 * 2**31 + 1


def test_the_largest_codes_do_not_run_over():
    most = np.full((1, 1), 2**31 - 1, np.int32)
    found = _cross(("a", "b"), {"a": most, "b": most}, (1, 1))
    assert found[0, 0] == 2**62 - 1


def test_numbers_begin_at_one_and_strangers_are_none():
    known = np.asarray([3, 8], np.int64)
    assert _number_keys(known, np.asarray([[8, 3, 4, 0, 99]])).tolist() == [[2, 1, 0, 0, 0]]
    assert _number_keys(known[:0], np.asarray([[8]])).tolist() == [[0]]


def test_served_is_what_was_trained(matched):
    """The graph answers lists of any number and length."""
    head = fit(matched, epochs=2)
    whole = head.score(matched.features, matched.codes)
    some = matched.chosen(np.asarray([3]))
    np.testing.assert_allclose(head.score(some.features, some.codes)[0], whole[3], atol=1e-5)
    short = {n: c[:, :2] if n.startswith("item.") else c for n, c in matched.codes.items()}
    np.testing.assert_allclose(head.score(matched.features[:, :2], short), whole[:, :2], atol=1e-5)


def test_shown_and_not_chosen_are_at_most_two_for_each_chosen(matched):
    few = matched.balanced(2, np.random.default_rng(0))
    wrong = (few.known & ~few.right).sum(axis=1)
    assert (wrong <= 2 * few.right.sum(axis=1)).all()
    assert wrong.max() == 2 * few.right.sum(axis=1).max() or wrong.max() >= 2
    assert (few.known | ~few.right).all()
    assert share(fit(matched, negatives_a_positive=2, learning_rate=0.03), matched) > 0.9


def test_the_widths_are_those_of_what_has_a_vector():
    assert tuple(WideDeepStackConfig().widths) == (*FIELDS, TEXT)
    assert WideDeepStackConfig().widths == {
        "item.row": 64,
        "item.brand": 16,
        "item.category": 16,
        "ask.words": 128,
    }


def test_the_crosses_are_those_of_people_places_times_and_pairs():
    assert {"age_category", "place_district", "time_category", "user_item"} <= set(CROSSES)
    assert max(map(len, CROSSES.values())) == 2  # two codes fill a number
