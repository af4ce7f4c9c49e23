"""People in the console: found, looked at, and why they are shown what they are."""

import pytest
from tests.omakase_service.console.markup import (
    chosen_in,
    facts_of,
    forms_of,
    messages_of,
    rows_of,
    section_of,
    tree_of,
)

from omakase_service.catalog.contracts import UserIn
from omakase_service.catalog.services import upsert_users
from omakase_service.console.views.people import FOUND, HISTORY, LENGTH
from omakase_service.events.selectors import recent_of_user
from omakase_service.events.services import record
from omakase_service.serving.placements import save_placement
from omakase_settings import Placement

pytestmark = pytest.mark.django_db
PEOPLE = "/console/people/"


def person(owner, user_id: str = "u01", **query: str):
    return owner.get(f"{PEOPLE}one", {"id": user_id, **query})


def listed(page) -> list[str]:
    return [line.one("a").text for line in tree_of(page).one("section", class_="card").every("li")]


def test_list_shows_people_by_their_ids_with_what_is_known(owner):
    upsert_users(users=[UserIn(user_id="b", gender="F", age_range="25-34", location="Seoul"),
                        UserIn(user_id="a")])  # fmt: skip
    page = owner.get(PEOPLE)
    assert listed(page) == ["a", "b"]
    assert "b F 25-34 Seoul" in tree_of(page).text


def test_list_shows_so_many_and_no_more(owner):
    upsert_users(users=[UserIn(user_id=f"{n:03}") for n in range(FOUND + 5)])
    assert len(listed(owner.get(PEOPLE))) == FOUND


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("an", ["ann", "anton"]),
        ("ann", ["ann"]),
        ("nn", []),
        ("%", []),
        ("_", []),
        ("김", ["김하나"]),
    ],
)
def test_search_finds_people_by_the_beginning_of_their_id(owner, text, found):
    upsert_users(users=[UserIn(user_id=each) for each in ("ann", "anton", "bob", "김하나")])
    page = owner.get(PEOPLE, {"q": text})
    assert listed(page) == found
    assert ("Nobody of that id." in tree_of(page).text) is not bool(found)


def test_person_that_nobody_knows_is_a_404_of_the_console(trained, owner):
    page = person(owner, "nobody")
    assert page.status_code == 404
    assert "nobody" in tree_of(page).text


@pytest.mark.parametrize("user_id", ["김 하나", "a/b", "a&b=c", "100%", "<b>"])
def test_person_of_any_letters_is_reached_from_the_list(trained, owner, user_id):
    upsert_users(users=[UserIn(user_id=user_id)])
    (link,) = [
        line.one("a")
        for line in tree_of(owner.get(PEOPLE)).one("section", class_="card").every("li")
        if line.one("a").text == user_id
    ]
    page = owner.get(link.attributes["href"])
    assert page.status_code == 200
    assert tree_of(page).one("h1").text == user_id


def test_person_is_counted_as_the_log_counts_them(trained, owner):
    facts = facts_of(section_of(person(owner), "In numbers"))
    events = recent_of_user(user_id="u01", limit=99)
    assert facts["Events"] == str(len(events))
    assert facts["Items"] == str(len({each.item_id for each in events}))
    assert facts["Answers"] == "0"


def test_person_shows_what_they_did_the_newest_first(trained, owner):
    record(events=[{"user_id": "u01", "item_id": "i02", "kind": "rating", "value": 4.5,
                    "time": 1_710_000_000}])  # fmt: skip
    rows = rows_of(section_of(person(owner), "What they did, the newest first"))
    assert rows[0] == {
        "Item": "Item 2", "Kind": "rating", "Value": "4.5", "When": "2024-03-09 16:00",
    }  # fmt: skip
    times = [row["When"] for row in rows]
    assert times == sorted(times, reverse=True)


def test_person_shows_so_much_of_what_they_did_and_no_more(trained, owner):
    events = [{"user_id": "u01", "item_id": "i02", "kind": "view", "time": 1_710_000_000 + n}
              for n in range(HISTORY + 10)]  # fmt: skip
    record(events=events)
    assert len(rows_of(section_of(person(owner), "What they did, the newest first"))) == HISTORY


def test_person_who_did_something_with_an_item_that_is_gone_names_its_id(trained, owner):
    record(events=[{"user_id": "u01", "item_id": "bygone", "kind": "view", "time": 1_710_000_000}])
    rows = rows_of(section_of(person(owner), "What they did, the newest first"))
    assert rows[0]["Item"] == "bygone"


