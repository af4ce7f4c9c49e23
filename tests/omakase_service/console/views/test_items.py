"""Items in the console: found, looked at, hidden, deleted; and why one is not shown."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.omakase_service.console.markup import (
    facts_of,
    forms_of,
    messages_of,
    section_of,
    tree_of,
    values_of,
)

from omakase_service.catalog.contracts import ItemIn
from omakase_service.catalog.selectors import item_by_id
from omakase_service.catalog.services import upsert_items
from omakase_service.console.views.items import ALIKE, FOUND
from omakase_service.serving.placements import save_placement
from omakase_settings import Placement

pytestmark = pytest.mark.django_db
ITEMS = "/console/items/"


def store(item_id: str = "x", **fields) -> None:
    upsert_items(items=[ItemIn(item_id=item_id, **{"title": f"Title of {item_id}", **fields})])


def listed(page) -> list[str]:
    lines = tree_of(page).one("section", class_="card").every("li")
    return [line.one("a").text for line in lines]


def obstacles(owner, item_id: str = "x") -> list[str]:
    page = section_of(owner.get(f"{ITEMS}one", {"id": item_id}), "Why is it not shown?")
    return [line.text.removeprefix("● ") for each in page.every("ul")[:1]
            for line in each.every("li")]  # fmt: skip


def test_list_shows_items_by_their_ids(owner):
    for item_id in "cab":
        store(item_id)
    assert listed(owner.get(ITEMS)) == ["Title of a", "Title of b", "Title of c"]


def test_list_shows_so_many_and_no_more(owner):
    upsert_items(items=[ItemIn(item_id=f"{n:03}", title="t") for n in range(FOUND + 5)])
    assert len(listed(owner.get(ITEMS))) == FOUND


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("green", ["Green Tea"]),
        ("TEA", ["Black Tea", "Green Tea"]),
        ("t2", ["Green Tea"]),
        ("없는", []),
        ("녹차", ["녹차 한 잔"]),
        ("100%", ["100% cotton"]),
        ("a_b", []),
        ("'; --", []),
    ],
)
def test_search_finds_items_by_a_part_of_the_title_or_the_id(owner, text, found):
    titles = {
        "t1": "Black Tea",
        "t2": "Green Tea",
        "k1": "녹차 한 잔",
        "c": "100% cotton",
        "d": "axb",
    }
    for item_id, title in titles.items():
        store(item_id, title=title)
    page = owner.get(ITEMS, {"q": text})
    assert sorted(listed(page)) == found
    assert tree_of(page).one("input", name="q").attributes["value"] == text
    assert ("No item of that title or id." in tree_of(page).text) is not bool(found)


def test_list_marks_what_is_hidden_or_not_offered(owner):
    store("a", hidden=True)
    store("b", active=False)
    store("c", category="Tea > Green")
    lines = tree_of(owner.get(ITEMS)).one("section", class_="card").every("li")
    assert [each.text for each in lines] == [
        "Title of a a hidden", "Title of b b not active", "Title of c c · Tea > Green",
    ]  # fmt: skip


def test_item_without_a_title_is_called_by_its_id(owner):
    store("a b", title="")
    page = tree_of(owner.get(f"{ITEMS}one", {"id": "a b"}))
    assert page.one("h1").text == "a b"
    assert listed(owner.get(ITEMS)) == ["a b"]


def test_item_shows_the_facts_that_it_has_and_no_others(owner):
    store(price=0.0, brand="Acme", tags=["a", "b"], category="Tea > Green", stock=3)
    facts = facts_of(section_of(owner.get(f"{ITEMS}one?id=x"), "Facts"))
    assert facts["Item id"] == "x"
    assert facts["Category"] == "Tea > Green"
    assert (facts["brand"], facts["price"], facts["tags"]) == ("Acme", "0.0", "a, b")
    assert "district" not in facts
    assert "rating" not in facts


@pytest.mark.parametrize("name", ["items", "keys", "values", "get", "0", "색"])
def test_item_shows_its_attributes_whatever_they_are_called(owner, name):
    store(attributes={name: 7, "colour": "<red>"})
    page = owner.get(f"{ITEMS}one?id=x")
    assert page.status_code == 200
    facts = facts_of(section_of(page, "Facts"))
    assert (facts[name], facts["colour"]) == ("7", "<red>")


def test_item_shows_its_description_cut(owner):
    store(description="word " * 500)
    hint = section_of(owner.get(f"{ITEMS}one?id=x"), "Facts").one("p", class_="hint").text
    assert 500 < len(hint) <= 600
    assert hint.endswith("…")


@pytest.mark.parametrize("item_id", ["한글", "a/b", "a&b=c", "a b", "100%", "😀"])
def test_item_of_any_letters_is_reached_from_the_list(owner, item_id):
    store(item_id)
    (link,) = tree_of(owner.get(ITEMS)).one("section", class_="card").every("a")
    page = owner.get(link.attributes["href"])
    assert page.status_code == 200
    assert facts_of(section_of(page, "Facts"))["Item id"] == item_id


def test_item_that_nothing_keeps_out_says_how_to_look_on(trained, owner):
    text = section_of(owner.get(f"{ITEMS}one?id=i03"), "Why is it not shown?").text
    assert "Nothing about the item itself keeps it out of lists." in text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"active": False}, "It is not active: its owner no longer offers it."),
        ({"hidden": True}, "It is hidden: it is offered, and never recommended."),
        ({"stock": 0}, "It is out of stock."),
        (
            {"expires": timezone.now() - timedelta(minutes=1)},
            "It has expired: it is offered no longer.",
        ),
    ],
)
def test_item_names_what_keeps_it_out_of_lists(trained, owner, fields, words):
    store("i03", **fields)
    assert words in obstacles(owner, "i03")


@pytest.mark.parametrize(
    "fields", [{"stock": 1}, {"stock": None}, {"expires": timezone.now() + timedelta(days=1)}]
)
def test_item_that_is_there_and_holds_is_kept_out_by_nothing(trained, owner, fields):
    store("i03", **fields)
    assert obstacles(owner, "i03") == []


def test_item_in_a_house_without_a_version_is_not_shown_at_all(owner):
    store()
    assert obstacles(owner) == ["No version is live, so nothing is shown at all."]


def test_item_that_came_after_the_training_is_new_until_the_next(trained, owner):
    store("later")
    assert obstacles(owner, "later") == [
        f"The live version {trained.name} has not learnt of it: until the next training it is new."
    ]


def test_item_names_the_placements_that_leave_it_out(trained, owner):
    save_placement(name="home", placement=Placement(exclude=("i03",)))
    save_placement(name="cart", placement=Placement(include=("i04",)))
    save_placement(name="mail", placement=Placement(include=("i03",)))
    assert obstacles(owner, "i03") == [
        "The placement cart shows other items only.",
        "The placement home leaves it out.",
    ]


def test_item_shows_what_goes_with_it_without_itself(trained, owner):
    section = section_of(owner.get(f"{ITEMS}one?id=i03"), "What goes with it")
    titles = [each.text for each in section.every("a")]
    assert 0 < len(titles) <= ALIKE
    assert "Item 3" not in titles


def test_item_that_nothing_goes_with_says_so(owner):
    store()
    section = section_of(owner.get(f"{ITEMS}one?id=x"), "What goes with it")
    assert section.text == "What goes with it The list is empty."


def test_item_says_where_it_is_lost_on_the_way_to_somebody(trained, owner):
    save_placement(name="home", placement=Placement(exclude=("i03",)))
    query = {"id": "i03", "user": "u01", "at": "home"}
    page = section_of(owner.get(f"{ITEMS}one", query), "Why is it not shown?")
    assert len(page.every("tr", class_="best")) == 1
    assert "lost here" in page.text
    assert values_of(page.one("form")) == query


def test_item_asked_about_at_a_placement_that_there_is_not_is_answered(trained, owner):
    page = owner.get(f"{ITEMS}one", {"id": "i03", "user": "u01", "at": "nowhere"})
    assert page.status_code == 200


@pytest.mark.parametrize(
    ("role", "buttons"), [("see", []), ("edit", ["Hide it everywhere", "Delete it"])]
)
def test_item_may_be_hidden_and_deleted_by_who_may_edit(member, role, buttons):
    store()
    page = tree_of(member(role).get(f"{ITEMS}one?id=x"))
    assert [each.text for each in page.one("div", class_="actions").every("button")] == buttons


def test_item_is_hidden_and_shown_again(owner):
    store()
    page = owner.post(f"{ITEMS}hide", {"id": "x", "hidden": "yes"}, follow=True)
    assert messages_of(page) == [("success", "The item x is hidden: no list shows it.")]
    assert item_by_id(item_id="x").hidden
    assert "Show it again" in tree_of(page).text
    page = owner.post(f"{ITEMS}hide", {"id": "x", "hidden": "no"}, follow=True)
    assert messages_of(page) == [("success", "The item x may be shown again.")]
    assert not item_by_id(item_id="x").hidden


def test_hide_leaves_all_else_of_an_item(owner):
    store(price=3.0, tags=["a"], attributes={"colour": "red"})
    owner.post(f"{ITEMS}hide", {"id": "x", "hidden": "yes"})
    row = item_by_id(item_id="x")
    assert (row.title, row.price, row.tags, row.attributes) == (
        "Title of x", 3.0, ["a"], {"colour": "red"},
    )  # fmt: skip


@pytest.mark.parametrize("path", ["hide", "delete"])
def test_change_of_an_item_that_there_is_not_says_so(owner, path):
    response = owner.post(f"{ITEMS}{path}", {"id": "nope", "hidden": "yes"})
    assert response.status_code == 302
    assert messages_of(owner.get(ITEMS))[0][0] == "error"


def test_delete_leads_to_the_list(owner):
    store()
    page = owner.post(f"{ITEMS}delete", {"id": "x"}, follow=True)
    assert messages_of(page) == [
        ("success", "The item x is out of the catalog; its events stay in the log.")
    ]
    assert page.request["PATH_INFO"] == ITEMS
    assert forms_of(page, f"{ITEMS}delete") == []
