"""Segments: filters with a name, where they are used, and what is refused of them."""

import pytest
from tests.omakase_service.console.markup import (
    forms_of,
    messages_of,
    rows_of,
    tree_of,
    values_of,
)

from omakase_service.serving.placements import save_placement
from omakase_service.serving.segments import segments
from omakase_settings import Placement

pytestmark = pytest.mark.django_db
SEGMENTS = "/console/segments/"
FORM = {"name": "odd", "of": "items", "rule": 'item.category == "Odd"'}


def save(owner, **form: str):
    return owner.post(f"{SEGMENTS}save", FORM | form, follow=True)


def test_page_without_segments_says_so_and_offers_an_empty_form(trained, owner):
    page = tree_of(owner.get(SEGMENTS))
    assert "None in this list yet." in page.one("section", id="segments").text
    assert values_of(page.one("form", id="segment")) == {"name": "", "of": "items", "rule": ""}


def test_segment_is_saved_and_says_what_stands_for_it(trained, owner):
    page = save(owner)
    assert messages_of(page) == [("success", "@odd stands for this filter from now on.")]
    (row,) = rows_of(tree_of(page).one("section", id="segments"))
    assert (row["Name"], row["Filter"], row["Used at"]) == ("@odd", FORM["rule"], "–")
    assert row["How many"].startswith("6 Items")


def test_segment_of_people_is_counted_by_a_job(trained, owner):
    page = save(owner, name="known", of="users", rule='user.tier == ""')
    (row,) = rows_of(tree_of(page).one("section", id="segments"))
    assert row["How many"] == "being counted"
    (card,) = segments()
    assert (card.of, card.count) == ("users", None)


def test_segment_that_is_named_fills_the_form(trained, owner):
    save(owner)
    page = tree_of(owner.get(f"{SEGMENTS}?name=odd"))
    assert values_of(page.one("form", id="segment")) == FORM
    assert page.one("form", id="segment").one("h2").text == "Change @odd"


def test_name_that_is_no_segments_fills_nothing(trained, owner):
    page = tree_of(owner.get(f"{SEGMENTS}?name=nope"))
    assert page.one("form", id="segment").one("h2").text == "Name a filter"


def test_segment_is_changed_under_its_name(trained, owner):
    save(owner)
    save(owner, rule='item.category == "Even"')
    assert [(each.name, each.rule) for each in segments()] == [("odd", 'item.category == "Even"')]


@pytest.mark.parametrize(
    "name", ["", "Odd", "1odd", "odd one", "odd-one", "x" * 41, "홀수", "@odd"]
)
def test_segment_of_a_name_that_is_none_is_refused(trained, owner, name):
    assert messages_of(save(owner, name=name)) == [
        ("error", "Name the segment with small letters, digits and underscores.")
    ]
    assert segments() == []


@pytest.mark.parametrize("name", ["a", "odd_1", "x" * 40])
def test_segment_of_any_name_that_is_one_is_kept(trained, owner, name):
    save(owner, name=name)
    assert [each.name for each in segments()] == [name]


@pytest.mark.parametrize("of", ["", "events", "item"])
def test_segment_of_neither_items_nor_people_is_refused(trained, owner, of):
    assert messages_of(save(owner, of=of)) == [("error", "A segment is of items or of people.")]
    assert segments() == []


def test_segment_whose_filter_is_too_long_says_so_of_the_filter(trained, owner):
    rule = " or ".join(['item.category == "Odd"'] * 200)
    ((outcome, words),) = messages_of(save(owner, rule=rule))
    assert outcome == "error"
    assert "4000" in words
    assert "people" not in words
    assert segments() == []


@pytest.mark.parametrize("rule", ["", "item.categry == 3", "item.price <", "@nothing"])
def test_segment_of_a_filter_that_cannot_be_read_is_refused(trained, owner, rule):
    assert messages_of(save(owner, rule=rule))[0][0] == "error"
    assert segments() == []


def test_segment_that_a_placement_uses_cannot_be_deleted(trained, owner):
    save(owner)
    save_placement(name="home", placement=Placement(filters=("@odd",)))
    page = tree_of(owner.get(SEGMENTS))
    assert forms_of(page, f"{SEGMENTS}delete") == []
    assert rows_of(page.one("section", id="segments"))[0]["Used at"] == "home"
    refused = owner.post(f"{SEGMENTS}delete", {"name": "odd"}, follow=True)
    assert messages_of(refused)[0][0] == "error"
    assert [each.name for each in segments()] == ["odd"]


def test_segment_that_nothing_uses_is_deleted_by_a_button(trained, owner):
    save(owner)
    (form,) = forms_of(owner.get(SEGMENTS), f"{SEGMENTS}delete")
    page = owner.post(f"{SEGMENTS}delete", form, follow=True)
    assert messages_of(page) == [("success", "@odd is forgotten.")]
    assert segments() == []


def test_segment_that_there_is_not_is_not_deleted(trained, owner):
    page = owner.post(f"{SEGMENTS}delete", {"name": "nope"}, follow=True)
    assert messages_of(page)[0][0] == "error"


def test_segments_are_shown_to_who_may_not_change_them(trained, owner, member):
    save(owner)
    page = tree_of(member("see").get(SEGMENTS))
    assert rows_of(page.one("section", id="segments"))[0]["Name"] == "@odd"
    assert forms_of(page, f"{SEGMENTS}save") == forms_of(page, f"{SEGMENTS}delete") == []
