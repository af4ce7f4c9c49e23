"""Lists by the ids of their items, against loops over the definitions."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.evaluate.list_judge import ListJudge

LABELS = {"a": ["x", "y"], "b": ["x"], "c": ["y", "z", "z"], "d": [], "e": ["w"]}
TAKEN = {"a": 8, "b": 4, "c": 4}


def judge(taken=TAKEN, n_items=5) -> ListJudge:
    return ListJudge(taken, n_items, lambda ids: {key: LABELS[key] for key in ids if key in LABELS})


def likeness(one: str, other: str) -> float:
    left, right = set(LABELS[one]), set(LABELS[other])
    return len(left & right) / (len(left) * len(right)) ** 0.5


def diversity(items: list[str]) -> float | None:
    pairs = list(combinations([key for key in items if LABELS.get(key)], 2))
    return float(np.mean([1 - likeness(*pair) for pair in pairs])) if pairs else None


@given(st.lists(st.lists(st.sampled_from([*LABELS, "unknown"]), unique=True), max_size=6))
def test_judge_diversity_equals_loops_over_pairs_of_labelled_items(lists):
    for items, worth in zip(lists, judge().judge(lists), strict=True):
        assert worth.diversity == pytest.approx(diversity(items), abs=1e-9)


def test_judge_surprise_is_bits_of_the_share_of_all_events():
    (worth,) = judge().judge([["a", "b", "e"]])
    # 8, 4 and half an event of 16
    assert worth.bits == pytest.approx(1 + 2 + 5)


def test_judge_item_is_of_the_long_tail_where_a_fifth_of_the_catalog_is_taken_more():
    (worth,) = judge().judge([["a", "b", "c", "d"]])
    assert worth.in_tail == 3  # all but a
    assert judge().unexpectedness(["a", "b", "c", "d"]) == [0, 0.2, 0.2, 0.6]


def test_judge_asks_for_the_labels_of_each_item_once():
    asked: list[str] = []

    def labels_of(ids):
        asked.extend(ids)
        return {key: LABELS[key] for key in ids}

    one = ListJudge(TAKEN, 5, labels_of)
    first, second = one.judge([["a", "b"], ["b", "a"]]), one.judge([["b", "c"], ["a", "b"]])
    assert asked == ["a", "b", "c"] and first[0] == first[1] == second[1]


def test_judge_without_events_knows_no_popularity():
    one = judge(taken={})
    assert not one.knows_popularity and judge().knows_popularity
    assert one.judge([["a"], []])[1] == (None, 0.0, 0)
