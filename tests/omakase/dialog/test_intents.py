"""Intents by a linear model."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.dialog.intents import INTENTS, LIST_INTENTS, letters, train_intents
from omakase.dialog.training import own_messages


def test_train_intents_ranks_all_with_probabilities():
    model = train_intents(
        ["hello there", "hi there", "bye now", "goodbye"], ["in", "in", "out", "out"]
    )
    ranked = model.ranked("hello")
    assert ranked[0][0] == "in"
    assert abs(sum(chance for _, chance in ranked) - 1) < 1e-9


def test_letters_take_numbers_for_one():
    assert letters("under 20") == letters("UNDER  3,500")


def test_own_examples_have_the_intents_that_the_service_knows():
    assert {message.intent for message in own_messages()} == set(INTENTS)


@pytest.mark.parametrize(
    ("text", "has", "has_not"),
    [
        (
            "Hello there",
            {"w=hello", "w=there", "p=^ hello", "p=hello there", "p=there $"},
            {"w=Hello"},
        ),
        ("ab", {"<a", "ab", "b>", "<ab", "ab>", "<ab>"}, {"abc"}),
        ("under 3,500.50", {"w=0"}, {"w=3"}),
        ("a  b", {"p=a b"}, {"w="}),
        ("파스타", {"w=파스타", "<파", "스타>"}, set()),
    ],
)
def test_letters_are_words_pairs_and_runs_within_a_word(text, has, has_not):
    features = set(letters(text))
    assert has <= features
    assert not has_not & features


@given(st.text(max_size=30))
def test_letters_do_not_depend_on_spaces_around_a_message(text):
    assert letters(f"  {text}  ") == letters(text)


@given(st.text(st.characters(categories=["Ll", "Lu"], max_codepoint=127), max_size=30))
def test_letters_do_not_depend_on_capitals(text):
    assert letters(text.upper()) == letters(text.lower())


@given(st.text(max_size=40))
def test_ranked_intents_of_any_text_are_all_of_them_from_the_likeliest_on(text):
    model = train_intents(["a b", "c d", "e f"], ["one", "two", "three"], dimension=2**8)
    ranked = model.ranked(text)
    assert {name for name, _ in ranked} == {"one", "two", "three"}
    chances = [chance for _, chance in ranked]
    assert chances == sorted(chances, reverse=True)
    assert sum(chances) == pytest.approx(1)


def test_train_intents_of_nothing_is_refused():
    with pytest.raises(ValueError, match="there is nothing to train on"):
        train_intents([], [])


def test_list_intents_are_intents_that_the_service_knows():
    assert set(LIST_INTENTS) < set(INTENTS)
