"""Endings, stems, likeness."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.dialog.letters import (
    composed,
    language_of,
    likeness,
    squeezed,
    stem,
    trigrams,
    without_particles,
)

SYLLABLES = st.text("가나다라마바사아자차카타파하찌개국밥", max_size=8)
ANY_TEXT = st.text(max_size=12)


def test_letters_strip_endings_and_keep_roots():
    assert without_particles("식당에서는")[-1] == "식당"
    assert without_particles("비빔밥집에")[-1] == "비빔밥"
    assert {stem(word) for word in ("run", "running", "runs")} == {"run"}
    assert stem("glass") == "glass"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("파스타", "ko"),
        ("pasta 추천", "ko"),
        ("pasta", "en"),
        ("", "en"),
        ("12,000", "en"),
        ("ㅋㅋ", "en"),
        ("🍜", "en"),
        ("寿司", "en"),
        ("مرحبا", "en"),
        (unicodedata.normalize("NFD", "파스타"), "ko"),
    ],
)
def test_language_of_text_is_korean_where_any_syllable_is(text, language):
    assert language_of(text) == language


@given(ANY_TEXT)
def test_language_of_text_is_the_same_however_its_syllables_are_written(text):
    assert language_of(unicodedata.normalize("NFD", text)) == language_of(
        unicodedata.normalize("NFC", text)
    )


def test_composed_syllables_are_one_sign_each():
    apart = unicodedata.normalize("NFD", "떡볶이 and café")
    assert len(apart) > len("떡볶이 and café")
    assert composed(apart) == "떡볶이 and café"


@given(ANY_TEXT)
def test_composed_text_stays_as_it_is_when_composed_again(text):
    assert composed(composed(text)) == composed(text)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("김치 찌개", "김치찌개"),
        ("Tea & Co.", "teaco"),
        ("snake_case_name", "snakecasename"),
        ("ＦＵＬＬ　ｗｉｄｔｈ", "fullwidth"),
        ("백반·비빔밥", "백반비빔밥"),
        ("½", "12"),
        ("①번", "1번"),
        ("Café", "café"),
        ("  ", ""),
        ("!?…", ""),
        ("👍 pizza 🍕", "pizza"),
        ("שלום, עולם", "שלוםעולם"),
        (unicodedata.normalize("NFD", "할매 집"), "할매집"),
    ],
)
def test_squeezed_text_has_neither_spaces_nor_signs(text, form):
    assert squeezed(text) == form


@given(st.text("abc가나다 _-.!·", max_size=15))
def test_squeezed_text_is_as_one_letter_after_the_other_says(text):
    assert squeezed(text) == "".join(letter for letter in text if letter.isalnum())


@given(st.text("abcXYZ가나다 _-.!", max_size=15))
def test_squeezed_twice_is_squeezed_once(text):
    assert squeezed(squeezed(text)) == squeezed(text)


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("새우를", ("새우를", "새우")),
        ("강남역에서", ("강남역에서", "강남역")),
        ("카페에서는요", ("카페에서는요", "카페에서는", "카페")),
        ("비빔밥집에", ("비빔밥집에", "비빔밥집", "비빔밥")),
        ("친구에게", ("친구에게", "친구")),
        ("국수이랑", ("국수이랑", "국수")),
        ("커피까지", ("커피까지", "커피")),
        ("김치찌개보다", ("김치찌개보다", "김치찌개")),
        ("pasta는", ("pasta는", "pasta")),
        ("파스타", ("파스타",)),
        ("나도", ("나도",)),
        ("집", ("집",)),
        ("", ("",)),
        ("pizza", ("pizza",)),
        ("15000", ("15000",)),
    ],
)
def test_without_particles_gives_the_word_and_its_shorter_forms(word, forms):
    assert without_particles(word) == forms


@given(SYLLABLES)
def test_without_particles_only_ever_cuts_the_end_and_keeps_two_letters(word):
    forms = without_particles(word)
    assert forms[0] == word
    assert 1 <= len(forms) <= 3
    for longer, shorter in pairwise(forms):
        assert longer.startswith(shorter) and len(shorter) < len(longer)
        assert len(shorter) >= 2


@given(st.text("abcdefghij", max_size=8))
def test_without_particles_leaves_an_english_word_alone(word):
    assert without_particles(word) == (word,)


@pytest.mark.parametrize(
    "group",
    [
        ("run", "running", "runs"),
        ("noodle", "noodles"),
        ("comedy", "comedies"),
        ("class", "classes"),
        ("box", "boxes"),
        ("hope", "hoped", "hoping", "hopes"),
        ("stop", "stopped", "stopping", "stops"),
        ("quick", "quickly"),
        ("fall", "falling", "falls"),
        ("kiss", "kissed", "kissing", "kisses"),
        ("happy", "happiness", "happily"),
        ("quiet", "quietly"),
        ("taste", "tasted", "tastes"),
    ],
    ids=lambda group: group[0],
)
def test_stem_is_one_for_all_forms_of_a_word(group):
    assert len({stem(word) for word in group}) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("pasta", "paste"), ("noodle", "needle"), ("glass", "gas"), ("bus", "bush")]
)
def test_stem_of_different_words_differs(one, other):
    assert stem(one) != stem(other)


@pytest.mark.parametrize("word", ["gas", "yes", "bus", "", "a", "glass", "boss", "찌개들s", "국밥"])
def test_stem_of_a_short_word_or_of_korean_is_the_word(word):
    assert stem(word) == word


@given(st.text("abcdeginrsty", max_size=12))
def test_stem_is_never_longer_and_keeps_the_beginning(word):
    cut = stem(word)
    assert len(cut) <= len(word)
    assert cut[:-1] == word[: len(cut) - 1 if cut else 0]
    assert len(cut) >= min(len(word), 3)


def test_trigrams_mark_both_ends():
    assert trigrams("tea") == {"^te", "tea", "ea$"}
    assert trigrams("a") == {"^a$"}
    assert trigrams("") == frozenset()


def test_trigrams_of_hangul_are_of_its_letters():
    assert trigrams("가") == {"^\u1100\u1161", "\u1100\u1161$"}
    assert trigrams(unicodedata.normalize("NFD", "떡볶이")) == trigrams("떡볶이")


@given(st.text("abc", max_size=10))
def test_trigrams_are_all_runs_of_three_of_the_marked_word(word):
    marked = f"^{word}$"
    runs = set()
    for start in range(len(marked)):
        if start + 3 <= len(marked):
            runs.add(marked[start] + marked[start + 1] + marked[start + 2])
    assert trigrams(word) == runs


@given(ANY_TEXT, ANY_TEXT)
def test_likeness_lies_between_nothing_and_one_and_has_no_order(one, other):
    first, second = trigrams(one), trigrams(other)
    assert 0 <= likeness(first, second) <= 1
    assert likeness(first, second) == likeness(second, first)
    if first:
        assert likeness(first, first) == 1


def test_likeness_is_dices_coefficient():
    first, second = frozenset("abcd"), frozenset("cdefgh")
    assert likeness(first, second) == 2 * 2 / (4 + 6)
    assert likeness(frozenset(), frozenset()) == 0
    assert likeness(first, frozenset()) == 0


@pytest.mark.parametrize(
    ("typed", "meant", "other"),
    [
        ("떡복이", "떡볶이", "떡국"),
        ("김치찌게", "김치찌개", "김치전골"),
        ("dongdaemn", "dongdaemun", "dongnae"),
        ("itaewn", "itaewon", "insadong"),
    ],
)
def test_likeness_of_a_slip_is_nearer_than_that_of_another_word(typed, meant, other):
    assert likeness(trigrams(typed), trigrams(meant)) > likeness(trigrams(typed), trigrams(other))