def test_person_who_did_nothing_yet_says_so(trained, owner):
    upsert_users(users=[UserIn(user_id="quiet")])
    section = section_of(person(owner, "quiet"), "What they did, the newest first")
    assert "Nothing yet." in section.text


def test_person_shows_their_list_with_reasons_and_no_longer_than_so(trained, owner):
    section = section_of(person(owner), "Shown now")
    items = section.one("ol").every("li")
    assert 0 < len(items) <= LENGTH
    assert [item.one("span", class_="rank").text for item in items] == [
        str(n + 1) for n in range(len(items))
    ]
    assert "ease · rests on" in section.text
    assert any(item.every("span", class_="why") for item in items)


def test_person_is_shown_the_list_of_the_placement_that_is_asked_about(trained, owner):
    save_placement(name="home", placement=Placement(include=("i02",)))
    page = person(owner, at="home")
    titles = [each.text for each in section_of(page, "Shown now").every("a")]
    assert titles == ["Item 2"]
    assert chosen_in(tree_of(page).one("select", name="at")) == "home"


@pytest.mark.parametrize("name", ["items", "keys", "values", "count", "취미"])
def test_person_shows_their_attributes_whatever_they_are_called(trained, owner, name):
    upsert_users(users=[UserIn(user_id="u01", gender="F", attributes={name: 7})])
    page = person(owner)
    assert page.status_code == 200
    facts = facts_of(section_of(page, "In numbers"))
    assert (facts[name], facts["gender"]) == ("7", "F")


def test_person_shows_no_facts_that_are_empty_and_none_of_the_switches(trained, owner):
    upsert_users(users=[UserIn(user_id="u01", gender="F", emails_on=False)])
    facts = facts_of(section_of(person(owner), "In numbers"))
    assert not {"age_range", "location", "emails_on", "recommendations_on", "user_id"} & set(facts)


def test_why_not_asks_about_the_item_that_was_named(trained, owner):
    page = person(owner, why="i03")
    section = tree_of(page).one("section", id="why")
    assert section.one("input", name="why").attributes["value"] == "i03"
    assert section.one("h3").text == "Item 3"
    (lost,) = section.every("tr", class_="best")
    assert "lost here" in lost.text


def test_why_of_an_item_in_the_list_names_no_stage_that_lost_it(trained, owner):
    first = section_of(person(owner), "Shown now").one("ol").every("a")[0]
    item_id = first.attributes["href"].split("id=")[1].split("&")[0]
    section = tree_of(person(owner, why=item_id)).one("section", id="why")
    assert section.every("tr", class_="best") == []


def test_why_of_nothing_shows_no_table(trained, owner):
    assert tree_of(person(owner)).one("section", id="why").every("table") == []


def test_people_alike_are_looked_up_where_somebody_asks_alone(trained, owner):
    section = tree_of(person(owner)).one("section", id="alike")
    (link,) = section.every("a")
    assert link.attributes["href"] == f"{PEOPLE}one?id=u01&alike=yes#alike"


@pytest.mark.parametrize(("role", "forms"), [("see", 0), ("edit", 0), ("administer", 1)])
def test_person_may_be_put_aside_and_forgotten_by_administrators_alone(
    trained, member, role, forms
):
    page = tree_of(person(member(role)))
    assert len(page.every("section", id="aside")) == forms
    assert len(forms_of(page, f"{PEOPLE}forget")) == forms


def test_person_without_events_is_offered_no_quarantine(trained, owner):
    upsert_users(users=[UserIn(user_id="quiet")])
    assert tree_of(person(owner, "quiet")).one("section", id="aside").every("a") == []


@pytest.mark.parametrize("again", ["", "U01", "u01x"])
def test_forget_of_an_id_that_is_not_written_once_more_keeps_them(trained, owner, again):
    page = owner.post(f"{PEOPLE}forget", {"id": "u01", "again": again}, follow=True)
    assert messages_of(page) == [("error", "Write the id of the person once more to forget them.")]
    assert recent_of_user(user_id="u01", limit=1)


def test_person_in_korean_says_their_kinds_in_korean(trained, owner):
    page = owner.get(f"{PEOPLE}one?id=u01", headers={"Accept-Language": "ko"})
    assert "구매" in tree_of(page).text
