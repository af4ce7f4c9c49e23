"""Placements: their rules in the editor, and what a change would do before it is saved."""

import pytest
from tests.omakase_service.console.markup import (
    facts_of,
    forms_of,
    messages_of,
    section_of,
    tree_of,
    values_of,
)

from omakase_service.catalog.contracts import ItemIn
from omakase_service.catalog.services import upsert_items
from omakase_service.console.placement_form import FIELDS, fields_of
from omakase_service.console.views.placements import MOST_PEOPLE, MovedItem, PersonPreview
from omakase_service.serving.contracts import ListRequest
from omakase_service.serving.placements import save_placement
from omakase_service.serving.previews import preview_list
from omakase_service.serving.selectors import placements
from omakase_settings import Placement

pytestmark = pytest.mark.django_db
PLACEMENTS, ONE = "/console/placements/", "/console/placements/one"
EMPTY = fields_of(Placement())


def preview(owner, name: str = "home", *people: str, **fields: str):
    form = {"name": name, **EMPTY, **fields, "do": "preview", "person": list(people or ("u01",))}
    return owner.post(ONE, form)


def save(owner, name: str = "home", **fields: str):
    return owner.post(ONE, {"name": name, **EMPTY, **fields, "do": "save"}, follow=True)


def previews(page) -> list:
    return tree_of(page).one("div", id="preview").every("section")


def test_list_without_placements_says_so(owner):
    assert "There is no placement yet." in tree_of(owner.get(PLACEMENTS)).text


def test_list_shows_what_each_placement_says_by_name(trained, owner):
    save_placement(name="home", placement=Placement(model="ease", diversity=0.5))
    save_placement(name="cart", placement=Placement(filters=("item.price != 3", "true")))
    page = tree_of(owner.get(PLACEMENTS))
    assert [each.text for each in page.one("main").every("h2")] == ["cart", "home"]
    assert facts_of(section_of(page, "home")) == {"model": "ease", "diversity": "0.5"}
    assert facts_of(section_of(page, "cart")) == {"filters": "item.price != 3 true"}


def test_list_marks_what_the_settings_say(trained, owner, settings_with):
    settings_with(serving={"refresh_seconds": 0, "placements": {"mail": {"diversity": 0.1}}})
    section = section_of(owner.get(PLACEMENTS), "mail")
    assert "in the settings" in section.text


@pytest.mark.parametrize(("role", "number"), [("see", 0), ("edit", 1)])
def test_list_offers_a_new_placement_to_who_may(member, role, number):
    assert len(forms_of(member(role).get(PLACEMENTS), ONE)) == number


def test_editor_of_a_saved_placement_shows_its_rules(trained, owner):
    placement = Placement(
        model="ease", filters=("true",), pins={1: "i04"}, seen="show", wishes=False
    )
    save_placement(name="home", placement=placement)
    form = values_of(tree_of(owner.get(f"{ONE}?name=home")).one("form", class_="editor"))
    assert {name: form.get(name, "") for name in FIELDS} == {
        **fields_of(placement), "diversity": "0",
    }  # fmt: skip


def test_editor_of_a_new_placement_says_that_it_is_not_saved(trained, owner):
    page = tree_of(owner.get(f"{ONE}?name=home"))
    assert "not saved yet" in page.one("div", class_="actions").text
    assert forms_of(page, f"{PLACEMENTS}delete") == []


def test_editor_before_anything_is_learnt_says_so_and_saves_nothing(owner):
    page = owner.get(f"{ONE}?name=home")
    assert page.status_code == 200
    assert messages_of(save(owner))[0][0] == "error"
    assert placements() == {}


def test_editor_of_who_may_only_see_cannot_be_written_in(trained, member):
    page = tree_of(member("see").get(f"{ONE}?name=home"))
    assert "disabled" in page.one("form", class_="editor").one("fieldset").attributes
    assert page.one("form", class_="editor").every("button") == []


def test_editor_names_the_first_people_of_the_data(trained, owner):
    page = tree_of(owner.get(f"{ONE}?name=home"))
    fields = [each.attributes["value"] for each in page.every("input", name="person")]
    assert fields == ["u00", "u01", "u02"]
    assert [each.one("h2").text for each in previews(owner.get(f"{ONE}?name=home"))] == fields


@pytest.mark.parametrize(
    ("named", "shown"),
    [
        (["u05"], ["u05"]),
        (["u05", "", "u07"], ["u05", "u07"]),
        ([" u05 "], ["u05"]),
        (["u01", "u02", "u03", "u04"], ["u01", "u02", "u03"]),
        (["", "", ""], []),
    ],
)
def test_preview_is_for_the_people_that_are_named_and_at_most_three(trained, owner, named, shown):
    page = preview(owner, "home", *named)
    assert [each.one("h2").text for each in previews(page)] == shown
    assert len(tree_of(page).every("input", name="person")) == MOST_PEOPLE


def test_preview_of_no_change_says_that_nothing_changes(trained, owner):
    (section,) = previews(preview(owner))
    assert "nothing changes" in section.text
    assert section.every("li", class_="new") == section.every("li", class_="gone") == []


