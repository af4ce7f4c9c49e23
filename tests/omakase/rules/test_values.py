"""Operations on columns, each against the same thing said row by row."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.rules import values
from omakase.rules.columns import Flags, Numbers, word_lists_of, words_of

WORDS = ["a", None, "b", "ab"]
OTHERS = ["a", "b", "c", None]
LISTS = [["a", "b"], [], ["c"], ["ab"]]


def test_numbers_that_are_missing_equal_nothing():
    column = Numbers(np.asarray([1.0, np.nan]))
    assert values.equal(column, column, 2).tolist() == [True, False]
    assert values.equal(column, 1.0, 2).tolist() == [True, False]


def test_words_of_two_columns():
    left, right = words_of(WORDS), words_of(OTHERS)
    assert values.equal(left, right, 4).tolist() == [True, False, False, False]
    assert values.equal("b", left, 4).tolist() == [False, False, True, False]


def test_flags_that_are_unknown_are_neither():
    unknown = Flags(np.asarray([True, False]), np.asarray([True, False]))
    assert values.equal(unknown, False, 2).tolist() == [False, False]
    assert values.truth(unknown, 2).tolist() == [True, False]


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [
        ("a", word_lists_of(LISTS), [True, False, False, False]),
        (words_of(WORDS), word_lists_of(LISTS), [True, False, False, True]),
        (words_of(WORDS), ("b", "ab"), [False, False, True, True]),
        ("b", words_of(WORDS), [False, False, True, True]),
        (words_of(WORDS), words_of(["xa", "b", "c", None]), [True, False, False, False]),
        ("a", ("a",), [True] * 4),
        (None, word_lists_of(LISTS), [False] * 4),
        (words_of(WORDS), None, [False] * 4),
    ],
)
def test_membership(part, whole, expected):
    assert values.contains(part, whole, 4).tolist() == expected


def test_numbers_in_a_list():
    column = Numbers(np.asarray([1.0, np.nan, 3.0]))
    assert values.contains(column, (3.0, 1.0), 3).tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (word_lists_of(LISTS), ("b", "c"), [True, False, True, False]),
        (("b", "c"), word_lists_of(LISTS), [True, False, True, False]),
        (word_lists_of(LISTS), word_lists_of([["b"], ["b"], [], ["ab", "q"]]), [1, 0, 0, 1]),
        (("a",), ("b", "a"), [True] * 4),
        (word_lists_of(LISTS), None, [False] * 4),
    ],
)
def test_overlap(left, right, expected):
    assert values.overlap(left, right, 4).tolist() == [bool(each) for each in expected]


def test_missing_is_found_in_every_kind():
    assert values.missing(words_of(WORDS), 4).tolist() == [False, True, False, False]
    assert values.missing(word_lists_of(LISTS), 4).tolist() == [False, True, False, False]
    assert values.missing(None, 2).tolist() == [True, True]
    assert values.missing(Numbers(np.asarray([np.nan])), 1).tolist() == [True]


@pytest.mark.parametrize(
    ("fact", "taken"),
    [
        (["a", 2, None], ("a", "2")),
        ({"a"}, ("a",)),
        ((), ()),
        (True, True),
        (0, 0),
        ("x", "x"),
        ({"a": 1}, None),
        (b"x", None),
        (object(), None),
    ],
)
def test_a_fact_is_what_a_rule_can_use_of_it(fact, taken):
    assert values.single(fact) == taken


@pytest.mark.parametrize(
    ("value", "number"), [(3, 3.0), (True, 1.0), ("2.5", 2.5), (" 7 ", 7.0), (-0.5, -0.5)]
)
def test_what_writes_a_number_is_one(value, number):
    assert values.numbers(value).tolist() == [number]


@pytest.mark.parametrize("value", [None, "x", "", (), ("1",), "nan"])
def test_what_writes_none_is_missing(value):
    assert np.isnan(values.numbers(value)).tolist() == [True]


names = st.lists(st.none() | st.sampled_from(["a", "b", "ab", "김", ""]), min_size=4, max_size=4)
lists = st.lists(
    st.lists(st.sampled_from(["a", "b", "ab", "김", ""]), max_size=3), min_size=4, max_size=4
)


@given(names, names)
def test_columns_of_texts_by_loops(left, right):
    pairs = list(zip(left, right, strict=True))
    mine, theirs = words_of(left), words_of(right)
    same = [a is not None and a == b for a, b in pairs]
    assert values.equal(mine, theirs, 4).tolist() == same
    within = [a is not None and b is not None and a in b for a, b in pairs]
    assert values.contains(mine, theirs, 4).tolist() == within


@given(names, lists, lists)
def test_columns_of_lists_by_loops(asked, left, right):
    mine, theirs = word_lists_of(left), word_lists_of(right)
    shared = [bool(set(a) & set(b)) for a, b in zip(left, right, strict=True)]
    assert values.overlap(mine, theirs, 4).tolist() == shared
    held = [word is not None and word in each for word, each in zip(asked, left, strict=True)]
    assert values.contains(words_of(asked), mine, 4).tolist() == held
    rows = np.asarray([3, 0, 3, 1], np.int32)
    taken = values.overlap(mine.take_rows(rows), theirs.take_rows(rows), 4)
    assert taken.tolist() == [shared[row] for row in rows]
