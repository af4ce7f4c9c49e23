"""Designs in the engine's words: who gets what, where a layer has room, what figures come to."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.omakase_service.experiments.test_lifecycle import DESIGN

from omakase_service.experiments import engine
from omakase_service.experiments.contracts import (
    DaySums,
    ExperimentCard,
    ExperimentMetric,
    ExperimentState,
    ExperimentVariant,
    MetricSums,
    VariantSums,
)
from omakase_service.experiments.selectors import design_of
from omakase_service.experiments.services.assignment import assigned_variant
from omakase_service.experiments.services.daily import day_of
from omakase_service.experiments.services.lifecycle import design_values
from omakase_settings import Placement

NOW = datetime(2026, 3, 4, tzinfo=UTC)
PEOPLE = [f"u{number}" for number in range(4000)]


def card(name: str = "e1", state=ExperimentState.ACTIVE, layer_start=0.0, **changes):
    design = replace(DESIGN, **changes)
    return ExperimentCard(name, state, design, layer_start, NOW, NOW, None, "")


def shares(one: ExperimentCard) -> dict[str | None, float]:
    """Share of people by variant."""
    counts = Counter(engine.variant_of(one, unit) for unit in PEOPLE)
    return {name: count / len(PEOPLE) for name, count in counts.items()}


def variants(**weights: float) -> tuple[ExperimentVariant, ...]:
    return tuple(ExperimentVariant(name, weight) for name, weight in weights.items())


# Who gets what


def test_variant_of_a_person_is_always_the_same():
    first = [engine.variant_of(card(), unit) for unit in PEOPLE[:200]]
    assert [engine.variant_of(card(), unit) for unit in PEOPLE[:200]] == first


@pytest.mark.parametrize(
    "weights", [{"a": 0.5, "b": 0.5}, {"a": 0.9, "b": 0.1}, {"a": 0.2, "b": 0.3, "c": 0.5}]
)
def test_variants_have_people_by_their_weights(weights):
    found = shares(card(variants=variants(**weights)))
    assert found.keys() == weights.keys()
    for name, weight in weights.items():
        assert found[name] == pytest.approx(weight, abs=0.03)


@pytest.mark.parametrize("traffic", [0.1, 0.5, 1.0])
def test_traffic_is_the_share_of_people_who_take_part(traffic):
    taking_part = 1 - shares(card(traffic=traffic)).get(None, 0.0)
    assert taking_part == pytest.approx(traffic, abs=0.03)


def test_more_traffic_keeps_who_takes_part_and_what_they_get():
    few, many = card(traffic=0.3), card(traffic=0.6)
    before = {unit: engine.variant_of(few, unit) for unit in PEOPLE[:500]}
    for unit, variant in before.items():
        assert variant is None or engine.variant_of(many, unit) == variant


def test_variants_of_two_experiments_have_nothing_to_do_with_each_other():
    pairs = Counter(
        (engine.variant_of(card("e1"), unit), engine.variant_of(card("e2"), unit))
        for unit in PEOPLE
    )
    assert len(pairs) == 4
    for count in pairs.values():
        assert count / len(PEOPLE) == pytest.approx(0.25, abs=0.04)


def test_experiments_of_one_layer_have_no_person_in_common():
    halves = {"layer": "lists", "layer_share": 0.5}
    first, second = card("e1", **halves), card("e2", layer_start=0.5, **halves)
    parts = [
        {unit for unit in PEOPLE if engine.variant_of(one, unit) is not None}
        for one in (first, second)
    ]
    assert parts[0] & parts[1] == set()
    assert len(parts[0] | parts[1]) == len(PEOPLE)


@pytest.mark.parametrize("unit", ["", " ", "한국", "🍣", "שלום", "x" * 255])
def test_variant_of_any_id_is_one_of_the_design(unit):
    assert engine.variant_of(card(), unit) in ("now", "varied")


# At a place


def assigned(*cards: ExperimentCard, place="home", user_id="ada", session_id="s"):
    return assigned_variant(cards, place=place, user_id=user_id, session_id=session_id)


@pytest.mark.parametrize("state", [each for each in ExperimentState if each.value != "active"])
def test_assigned_variant_of_what_is_not_active_is_none(state):
    assert assigned(card(state=state)) is None


def test_assigned_variant_elsewhere_or_of_nobody_is_none():
    assert assigned(card(), place="cart") is None
    assert assigned(card(), place="") is None
    assert assigned(card(), user_id="") is None
    assert assigned(card(unit="session"), session_id="") is None
    assert assigned() is None


def test_assigned_variant_by_session_does_not_look_at_the_user():
    one = card(unit="session")
    found = {assigned(one, user_id=user).variant for user in PEOPLE[:50]}
    assert len(found) == 1
    assert len({assigned(one, session_id=unit).variant for unit in PEOPLE[:50]}) == 2


def test_assigned_variant_holds_what_it_says():
    for each in (assigned(card(), user_id=unit) for unit in PEOPLE[:50]):
        expected = Placement(diversity=0.5) if each.variant == "varied" else Placement()
        assert (each.experiment, each.placement) == ("e1", expected)


def test_assigned_variant_of_two_in_a_layer_is_that_of_the_one_who_takes_the_person():
    halves = {"layer": "lists", "layer_share": 0.5}
    cards = (card("e1", **halves), card("e2", layer_start=0.5, **halves))
    found = Counter(assigned(*cards, user_id=unit).experiment for unit in PEOPLE[:1000])
    assert found["e1"] + found["e2"] == 1000
    assert min(found.values()) > 400


# Room in a layer


@pytest.mark.parametrize(
    ("occupied", "share", "start"),
    [
        ([], 1.0, 0.0),
        ([], 0.3, 0.0),
        ([(0.0, 0.5)], 0.5, 0.5),
        ([(0.5, 1.0)], 0.5, 0.0),
        ([(0.0, 0.2), (0.6, 1.0)], 0.4, 0.2),
        ([(0.6, 1.0), (0.0, 0.2)], 0.1, 0.2),
        ([(0.2, 0.4)], 0.2, 0.0),
        ([(0.2, 0.4)], 0.3, 0.4),
    ],
)
def test_free_part_is_the_first_that_is_wide_enough(occupied, share, start):
    assert engine.free_part("lists", occupied, share) == pytest.approx(start)


@pytest.mark.parametrize(
    ("occupied", "share"),
    [
        ([(0.0, 1.0)], 0.1),
        ([(0.0, 0.6)], 0.5),
        ([(0.3, 0.7)], 0.4),
        ([(0.0, 0.5), (0.5, 1.0)], 0.01),
    ],
)
def test_free_part_of_a_layer_without_room_is_refused(occupied, share):
    with pytest.raises(ValueError, match="lists"):
        engine.free_part("lists", occupied, share)


@given(st.lists(st.sampled_from([0.05, 0.1, 0.2, 0.25]), max_size=8))
def test_free_parts_that_are_taken_one_after_another_never_overlap(wanted):
    taken: list[tuple[float, float]] = []
    for share in wanted:
        if sum(end - start for start, end in taken) + share > 1 + 1e-9:
            break
        start = engine.free_part("lists", taken, share)
        taken.append((start, start + share))
    ordered = sorted(taken)
    assert all(one[1] <= other[0] + 1e-9 for one, other in pairwise(ordered))
    assert all(start >= 0 and end <= 1 + 1e-9 for start, end in taken)


# Designs


@pytest.mark.parametrize(
    "changes",
    [
        {"variants": variants(a=1.0)},
        {"variants": variants(a=0.5, b=0.6)},
        {"variants": variants(a=-0.5, b=1.5)},
        {"variants": variants(a=float("nan"), b=0.5)},
        {"variants": (ExperimentVariant("a", 0.5), ExperimentVariant("a", 0.5))},
        {"metrics": ()},
        {"metrics": (ExperimentMetric("clicks", role="secondary"),)},
        {"metrics": (ExperimentMetric("clicks"), ExperimentMetric("clicks", "mean"))},
        {"traffic": 0.0},
        {"traffic": 1.1},
        {"traffic": float("nan")},
        {"target": 1},
        {"target": 0},
        {"days": 0.0},
        {"least_lift": 0.0},
        {"layer": "lists", "layer_share": 0.0},
    ],
)
def test_check_design_that_makes_no_sense_is_refused(changes):
    with pytest.raises(ValueError, match=r"\w"):
        engine.check_design("e1", replace(DESIGN, **changes))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"variants": variants(a=0.1, b=0.2, c=0.7)},
        {"traffic": 0.01},
        {"target": 2},
        {"layer": "lists", "layer_share": 1.0},
        {"looking": "fixed"},
        {"metrics": (
            ExperimentMetric("ctr", "ratio"),
            ExperimentMetric("slow", "mean", "guardrail", "lower", 0.1),
        )},
    ],
)  # fmt: skip
def test_design_that_makes_sense_is_kept_as_it_is(changes):
    design = replace(DESIGN, **changes)
    engine.check_design("e1", design)
    assert design_of(design_values(design)) == design


def test_design_values_hold_of_a_placement_what_it_says_alone():
    first, second = design_values(DESIGN)["variants"]
    assert first["placement"] == {}
    assert second["placement"] == {"diversity": 0.5}


# Figures


def sums(variant: str, units: int, clicks: float) -> VariantSums:
    return VariantSums(variant, units, {"clicks": MetricSums(clicks, 0.0, clicks)})


def test_results_tell_means_and_lift_of_a_rate():
    found = engine.results(
        card(), [sums("now", 1000, 100), sums("varied", 1000, 150)], days=7.0, language="en"
    )
    (one,) = found.comparisons
    assert (one.metric, one.variant, one.role) == ("clicks", "varied", "primary")
    assert (one.control_mean, one.treatment_mean) == (0.1, pytest.approx(0.15))
    assert one.lift == pytest.approx(0.5)
    assert one.lift_low < 0.5 < one.lift_high
    assert found.units == {"now": 1000, "varied": 1000}


def test_results_of_what_was_never_measured_count_everybody_as_nought():
    empty = [VariantSums(name, 500, {}) for name in ("now", "varied")]
    found = engine.results(card(), empty, days=1.0, language="en")
    (one,) = found.comparisons
    assert (one.control_mean, one.treatment_mean, one.lift) == (0.0, 0.0, None)
    assert one.lift_high is None


def test_results_before_anybody_came_have_no_number_without_end():
    nobody = [VariantSums(name, 0, {}) for name in ("now", "varied")]
    found = engine.results(card(), nobody, days=None, language="en")
    for each in found.comparisons:
        for number in (each.lift, each.lift_low, each.lift_high, each.needed):
            assert number is None or abs(number) < 1e300
    assert found.progress == 0.0


@pytest.mark.parametrize("language", ["en", "ko"])
def test_results_have_three_sentences_in_each_language(language):
    found = engine.results(
        card(), [sums("now", 90, 9), sums("varied", 90, 9)], days=2.0, language=language
    )
    assert len(found.verdict) == 3
    assert all(found.verdict)
    korean = any("가" <= letter <= "힣" for letter in "".join(found.verdict))
    assert korean is (language == "ko")


def test_effect_points_are_of_each_day_in_order():
    days = [
        DaySums(date(2026, 3, at), (sums("now", n, n / 10), sums("varied", n, n / 5)))
        for at, n in ((1, 100), (2, 200), (3, 300))
    ]
    points = engine.effect_points(card(), days)
    assert [point.day for point in points] == [date(2026, 3, at) for at in (1, 2, 3)]
    assert {point.variant for point in points} == {"varied"}
    assert all(point.lift == pytest.approx(1.0) for point in points)
    widths = [point.high - point.low for point in points if point.low is not None]
    assert widths == sorted(widths, reverse=True)


def test_effect_plot_is_a_picture_that_names_what_it_shows():
    points = engine.effect_points(
        card(), [DaySums(date(2026, 3, 1), (sums("now", 100, 10), sums("varied", 100, 20)))]
    )
    drawn = engine.effect_plot("e1: <clicks>", points, language="en")
    assert drawn.startswith("<svg")
    assert "<clicks>" not in drawn
    assert "varied" in drawn


def test_effect_plot_of_no_days_is_a_picture_all_the_same():
    assert engine.effect_plot("e1", [], language="ko").startswith("<svg")


@pytest.mark.parametrize(
    ("time", "day"),
    [
        (0, date(1970, 1, 1)),
        (86_399, date(1970, 1, 1)),
        (86_400, date(1970, 1, 2)),
        (-1, date(1969, 12, 31)),
        (1_709_164_800, date(2024, 2, 29)),
    ],
)
def test_day_of_a_second_is_that_of_utc(time, day):
    assert day_of(time) == day
