"""Charts are sound SVG, their points lie where the figures say, and their texts are escaped."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase_service.console.charts import (
    ACROSS,
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    SPARK_HEIGHT,
    SPARK_WIDTH,
    TOP,
    WIDTH,
    curve_chart,
    line_chart,
    spark,
)

GROUND, ROOF = HEIGHT - BOTTOM, TOP
FIGURES = st.lists(st.floats(0, 1e9), min_size=1, max_size=40)


def svg(drawing: str) -> ElementTree.Element:
    return ElementTree.fromstring(drawing)


def dots(drawing: str) -> list[tuple[float, float]]:
    return [(float(c.get("cx")), float(c.get("cy"))) for c in svg(drawing).iter("circle")]


def titles(drawing: str) -> list[str]:
    return [circle.find("title").text for circle in svg(drawing).iter("circle")]


def path(drawing: str, name: str) -> list[tuple[float, float]]:
    (line,) = [each.get("d") for each in svg(drawing).iter("path") if each.get("class") == name]
    pairs = re.findall(r"(-?[\d.]+),(-?[\d.]+)", line)
    return [(float(x), float(y)) for x, y in pairs]


def words(drawing: str) -> list[tuple[str, str]]:
    return [(text.text, text.get("text-anchor")) for text in svg(drawing).iter("text")]


def days(n: int) -> list[str]:
    return [f"day {number}" for number in range(n)]


def test_line_chart_puts_each_value_at_its_share_of_the_height():
    assert dots(line_chart("t", days(3), [0, 5, 10])) == [
        (LEFT, GROUND),
        ((LEFT + WIDTH - RIGHT) / 2, (GROUND + ROOF) / 2),
        (WIDTH - RIGHT, ROOF),
    ]


def test_line_chart_says_each_point_of_itself_in_words():
    assert titles(line_chart("t", ["01-01", "01-02"], [3, 12_345])) == ["01-01: 3", "01-02: 12k"]


@given(FIGURES)
def test_line_chart_keeps_all_points_within_its_axes_and_in_order(values):
    places = dots(line_chart("t", days(len(values)), values))
    assert len(places) == len(values)
    assert all(LEFT <= x <= WIDTH - RIGHT and ROOF <= y <= GROUND for x, y in places)
    assert [x for x, _ in places] == sorted(x for x, _ in places)


@given(FIGURES)
def test_line_chart_draws_what_is_more_no_lower(values):
    heights = [y for _, y in dots(line_chart("t", days(len(values)), values))]
    for first, one in zip(values, heights, strict=True):
        for second, other in zip(values, heights, strict=True):
            if first > second:
                assert one <= other


@given(FIGURES)
def test_line_chart_joins_its_dots_by_its_line(values):
    drawing = line_chart("t", days(len(values)), values)
    assert path(drawing, "now") == dots(drawing)


def test_line_chart_with_the_days_before_measures_both_by_one_scale():
    drawing = line_chart("t", days(2), [5, 5], [10, 0])
    assert [y for _, y in path(drawing, "before")] == [ROOF, GROUND]
    assert {y for _, y in path(drawing, "now")} == {(GROUND + ROOF) / 2}


def test_line_chart_without_days_before_draws_no_line_of_them():
    assert 'class="before"' not in line_chart("t", days(2), [1, 2])


def test_line_chart_of_nothing_at_all_lies_on_the_ground():
    assert {y for _, y in dots(line_chart("t", days(3), [0, 0, 0]))} == {GROUND}


def test_line_chart_without_values_has_axes_and_no_line():
    drawing = line_chart("t", [], [])
    assert dots(drawing) == []
    assert 'class="now"' not in drawing
    assert len(words(drawing)) == 3


def test_line_chart_of_one_day_stands_at_the_left():
    assert dots(line_chart("t", ["x"], [4])) == [(LEFT, ROOF)]


def test_line_chart_fills_the_ground_below_its_line():
    drawing = line_chart("t", days(3), [1, 2, 1])
    area = path(drawing, "area")
    assert area[:3] == path(drawing, "now")
    assert area[3:] == [(WIDTH - RIGHT, GROUND), (LEFT, GROUND)]


@pytest.mark.parametrize(
    ("number", "named"),
    [
        (2, [0, 1]),
        (3, [0, 1, 2]),
        (7, [0, 3, 6]),
        (14, [0, 7, 13]),
        (90, [0, 45, 89]),
    ],
)
def test_line_chart_names_the_first_the_middle_and_the_last_day(number, named):
    drawing = line_chart("t", days(number), [1.0] * number)
    below = [text for text, anchor in words(drawing) if text.startswith("day")]
    assert below == [f"day {n}" for n in named]


def test_line_chart_lets_no_label_leave_the_drawing():
    anchors = [each for each in words(line_chart("t", days(7), [1.0] * 7)) if "day" in each[0]]
    assert anchors == [("day 0", "start"), ("day 3", "middle"), ("day 6", "end")]


@pytest.mark.parametrize(
    ("top", "unit", "scale"),
    [
        (0, "", ["0", "0.5", "1"]),
        (1, "", ["0", "0.5", "1"]),
        (3, "", ["0", "1.5", "3"]),
        (20, "", ["0", "10", "20"]),
        (9_999, "", ["0", "5,000", "9,999"]),
        (10_000, "", ["0", "5,000", "10k"]),
        (2_000_000, "", ["0", "1,000k", "2,000k"]),
        (0.5, "%", ["0.0 %", "25.0 %", "50.0 %"]),
        (0.031, "%", ["0.0 %", "1.6 %", "3.1 %"]),
    ],
)
def test_line_chart_writes_its_scale_as_people_read_it(top, unit, scale):
    drawing = line_chart("t", [], [top], unit=unit) if top is None else None
    drawing = line_chart("t", ["a", "b"], [0, top], unit=unit)
    assert [text for text, anchor in words(drawing) if text not in ("a", "b")] == scale


def test_line_chart_writes_shares_of_its_points_in_percent():
    assert titles(line_chart("t", ["a"], [0.125], unit="%")) == ["a: 12.5 %"]


@pytest.mark.parametrize("title", ["<b>", 'a"b', "a & b", "'", "클릭 수"])
def test_charts_hold_their_title_as_a_text(title):
    for drawing in (
        line_chart(title, ["<i>"], [1]),
        curve_chart(title, [(1, 1)], ["<i>"], None),
        spark(title, [1, 2]),
    ):
        assert svg(drawing).get("aria-label") == title
        assert svg(drawing).get("role") == "img"


def test_charts_hold_their_labels_as_texts():
    assert titles(line_chart("t", ["<script>"], [1])) == ["<script>: 1"]
    assert titles(curve_chart("t", [(1, 1)], ['"><script>'], None)) == ['"><script>']


def test_line_chart_refuses_labels_of_other_days():
    with pytest.raises(ValueError, match="shorter"):
        line_chart("t", ["a"], [1, 2])


def test_curve_chart_lets_the_points_span_both_axes():
    places = dots(curve_chart("t", [(0.2, 5.0), (0.4, 9.0), (0.3, 7.0)], list("abc"), None))
    middle = (sum(ACROSS) / 2, (GROUND + ROOF) / 2)
    assert places == [(ACROSS[0], GROUND), (ACROSS[1], ROOF), middle]


def test_curve_chart_draws_the_marked_point_larger_and_no_other():
    drawing = curve_chart("t", [(0, 0), (1, 1), (2, 2)], list("abc"), 1)
    sizes = [float(circle.get("r")) for circle in svg(drawing).iter("circle")]
    assert sizes[1] > sizes[0] == sizes[2]


def test_curve_chart_where_none_is_marked_draws_all_alike():
    drawing = curve_chart("t", [(0, 0), (1, 1)], list("ab"), None)
    assert len({circle.get("r") for circle in svg(drawing).iter("circle")}) == 1


def test_curve_chart_joins_its_points_in_the_order_of_the_knob():
    drawing = curve_chart("t", [(3, 1), (1, 2), (2, 3)], list("abc"), None)
    assert path(drawing, "now") == dots(drawing)


def test_curve_chart_writes_the_least_the_middle_and_the_most_of_both_axes():
    texts = [text for text, _ in words(curve_chart("t", [(0.1, 2), (0.3, 4)], list("ab"), None))]
    assert texts == ["2.000", "0.100", "3.000", "0.200", "4.000", "0.300"]


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=20))
def test_curve_chart_keeps_every_point_between_its_axes(points):
    for x, y in dots(curve_chart("t", points, days(len(points)), 0)):
        assert ACROSS[0] <= x <= ACROSS[1]
        assert ROOF <= y <= GROUND


def test_curve_chart_of_one_value_of_an_axis_stands_in_its_middle():
    places = dots(curve_chart("t", [(0.5, 1), (0.5, 2)], list("ab"), None))
    assert {x for x, _ in places} == {sum(ACROSS) / 2}


def test_spark_of_nothing_is_no_drawing():
    assert spark("t", []) == ""


@pytest.mark.parametrize("values", [[3], [0, 0, 0], [1, 2, 3], [5, 0]])
def test_spark_reaches_from_side_to_side_and_stays_within(values):
    line = path(spark("t", values), "now")
    assert len(line) == len(values)
    assert line[0][0] == 0
    assert line[-1][0] == (SPARK_WIDTH if len(values) > 1 else 0)
    assert all(0 < y < SPARK_HEIGHT for _, y in line)


def test_spark_draws_the_most_highest_and_nothing_lowest():
    heights = [y for _, y in path(spark("t", [0, 10, 5]), "now")]
    assert heights == [SPARK_HEIGHT - 4, 4, SPARK_HEIGHT / 2]


def test_spark_may_be_stretched_and_a_chart_may_not():
    assert svg(spark("t", [1])).get("preserveAspectRatio") == "none"
    assert svg(line_chart("t", ["a"], [1])).get("preserveAspectRatio") is None
    assert svg(spark("t", [1])).get("class") == "spark"
    assert svg(line_chart("t", ["a"], [1])).get("class") == "chart"


@pytest.mark.parametrize(
    "drawing",
    [line_chart("t", ["a", "b"], [0, 4]), curve_chart("t", [(0, 0), (1, 1)], ["a", "b"], None)],
    ids=["line", "curve"],
)
def test_scale_of_a_chart_lies_at_the_ground_the_middle_and_the_top(drawing):
    lines = [each.get("d") for each in svg(drawing).iter("path") if each.get("class") == "grid"]
    heights = [float(re.fullmatch(rf"M{LEFT},([\d.]+)H{WIDTH - RIGHT}", each)[1]) for each in lines]
    assert heights == [GROUND, (GROUND + ROOF) / 2, ROOF]
