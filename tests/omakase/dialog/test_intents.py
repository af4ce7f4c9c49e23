"""Intents by a linear model."""

from omakase.dialog.intents import INTENTS, letters, train_intents
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
