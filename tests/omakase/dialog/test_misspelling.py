"""Words with one letter wrong."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def edits(word: str, alphabet: str) -> set[str]:
    """All words that one missing, further, other or turned letter makes of a word."""
    found = set()
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        found |= {head + letter + tail for letter in alphabet}
        if tail:
            found.add(head + tail[1:])
            found |= {head + letter + tail[1:] for letter in alphabet}
        if len(tail) > 1:
            found.add(head + tail[1] + tail[0] + tail[2:])
    return found - {word}


LATIN = st.text("abc", min_size=5, max_size=8)


@given(LATIN, LATIN)
def test_is_slip_of_latin_words_is_one_edit_that_keeps_the_first_letter(word, right):
    is_one_edit = word in edits(right, "abc")
    assert is_slip(word, right) is (is_one_edit and word[0] == right[0])


@given(st.sampled_from(["dinner", "breakfast", "tomorrow", "evening"]), st.data())
def test_is_slip_of_every_edit_behind_the_first_letter_is_true(right, data):
    word = data.draw(st.sampled_from(sorted(edits(right, "aeinortz"))))
    assert is_slip(word, right) is (word[0] == right[0])


@given(st.text("가각간갈저녁점심", min_size=2, max_size=3), st.data())
def test_is_slip_of_hangul_is_one_edit_among_its_letters(right, data):
    word = data.draw(st.text("가각간갈저녁점심", min_size=len(right), max_size=len(right)))
    apart, whole = (unicodedata.normalize("NFD", text) for text in (word, right))
    is_one_edit = apart in edits(whole, "".join(set(apart + whole)))
    assert is_slip(word, right) is (is_one_edit and apart[0] == whole[0])


@pytest.mark.parametrize(
    ("word", "right"),
    [
        ("저녁", "저녁이"),
        ("저녁이", "저녁"),
        ("diner", "저녁"),
        ("저녁", "dinner"),
        ("noo", "noon"),
        ("nooo", "noon"),
        ("idnner", "dinner"),
        ("dinnerrr", "dinner"),
        ("dinnre s", "dinner"),
        ("", "dinner"),
    ],
)
def test_is_slip_of_another_script_length_or_beginning_is_false(word, right):
    assert not is_slip(word, right)


@given(LATIN)
def test_is_slip_of_a_word_and_itself_is_false(word):
    assert not is_slip(word, word)