def test_preview_of_a_filter_shows_what_leaves_the_list(trained, owner):
    now = preview_list(ListRequest(user_id="u01", n=10, placement="home"))
    first = now.items[0].card
    (section,) = previews(preview(owner, exclude=first.item_id))
    gone = [each.text for each in section.every("li", class_="gone")]
    assert gone == [f"1 {first.title}"]
    assert "1 leave the list" in section.text


def test_preview_of_a_pin_shows_how_far_the_item_rises(trained, owner):
    now = preview_list(ListRequest(user_id="u01", n=10, placement="home"))
    last = now.items[-1]
    (section,) = previews(preview(owner, pins=f"1: {last.card.item_id}"))
    top = section.one("ol").every("li")[0]
    assert last.card.title in top.text
    assert top.one("span", class_="move").text == f"▲ {last.rank - 1}"


def test_preview_of_rules_that_cannot_be_read_says_why_and_shows_the_form_again(trained, owner):
    page = preview(owner, filters="item.categry == 3", pins="1: i04")
    assert previews(page) == []
    assert "categry" in tree_of(page).one("div", id="preview").one("p", class_="error").text
    form = values_of(tree_of(page).one("form", class_="editor"))
    assert (form["filters"], form["pins"]) == ("item.categry == 3", "1: i04")


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("pins", "first: i04", "pins"),
        ("caps", "category", "not of the form 'category: 0.4'"),
        ("diversity", "2", "diversity"),
        ("model", "nothing", "nothing"),
        ("pins", "1: nothing", "nothing"),
        ("boosts", "item.price <", "the rule ends here, where a value was expected"),
        ("filters", "@nothing", "nothing"),
    ],
)
def test_save_of_what_cannot_be_says_why_and_keeps_what_was_written(
    trained, owner, field, text, words
):
    page = save(owner, **{field: text})
    ((outcome, said),) = messages_of(page)
    assert outcome == "error"
    assert words in said[:1].lower() + said[1:]
    assert placements() == {}


def test_save_keeps_days_that_the_form_does_not_show(trained, owner):
    save_placement(name="home", placement=Placement(seen="hide", seen_days=30.0, shown_days=2.5))
    form = values_of(tree_of(owner.get(f"{ONE}?name=home")).one("form", class_="editor"))
    owner.post(ONE, {**form, "boosts": "2", "do": "save"})
    saved = placements()["home"]
    assert (saved.seen_days, saved.shown_days, saved.boosts) == (30.0, 2.5, ("2",))


def test_save_says_that_the_rules_hold_and_stays_at_the_placement(trained, owner):
    page = save(owner, "집 home", filters="true")
    assert messages_of(page) == [("success", "The rules of 집 home hold from now on.")]
    assert tree_of(page).one("h1").text == "집 home"


@pytest.mark.parametrize("name", ["", "   "])
def test_save_without_a_name_is_refused(trained, owner, name):
    assert messages_of(save(owner, name)) == [("error", "Give the placement a name.")]
    assert placements() == {}


def test_saved_placement_is_forgotten_by_a_button(trained, owner):
    save(owner, boosts="2")
    (form,) = forms_of(owner.get(f"{ONE}?name=home"), f"{PLACEMENTS}delete")
    page = owner.post(f"{PLACEMENTS}delete", form, follow=True)
    assert messages_of(page) == [("success", "What was saved for home is forgotten.")]
    assert placements() == {}


def test_placement_of_the_settings_alone_cannot_be_forgotten(trained, owner, settings_with):
    settings_with(serving={"refresh_seconds": 0, "placements": {"mail": {"diversity": 0.1}}})
    assert forms_of(owner.get(f"{ONE}?name=mail"), f"{PLACEMENTS}delete") == []
    page = owner.post(f"{PLACEMENTS}delete", {"name": "mail"}, follow=True)
    assert messages_of(page) == [("error", "No saved placement 'mail'.")]


def test_placement_with_a_pipeline_of_its_own_says_that_it_stays(trained, owner):
    pipeline = {"sources": [{"kind": "scored", "config": {"model": "ease"}}]}
    save_placement(name="home", placement=Placement(pipeline=pipeline))
    assert "It has a pipeline of its own" in tree_of(owner.get(f"{ONE}?name=home")).text
    save(owner, boosts="2")
    assert placements()["home"].pipeline == pipeline


class Placed:
    """An item at a rank."""

    def __init__(self, rank: int) -> None:
        self.rank = rank


@pytest.mark.parametrize(("was", "rank", "moved"), [(5, 2, 3), (2, 5, -3), (3, 3, 0), (None, 1, 0)])
def test_moved_item_rises_by_as_many_places_as_it_was_lower(was, rank, moved):
    assert MovedItem(Placed(rank), was).moved == moved


def test_changes_of_a_preview_are_the_places_that_are_not_as_they_were():
    then = [MovedItem(Placed(1), 1), MovedItem(Placed(2), 3), MovedItem(Placed(3), None)]
    assert PersonPreview("u", None, then, []).changes == 2


def test_titles_of_a_preview_are_texts(trained, owner):
    upsert_items(items=[ItemIn(item_id="i02", title="<script>alert(1)</script>")])
    page = preview(owner, "home", "u01", pins="1: i02")
    assert "<script>alert" not in page.content.decode()
    assert "<script>alert(1)</script>" in previews(page)[0].text
