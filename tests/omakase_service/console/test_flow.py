"""The drawing of how a list comes about."""

import itertools

import pytest
from tests.omakase_service.console.markup import chosen_in, rows_of, section_of, tree_of
from tests.omakase_service.console.test_pages import text_of

from omakase_service.console.flow import HIGH, THICKEST, THINNEST, drawing_of
from omakase_service.serving.contracts import ItemReason, ListRequest, TraceStage
from omakase_service.serving.placements import save_placement
from omakase_service.serving.services import trace
from omakase_settings import Placement

STAGES = [
    TraceStage("source ease", 5, 1.0, (("a", 1.0),)),
    TraceStage("source popular", 5, 1.0, ()),
    TraceStage("merge", 7, 1.0, ()),
    TraceStage("gate", 4, 1.0, ()),
    TraceStage("answer", 2, 1.0, ()),
]
REASONS = [
    ItemReason("", "history", 1.0, algorithms=(("ease", 1),)),
    ItemReason("", "history", 1.0, algorithms=(("ease", 2),)),
]


def test_drawing_of_stages_says_what_each_source_gave_and_each_step_lost():
    drawing = drawing_of(STAGES, REASONS)
    assert [(box.title, box.shown) for box in drawing.sources] == [("ease", 2), ("popular", 0)]
    assert [box.lost for box in drawing.steps] == [0, 3, 2]


def test_drawing_of_stages_makes_ways_as_thick_as_what_came_by_them():
    ease, popular, *_ = drawing_of(STAGES, REASONS).ways
    assert (ease.thickness, ease.is_used) == (THICKEST, True)
    assert (popular.thickness, popular.is_used) == (THINNEST, False)


def test_drawing_of_stages_puts_no_box_over_another():
    drawing = drawing_of(STAGES, REASONS)
    for column in (drawing.sources, drawing.steps):
        tops = [box.y for box in column]
        assert all(b - a > HIGH for a, b in itertools.pairwise(tops))
    assert drawing.height >= max(box.y for box in drawing.boxes) + HIGH


def test_drawing_of_nothing_is_empty():
    drawing = drawing_of([], [])
    assert (drawing.boxes, drawing.ways) == ((), [])


@pytest.mark.django_db
def test_flow_shows_every_stage_of_the_request(trained, owner):
    save_placement(
        name="home",
        placement=Placement(filters=('item.category == "Even"',), boosts=("2",), pins={1: "i04"}),
    )
    page = owner.get("/console/placements/flow?name=home&person=u01")
    text = text_of(page)
    stages = trace(ListRequest(user_id="u01", n=10, placement="home")).stages
    assert page.content.decode().count("<rect") == len(stages)
    for title in ("Filters and limits", "Boosts", "The list", "ease"):
        assert title in text


@pytest.mark.django_db
def test_flow_of_somebody_new_draws_everybodys_list(trained, owner):
    assert "somebody new" in text_of(owner.get("/console/placements/flow?person="))


@pytest.mark.django_db
def test_flow_names_the_first_person_where_nobody_is_named(trained, owner):
    page = tree_of(owner.get("/console/placements/flow"))
    assert page.one("input", name="person").attributes["value"] == "u00"


@pytest.mark.django_db
def test_flow_says_the_same_in_the_drawing_and_in_the_table(trained, owner):
    page = tree_of(owner.get("/console/placements/flow?person=u01"))
    rows = rows_of(section_of(page, "Stage by stage"))
    drawn = page.one("svg", class_="flow").every("title")
    assert len(drawn) == len(rows)
    for title, row in zip(drawn, rows, strict=True):
        assert title.text.startswith(f"{row['Stage']}: {row['Items'].split()[0]}")


@pytest.mark.django_db
def test_flow_shows_the_list_in_its_order_with_where_each_item_came_from(trained, owner):
    question = ListRequest(user_id="u01", n=10, placement="", explain=True)
    traced = trace(question)
    page = tree_of(owner.get("/console/placements/flow?person=u01"))
    items = section_of(page, "The list").one("ol").every("li")
    assert [item.one("a").attributes["href"].split("id=")[1] for item in items] == [
        item_id for item_id, _ in traced.items
    ]
    for item, why in zip(items, traced.whys, strict=True):
        for source, place in why.algorithms:
            assert f"{source} {place}" in item.one("span", class_="why").text


@pytest.mark.django_db
def test_flow_of_an_empty_list_says_so(trained, owner):
    save_placement(name="home", placement=Placement(filters=('item.category == "None"',)))
    page = owner.get("/console/placements/flow?name=home&person=u01")
    assert page.status_code == 200
    assert chosen_in(tree_of(page).one("select", name="name")) == "home"


@pytest.mark.django_db
def test_flow_without_a_version_is_refused_as_a_page(tribes, owner):
    page = owner.get("/console/placements/flow")
    assert page.status_code == 503
    assert "Nothing answers yet" in text_of(page)
