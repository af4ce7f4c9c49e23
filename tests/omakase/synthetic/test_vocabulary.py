"""Korean particles and sentences."""

import numpy as np

from omakase.synthetic.vocabulary import filled, join_lists, numbered, pick_words


def test_gaps_are_filled_row_by_row():
    slots = {
        "noun": (("국밥", "김치"), np.asarray([0, 1, 1])),
        "place": (("종로",), np.asarray([0, 0, 0])),
    }
    found = filled(("{place}의 {noun:을}!", "{noun}{noun}"), np.asarray([0, 1, 0]), slots)
    assert found.to_list() == ["종로의 국밥을!", "김치김치", "종로의 김치를!"]


def test_no_rows_no_sentences():
    assert filled(("a",), np.asarray([], np.int64), {}).to_list() == []


def test_words_lists_and_ids():
    assert pick_words(("a", "b"), np.asarray([1, 0])).to_list() == ["b", "a"]
    two = pick_words(("a", "b"), np.asarray([1, 0]))
    assert join_lists(two, two).to_list() == [["b", "b"], ["a", "a"]]
    assert numbered("U", np.asarray([7, 12345678])).to_list() == ["U00000007", "U12345678"]
