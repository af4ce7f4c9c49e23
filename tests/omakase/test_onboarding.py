"""What to ask somebody new."""

from math import log2

import numpy as np
import polars as pl
import pytest

from omakase.artifacts.in_memory import InMemoryVersion
from omakase.conformance.toy_data import two_tribes
from omakase.models.ease import Ease, EaseConfig
from omakase.onboarding import (
    NOISE,
    InformationGain,
    category_questions,
    covariance,
    item_questions,
    telling_items,
    telling_words,
)

ROWS = np.arange(12, dtype=np.int32)
SURE = np.ones(12)


@pytest.fixture(scope="module")
def tribes() -> Ease:
    return Ease.fit(two_tribes(), EaseConfig(l2=1.0), rng=np.random.default_rng(0))


class Plain:
    """After each item, what a table says of the others."""

    def __init__(self, table):
        self.table = np.asarray(table, np.float32)

    def score(self, queries):
        return self.table[queries.history[:, 0]]


def test_items_that_lead_to_the_same_list_are_alike(tribes):
    spread = covariance(tribes, ROWS)
    assert np.allclose(spread, spread.T)
    same = (ROWS[:, None] % 2 == ROWS % 2) & ~np.eye(12, dtype=bool)
    other = ROWS[:, None] % 2 != ROWS % 2
    assert spread[same].min() > spread[other].max()


def test_the_second_question_is_about_what_the_first_left_open():
    # 0 and 1 lead to one list, 2 and 3 to lists of their own
    table = [[0, 0, 9, 0, 1], [0, 0, 9, 0, 1], [9, 0, 0, 1, 0], [0, 9, 0, 0, 4], [1, 1, 2, 0, 0]]
    first, second, *_ = telling_items(Plain(table), ROWS[:5], SURE[:5], 5)
    assert {first.what, second.what} != {0, 1}
    assert first.bits > second.bits


def test_each_is_the_best_of_all_beside_those_before(tribes):
    known = np.random.default_rng(1).uniform(0.1, 1, 12)
    asked = [telling.what for telling in telling_items(tribes, ROWS, known, 4)]
    spread, chosen = covariance(tribes, ROWS), []
    for _ in range(4):
        left = [row for row in range(12) if row not in chosen]
        bits = {row: known[row] * 0.5 * log2(1 + spread[row, row] / NOISE) for row in left}
        best = max(left, key=lambda row: bits[row])
        chosen.append(best)
        column = spread[:, best].copy()
        spread = spread - known[best] * np.outer(column, column) / (column[best] + NOISE)
    assert asked == chosen


def test_bits_of_certain_answers_add_up_to_all_information(tribes):
    """The chain rule: one after another tells what all together do."""
    found = telling_items(tribes, ROWS, SURE, 12)
    whole = 0.5 * np.linalg.slogdet(np.eye(12) + covariance(tribes, ROWS) / NOISE)[1] / np.log(2)
    assert sum(telling.bits for telling in found) == pytest.approx(whole)


def test_what_nobody_knows_is_asked_last(tribes):
    known = SURE.copy()
    known[[3, 8]] = 0
    found = telling_items(tribes, ROWS, known, 12)
    assert {telling.what for telling in found[-2:]} == {3, 8}
    assert [telling.bits for telling in found[-2:]] == [0, 0]


def test_what_was_answered_is_neither_asked_again_nor_asked_around(tribes):
    fresh = telling_items(tribes, ROWS, SURE, 12)
    first = fresh[0].what
    order = np.asarray([first, *(row for row in ROWS if row != first)], np.int32)
    after = telling_items(tribes, order, SURE, 12, answered=1)
    assert first not in {telling.what for telling in after}
    assert len(after) == 11
    assert after[0].bits < fresh[0].bits
    assert [t.bits for t in after] == pytest.approx([t.bits for t in fresh[1:]])


def test_nothing_to_ask():
    assert telling_items(Plain([[0.0]]), ROWS[:0], SURE[:0], 3) == []
    assert telling_items(Plain([[1.0]]), ROWS[:1], SURE[:1], 3) == [InformationGain(0, 0.0)]
    assert telling_items(Plain([[1.0]]), ROWS[:1], SURE[:1], 0) == []


def test_a_word_that_halves_all_choices_tells_most():
    holders = {"a": ROWS[:2], "b": ROWS[2:3], "c": ROWS[3:4], "": ROWS[4:5]}
    shares = np.asarray([0.25, 0.25, 0.125, 0.0, 0.375])
    found = telling_words(holders, shares, 5)
    assert [telling.what for telling in found] == ["a", "b"]
    assert found[0].bits == pytest.approx(1)
    assert found[1].bits == pytest.approx(-(0.125 * log2(0.125) + 0.875 * log2(0.875)))
    assert telling_words(holders, shares, 1) == found[:1]


@pytest.fixture(scope="module")
def parts(tribes):
    items = two_tribes().items.with_columns(category=pl.Series(["Even", "Odd"] * 6))
    popular = Plain([[0.3, 0.2, *[0.05] * 10]] * 12)
    return InMemoryVersion(items, {"ease": tribes, "popular": popular})


def test_items_are_named_by_their_ids(parts):
    ids = two_tribes().ids.items
    candidates = ["i05", "?", "i04", "i01", "i05"]
    found = item_questions(parts, "ease", ids, candidates, 9, answered=["i01", "none"])
    assert {key for key, _ in found} == {"i04", "i05"}
    assert found == item_questions(parts, "ease", ids, candidates, 2, answered=["i01"])
    first = item_questions(parts, "ease", ids, ["i05", "i02", "i00", "i07", "i09"], 1)
    assert first[0][0] == "i00"  # it was chosen six times as often
    assert item_questions(parts, "ease", ids, [], 3) == []


def test_categories_are_asked_about_by_what_was_chosen_of_them(parts):
    (first, bits), (second, same) = category_questions(parts, 5)
    assert {first, second} == {"Even", "Odd"}
    expected = -(0.55 * log2(0.55) + 0.45 * log2(0.45))
    assert (bits, same) == (pytest.approx(expected), pytest.approx(expected))
    assert category_questions(parts, 5, column="brand") == []


def test_a_path_is_asked_about_as_a_whole_and_in_parts():
    holders = {"Film > War": ROWS[:1], "Film > Love": ROWS[1:2]}
    words = {t.what: t.bits for t in telling_words(holders, np.asarray([0.25, 0.75]), 9)}
    assert set(words) == {"Film > War", "Film > Love", "War", "Love"}  # all choices are films
    assert len(set(words.values())) == 1
