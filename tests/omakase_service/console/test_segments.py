"""The page of segments."""

import pytest
from tests.omakase_service.console.test_pages import text_of

from omakase_service.serving.placements import save_placement
from omakase_service.serving.segments import segments
from omakase_settings import Placement

pytestmark = pytest.mark.django_db
FORM = {"name": "odd", "of": "items", "rule": 'item.category == "Odd"'}


def test_a_segment_is_named_and_shows_how_many_and_where(trained, owner):
    owner.post("/console/segments/save", FORM)
    save_placement(name="home", placement=Placement(filters=("@odd",)))
    text = text_of(owner.get("/console/segments/"))
    assert "@odd" in text
    assert "6 Items" in text
    assert "home" in text
    assert "@odd" in text_of(owner.get("/console/placements/one?name=home"))


@pytest.mark.parametrize(("field", "value"), [("name", "Odd 1"), ("of", "x"), ("rule", "item.x")])
def test_a_segment_that_makes_no_sense_is_refused_with_words(trained, owner, field, value):
    page = owner.post("/console/segments/save", FORM | {field: value}, follow=True)
    assert b"message error" in page.content
    assert segments() == []


def test_a_segment_is_forgotten(trained, owner):
    owner.post("/console/segments/save", FORM)
    owner.post("/console/segments/delete", {"name": "odd"})
    assert segments() == []
