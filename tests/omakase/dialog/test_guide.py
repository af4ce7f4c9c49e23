"""The guide to a catalog."""

import pytest

from omakase.dialog.guide import kilometres


def test_kilometres_of_a_degree_of_latitude():
    assert kilometres((37.0, 127.0), (38.0, 127.0)) == pytest.approx(111.195, abs=0.01)


def test_guide_knows_its_items_and_how_far_they_are(guide):
    item = guide.item("a", reason="because")
    assert (item.title, item.price, item.reason) == ("할매 김치찌개", 9000.0, "because")
    assert guide.item("zz") is None
    assert guide.shown("a", (37.57, 127.0)).distance == 0.0
    assert guide.shown("f", (37.57, 127.0)).distance is None
