"""Words with one letter wrong."""

import pytest

from omakase.dialog.misspelling import is_slip


@pytest.mark.parametrize(
    ("word", "right"),
    [("dinnr", "dinner"), ("dinnner", "dinner"), ("dinenr", "dinner"), ("dinmer", "dinner"),
     ("저뇩", "저녁"), ("을찌로", "을지로")],
)  # fmt: skip
def test_is_slip_one_letter_wrong_is_true(word, right):
    assert is_slip(word, right)


@pytest.mark.parametrize(
    ("word", "right"),
    [("dinner", "dinner"), ("winner", "dinner"), ("dinr", "dinner"), ("dance", "dinner"),
     ("점심", "저녁"), ("저녁에", "저녁"), ("", "저녁")],
)  # fmt: skip
def test_is_slip_the_word_itself_or_another_is_false(word, right):
    assert not is_slip(word, right)
