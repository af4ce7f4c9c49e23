"""The assistant for rules."""

import re
from html import unescape

import pytest
from tests.omakase_service.console.test_pages import text_of

from omakase_service.chat.services.guides import forget_guide
from omakase_service.serving.placements import save_placement
from omakase_service.serving.selectors import placements
from omakase_settings import Placement

pytestmark = pytest.mark.django_db
ADDRESS = "/console/placements/words"
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


@pytest.fixture(autouse=True)
def fresh_guide():
    forget_guide()
    yield
    forget_guide()


def test_a_sentence_becomes_a_rule_that_is_looked_at_in_the_editor(trained, owner):
    save_placement(name="home", placement=Placement(filters=("item.price != 7",)))
    page = owner.get(ADDRESS, {"name": "home", "words": "Odd only"}).content.decode()
    form = page.split("<h3>Only these</h3>")[0].rpartition("<form")[2]
    fields = {name: unescape(value) for name, value in HIDDEN.findall(form)}
    assert fields["filters"] == 'item.price != 7\nitem.category in ["Odd"]'
    shown = text_of(owner.post("/console/placements/one", fields))
    assert "Item 3" in shown
    assert "message error" not in shown
    assert placements()["home"].filters == ("item.price != 7",)


def test_a_sentence_without_a_rule_says_what_may_be_named(trained, owner):
    assert "Nothing of it is a rule." in text_of(owner.get(ADDRESS, {"words": "hello"}))
