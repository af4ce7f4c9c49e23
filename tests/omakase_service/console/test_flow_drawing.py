"""Where boxes and ways of the drawing lie, what they are called and what they count."""

import re

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from omakase_service.console.flow import (
    BOX,
    HIGH,
    THICKEST,
    THINNEST,
    TITLES,
    WIDTH,
    FlowBox,
    drawing_of,
    title_of,
)
from omakase_service.console.translations import KOREAN
from omakase_service.serving.contracts import ItemReason, TraceStage

COUNTS = st.lists(st.integers(0, 500), max_size=8)


def stages_of(sources: list[int], steps: list[int]) -> list[TraceStage]:
    named = [TraceStage(f"source m{n}", count, 1.0, ()) for n, count in enumerate(sources)]
    return named + [TraceStage(f"ranker r{n}", count, 2.0, ()) for n, count in enumerate(steps)]


def reason(*names: str) -> ItemReason:
    return ItemReason("", "history", 1.0, algorithms=tuple((name, 1) for name in names))


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("source ease", "ease"),
        ("source source", "source"),
        ("ranker lightgbm", "Order: lightgbm"),
        ("merge", "Merge"),
        ("boosts", "Boosts"),
        ("gate", "Filters and limits"),
        ("filled", "Filled up"),
        ("answer", "The list"),
        ("a stage of another release", "a stage of another release"),
    ],
)
def test_title_of_a_stage_is_what_people_call_it(name, title):
    with override("en"):
        assert title_of(name) == title


@pytest.mark.parametrize("name", TITLES)
def test_title_of_a_stage_in_korean_is_korean(name):
    with override("ko"):
        assert title_of(name) == KOREAN[TITLES[name]]


@given(COUNTS, COUNTS)
def test_drawing_has_a_box_for_each_stage_in_order(sources, steps):
    drawing = drawing_of(stages_of(sources, steps), [])
    assert [box.count for box in drawing.sources] == sources
    assert [box.count for box in drawing.steps] == steps
    assert [box.count for box in drawing.boxes] == sources + steps


@given(COUNTS, COUNTS)
def test_drawing_keeps_every_box_within_its_frame(sources, steps):
    drawing = drawing_of(stages_of(sources, steps), [])
    for box in drawing.boxes:
        assert box.x >= 0 and box.x + BOX <= WIDTH
        assert box.y >= 0 and box.y + HIGH <= drawing.height


@given(COUNTS, COUNTS)
def test_drawing_puts_sources_on_the_left_of_all_steps(sources, steps):
    drawing = drawing_of(stages_of(sources, steps), [])
    for source in drawing.sources:
        assert all(source.x + BOX < step.x for step in drawing.steps)


@given(COUNTS)
def test_steps_lose_what_goes_in_and_does_not_come_out(steps):
    drawing = drawing_of(stages_of([], steps), [])
    for before, (box, after) in zip([steps[:1], *steps], zip(drawing.steps, steps, strict=True),
                                    strict=False):  # fmt: skip
        gone_in = before[0] if isinstance(before, list) else before
        assert box.lost == max(0, gone_in - after)


def test_step_that_fills_up_a_list_loses_nothing():
    drawing = drawing_of([TraceStage("gate", 3, 1.0, ()), TraceStage("filled", 10, 1.0, ())], [])
    assert [box.lost for box in drawing.steps] == [0, 0]


def test_steps_count_no_places_of_the_list_and_sources_do():
    drawing = drawing_of(stages_of([4], [4]), [reason("m0"), reason("m1"), reason("m0", "m1")])
    assert [box.shown for box in drawing.boxes] == [2, None]


@given(COUNTS, COUNTS)
def test_ways_lead_from_every_source_to_the_first_step_and_on_from_step_to_step(sources, steps):
    drawing = drawing_of(stages_of(sources, steps), [])
    expected = len(sources) + len(steps) - 1 if steps else 0
    assert len(drawing.ways) == expected


def test_ways_begin_at_a_box_and_end_at_a_box():
    drawing = drawing_of(stages_of([1, 2], [3, 3]), [reason("m0")])
    bent = [re.findall(r"-?\d+", way.path) for way in drawing.ways[:2]]
    first = drawing.steps[0]
    for box, numbers in zip(drawing.sources, bent, strict=True):
        assert [int(each) for each in numbers[:2]] == [box.x + BOX, box.middle]
        assert [int(each) for each in numbers[-2:]] == [first.x, first.middle]
    down = re.findall(r"-?\d+", drawing.ways[2].path)
    above, below = drawing.steps
    assert [int(each) for each in down] == [above.x + BOX // 2, above.y + HIGH, below.y]


@pytest.mark.parametrize(("of_ten", "thickness"), [(0, 1.5), (1, 2.2), (5, 5.2), (10, 9.0)])
def test_way_of_a_source_is_as_thick_as_its_share_of_the_list(of_ten, thickness):
    reasons = [reason("m0")] * of_ten + [reason("other")] * (10 - of_ten)
    (way,) = drawing_of(stages_of([20], [20]), reasons).ways
    assert way.thickness == thickness
    assert THINNEST <= way.thickness <= THICKEST
    assert way.is_used is (of_ten > 0)


def test_way_into_a_step_that_lets_nothing_through_is_idle():
    ways = drawing_of(stages_of([], [5, 3, 0]), []).ways
    assert [way.is_used for way in ways] == [True, False]


def test_way_of_a_source_into_an_empty_list_is_thin_and_idle():
    (way,) = drawing_of(stages_of([5], [0]), []).ways
    assert (way.thickness, way.is_used) == (THINNEST, False)


def test_middle_of_a_box_is_half_of_its_height_below_its_top():
    assert FlowBox(1, 100, "", 0, 0.0, ()).middle == 100 + HIGH // 2


def test_drawing_of_sources_alone_has_boxes_and_no_ways():
    drawing = drawing_of(stages_of([1, 2], []), [])
    assert len(drawing.boxes) == 2
    assert drawing.ways == []


def test_drawing_keeps_times_and_first_items_of_its_stages():
    stage = TraceStage("merge", 2, 3.5, (("a", 1.0), ("b", 0.5)))
    (box,) = drawing_of([stage], []).boxes
    assert (box.milliseconds, box.first) == (3.5, (("a", 1.0), ("b", 0.5)))
