"""Korean particles and sentences."""

import numpy as np
import pytest

from omakase.synthetic.vocabulary import filled, joined, numbered, picked, with_particle


@pytest.mark.parametrize(
    ("word", "particle", "expected"),
    [
        ("김치", "을", "김치를"),
        ("국밥", "을", "국밥을"),
        ("떡", "이", "떡이"),
        ("파스타", "은", "파스타는"),
        ("라면", "과", "라면과"),
        ("서울", "으로", "서울로"),
        ("부산", "으로", "부산으로"),
        ("바다", "이나", "바다나"),
        ("SF", "이", "SF가"),
    ],
)
def test_particles(word, particle, expected):
    assert with_particle(word, particle) == expected


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
    assert picked(("a", "b"), np.asarray([1, 0])).to_list() == ["b", "a"]
    two = picked(("a", "b"), np.asarray([1, 0]))
    assert joined(two, two).to_list() == [["b", "b"], ["a", "a"]]
    assert numbered("U", np.asarray([7, 12345678])).to_list() == ["U00000007", "U12345678"]
