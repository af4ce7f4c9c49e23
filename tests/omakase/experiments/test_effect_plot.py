"""The drawing of an effect over time, read back as XML."""

from datetime import date
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.experiments.effect_plot import HEIGHT, WIDTH, EffectLine, EffectMark, effect_svg

SPACE = "{http://www.w3.org/2000/svg}"
MARKS = (
    EffectMark(date(2026, 1, 1), 0.3, None, None),
    EffectMark(date(2026, 1, 2), 0.2, -0.4, 9.0),
    EffectMark(date(2026, 1, 3), 0.1, 0.05, 0.15),
)


def drawn(*lines, **more):
    return ElementTree.fromstring(effect_svg("colours", lines, **more))


def pairs(element):
    return [tuple(map(float, pair.split(","))) for pair in element.get("points").split()]


def words(root):
    return [each.text for each in root.iter(f"{SPACE}text")]


def test_line_of_a_variant_falls_as_its_lift_does_and_goes_on_by_days():
    (line,) = drawn(EffectLine("new", MARKS)).iter(f"{SPACE}polyline")
    across, down = zip(*pairs(line), strict=True)
    assert across[1] - across[0] == pytest.approx(across[2] - across[1])
    assert list(down) == sorted(down)


def test_band_without_bounds_or_beyond_the_scale_stays_in_the_frame():
    (band,) = drawn(EffectLine("new", MARKS)).iter(f"{SPACE}polygon")
    points = pairs(band)
    assert len(points) == 6
    assert all(0 <= right <= WIDTH and 0 <= down <= HEIGHT for right, down in points)
    heights = [down for _, down in points]
    assert heights[0] == min(heights) and heights[-1] == max(heights)


def test_variants_get_lines_colours_and_names_of_their_own():
    root = drawn(EffectLine("new", MARKS), EffectLine("<b>&", MARKS[:1]), EffectLine("none", ()))
    lines = list(root.iter(f"{SPACE}polyline"))
    assert len({line.get("stroke") for line in lines}) == 2
    assert {"new +10.0%", "<b>& +30.0%", "none"} <= set(words(root))


def test_drawing_of_one_day_has_its_point_and_its_date_once():
    root = drawn(EffectLine("new", MARKS[2:]))
    assert len(list(root.iter(f"{SPACE}circle"))) == 1
    assert words(root).count("2026-01-03") == 1


def test_drawing_of_nothing_says_so_in_the_language_asked_for():
    assert "Nothing was measured yet" in words(drawn())
    assert "아직 측정된 것이 없습니다" in words(drawn(EffectLine("new", ()), language="ko"))


def test_drawing_of_no_effect_at_all_has_a_scale():
    flat = EffectMark(date(2026, 1, 1), 0.0, 0.0, 0.0)
    (line,) = drawn(EffectLine("new", (flat,))).iter(f"{SPACE}polyline")
    assert all(0 <= down <= HEIGHT for _, down in pairs(line))


NASTY = st.text("<>&\"' 가a", max_size=8)
DRAWN_LINES = st.lists(
    st.builds(
        EffectLine,
        NASTY,
        st.lists(
            st.builds(
                EffectMark,
                st.dates(date(2026, 1, 1), date(2026, 3, 1)),
                st.floats(-1, 1),
                st.one_of(st.none(), st.floats(-3, 0)),
                st.one_of(st.none(), st.floats(0, 3)),
            ),
            max_size=4,
        ).map(lambda marks: tuple(sorted(marks, key=lambda mark: mark.day))),
    ),
    max_size=9,
)


@given(DRAWN_LINES, NASTY, st.sampled_from(["en", "ko"]))
def test_drawing_of_any_effects_is_xml_and_stays_within_its_frame(lines, title, language):
    root = ElementTree.fromstring(effect_svg(title, lines, language=language))
    for shape in (*root.iter(f"{SPACE}polygon"), *root.iter(f"{SPACE}polyline")):
        assert all(0 <= right <= WIDTH and 0 <= down <= HEIGHT for right, down in pairs(shape))
    measured = [line for line in lines if line.marks]
    assert len([*root.iter(f"{SPACE}polyline")]) == len(measured)
    assert len([*root.iter(f"{SPACE}circle")]) == sum(len(line.marks) for line in measured)
    said = words(root)
    assert title in [text or "" for text in said]
    for line in lines:
        lift = f" {line.marks[-1].lift:+.1%}" if line.marks else ""
        assert line.variant + lift in [text or "" for text in said]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "Nothing was measured yet"), ("ko", "아직 측정된 것이 없습니다")],
)
def test_drawing_of_nothing_says_so_and_names_the_variants(language, sentence):
    root = drawn(EffectLine("new", ()), language=language)
    assert sentence in words(root) and "new" in words(root)
    assert not [*root.iter(f"{SPACE}polyline")]


def test_drawing_of_more_variants_than_colours_uses_them_again():
    root = drawn(*(EffectLine(f"v{n}", MARKS[1:]) for n in range(8)))
    colours = [line.get("stroke") for line in root.iter(f"{SPACE}polyline")]
    assert len(set(colours)) == 7 and colours[7] == colours[0]


def test_drawing_of_a_single_day_names_that_day_once():
    root = drawn(EffectLine("new", MARKS[1:2]))
    assert words(root).count("2026-01-02") == 1
    (dot,) = root.iter(f"{SPACE}circle")
    assert 64 < float(dot.get("cx")) < WIDTH - 16
