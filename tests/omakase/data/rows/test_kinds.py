"""Words for kinds of events."""

import pytest

from omakase.data.rows.kinds import (
    KIND_ALIASES,
    KIND_MEANINGS,
    OURS,
    kind_in_name,
    known_kind,
)
from omakase.data.weighting import DEFAULT_KINDS


def test_every_word_stands_for_a_kind_that_is_weighed():
    assert set(KIND_ALIASES.values()) | set(KIND_MEANINGS.values()) <= set(DEFAULT_KINDS)
    assert set(OURS) <= set(DEFAULT_KINDS)


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("view_item", "view"),
        ("addtocart", "cart"),
        ("clicks", "click"),
        ("장바구니", "cart"),
        ("remove_from_cart", "remove_from_cart"),
        ("refunded", "refund"),
        ("tv", None),
    ],
)
def test_known_kind_of_words(word, kind):
    assert known_kind(word) == kind


@pytest.mark.parametrize(
    ("stem", "kind"),
    [
        ("purchases", "purchase"),
        ("2024-orders", "purchase"),
        ("shop_views", "view"),
        ("주문내역 2024", "purchase"),
        ("events", None),
        ("views_and_orders", None),
    ],
)
def test_kind_in_name_takes_one_kind_only(stem, kind):
    assert kind_in_name(stem) == kind
