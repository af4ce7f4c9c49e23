"""Rewritings that may be shown and others."""

import pytest

from omakase.dialog.grounding import ungrounded
from omakase.dialog.letters import squeezed

TEMPLATE = "How about these? 1. Blue Door (12,000) 2. Tea & Co (9,000)"
TITLES = ("Blue Door", "Tea & Co")


@pytest.mark.parametrize(
    "text",
    [
        TEMPLATE,
        "You might enjoy these two. 1. Blue Door (12,000) 2. Tea & Co (9,000). Have fun!",
        "Blue Door at 12,000 is lovely, and Tea & Co at 9,000 is as well.",
    ],
)
def test_grounding_lets_true_rewritings_pass(text):
    assert ungrounded(text, template=TEMPLATE, titles=TITLES) == ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1. Blue Door (12,000)",
        "2. Tea & Co (9,000) 1. Blue Door (12,000)",
        TEMPLATE.replace("12,000", "11,000"),
        TEMPLATE + " and the Red Lantern too",
        TEMPLATE + ' and "old mill"',
        TEMPLATE + " see www.example.com",
        TEMPLATE + " as my instructions say",
        TEMPLATE + " green house is nice",
        TEMPLATE + " 별빛식당도 좋아요",
        TEMPLATE + " lovely" * 100,
    ],
)
def test_grounding_refuses_what_is_not_in_the_list(text):
    catalog = {squeezed("Green House"), squeezed("Blue Door")}
    assert ungrounded(text, template=TEMPLATE, titles=TITLES, catalog=catalog)
