"""The drawing of how a list comes about."""

import itertools

import pytest
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
