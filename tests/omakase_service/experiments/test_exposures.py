"""What exposed people did, however it is told: sums equal to loops over all that was said."""

from collections import defaultdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.omakase_service.experiments.test_lifecycle import created

from omakase_service.experiments import selectors
from omakase_service.experiments.contracts import (
    ExperimentMetric,
    ExperimentState,
    ExposureIn,
    MeasurementIn,
    MetricSums,
)
from omakase_service.experiments.models import DailyFigure, Experiment, Exposure, Measurement
from omakase_service.experiments.services.exposures import (
    erase_exposures,
    record_conversions,
    record_exposures,
    record_measurements,
)
from omakase_service.experiments.services.lifecycle import (
    change_experiment,
    complete_experiment,
    pause_experiment,
    start_experiment,
)
from omakase_service.platform.exceptions import NotFound

pytestmark = pytest.mark.django_db
DAY = 86_400
METRICS = (
    ExperimentMetric("clicks"),
    ExperimentMetric("spent", "mean", "secondary"),
    ExperimentMetric("ctr", "ratio", "guardrail"),
)
UNITS = [f"u{n}" for n in range(5)]
EXPOSURES = st.lists(
    st.builds(
        ExposureIn,
        st.just("e1"),
        st.sampled_from(["now", "varied"]),
        st.sampled_from(UNITS),
        st.integers(0, 4 * DAY),
    ),
    max_size=8,
)
MEASUREMENTS = st.lists(
    st.builds(
        MeasurementIn,
        st.just("e1"),
        st.sampled_from([*UNITS, "stranger"]),
        st.sampled_from(["spent", "ctr"]),
        st.integers(0, 9).map(float),
        st.integers(0, 9).map(float),
        st.integers(0, 5 * DAY),
    ),
    max_size=10,
)


@pytest.fixture
def card():
    created(metrics=METRICS, target=400)
    return start_experiment(name="e1")


def forget_all() -> None:
    for table in (Measurement, Exposure, DailyFigure):
        table.objects.all().delete()


def sums_by_loops(exposures, measurements):
    """Variant to its units and to what they did by metric."""
    variants: dict[str, str] = {}
    for each in exposures:
        variants.setdefault(each.unit_id, each.variant)
    amounts: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for each in measurements:
        if each.unit_id in variants:
            amounts[each.unit_id, each.metric][0] += each.amount
            amounts[each.unit_id, each.metric][1] += each.base
    found = {}
    for variant in ("now", "varied"):
        metrics: dict[str, list[float]] = defaultdict(lambda: [0.0] * 5)
        for (unit, metric), (amount, base) in amounts.items():
            if variants[unit] == variant:
                of_unit = (amount, base, amount * amount, base * base, amount * base)
                metrics[metric] = [a + b for a, b in zip(metrics[metric], of_unit, strict=True)]
        units = sum(name == variant for name in variants.values())
        found[variant] = (units, {name: MetricSums(*each) for name, each in metrics.items()})
    return found


def stored_sums(card):
    return {
        each.variant: (each.units, dict(each.metrics)) for each in selectors.variant_sums(card=card)
    }


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EXPOSURES, MEASUREMENTS, st.integers(0, 10))
def test_sums_of_variants_equal_loops_however_they_were_told(card, exposures, measurements, cut):
    forget_all()
    record_exposures(exposures=exposures)
    added = record_measurements(measurements=measurements[:cut])
    added += record_measurements(measurements=measurements[cut:])
    expected = sums_by_loops(exposures, measurements)
    assert stored_sums(card) == expected
    exposed = {each.unit_id for each in exposures}
    assert added == sum(each.unit_id in exposed for each in measurements)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EXPOSURES, MEASUREMENTS, st.integers(0, 10))
def test_daily_sums_end_with_the_sums_of_all(card, exposures, measurements, cut):
    forget_all()
    record_exposures(exposures=exposures)
    record_measurements(measurements=measurements[:cut])
    record_measurements(measurements=measurements[cut:])
    days = selectors.daily_sums(card=card)
    assert [each.day for each in days] == sorted({each.day for each in days})
    if not exposures:
        assert days == []
        return
    last = {each.variant: (each.units, dict(each.metrics)) for each in days[-1].variants}
    assert last == stored_sums(card)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_exposure_that_is_told_twice_keeps_the_one_that_came_first(card, order):
    names = ("now", "varied", "now")
    told = [ExposureIn("e1", variant, "u0", at) for at, variant in enumerate(names)]
    record_exposures(exposures=[told[place] for place in order])
    row = Exposure.objects.get()
    assert (row.variant, row.time) == (told[order[0]].variant, order[0])


def test_exposures_and_measurements_of_nobody():
    record_exposures(exposures=[])
    assert record_measurements(measurements=[]) == 0
    assert record_conversions(measurements=[]) == 0


def test_conversions_of_one_call_count_a_person_once(card):
    record_exposures(exposures=[ExposureIn("e1", "now", "u0", 0)])
    told = [MeasurementIn("e1", "u0", "clicks", 1.0, time=at) for at in range(3)]
    assert record_conversions(measurements=told) == 1
    assert record_conversions(measurements=told) == 0
    assert stored_sums(card)["now"] == (1, {"clicks": MetricSums(1.0, 0.0, 1.0, 0.0, 0.0)})


def test_measurement_of_another_experiment_is_not_this_one_s(card):
    created("e2", place="cart", metrics=METRICS)
    record_exposures(
        exposures=[ExposureIn("e1", "now", "u0", 0), ExposureIn("e2", "varied", "u1", 0)]
    )
    told = [
        MeasurementIn("e1", "u1", "spent", 5.0),
        MeasurementIn("e2", "u0", "spent", 5.0),
        MeasurementIn("e2", "u1", "spent", 7.0),
        MeasurementIn("no", "u1", "spent", 9.0),
    ]
    assert record_measurements(measurements=told) == 1
    assert stored_sums(card)["now"] == (1, {})
    other = selectors.experiment_by_name(name="e2")
    assert stored_sums(other)["varied"][1]["spent"].first == 7.0


def test_exposures_of_more_people_than_one_statement_holds(card):
    told = [ExposureIn("e1", "now" if n % 3 else "varied", f"p{n}", 0) for n in range(1201)]
    record_exposures(exposures=told)
    amounts = [MeasurementIn("e1", each.unit_id, "spent", 2.0) for each in told]
    assert record_measurements(measurements=amounts) == 1201
    assert {name: units for name, (units, _) in stored_sums(card).items()} == {
        "now": 800,
        "varied": 401,
    }
    assert stored_sums(card)["varied"][1]["spent"].first_squares == 4.0 * 401


@pytest.mark.parametrize(
    ("user_id", "sessions", "left"),
    [
        ("ada", [], {"u1", "u2", "u3"}),
        ("nobody", ["s1"], {"u0", "u2", "u3"}),
        ("ada", ["s1", "s2"], {"u2", "u3"}),
        ("nobody", [], {"u0", "u1", "u2", "u3"}),
        ("nobody", [""], {"u0", "u1", "u2", "u3"}),
    ],
)
def test_erase_takes_a_person_and_their_sessions(card, user_id, sessions, left):
    people = [("u0", "ada", "s0"), ("u1", "", "s1"), ("u2", "bob", ""), ("u3", "", "")]
    record_exposures(
        exposures=[
            ExposureIn("e1", "now", unit, 0, user_id=user, session_id=session)
            for unit, user, session in people
        ]
    )
    record_measurements(measurements=[MeasurementIn("e1", "u0", "spent", 1.0)])
    erase_exposures(user_id, sessions)
    assert set(Exposure.objects.values_list("unit_id", flat=True)) == left
    assert Measurement.objects.exists() is ("u0" in left)


# Which there are


def test_experiments_are_told_by_their_state_the_newest_first():
    for name in ("a", "b", "c", "d"):
        created(name, place=name)
    start_experiment(name="b")
    start_experiment(name="c")
    pause_experiment(name="c")
    start_experiment(name="d")
    complete_experiment(name="d")
    assert [card.name for card in selectors.experiments()] == ["d", "c", "b", "a"]
    by_state = {
        state: [card.name for card in selectors.experiments(state=state)]
        for state in ExperimentState
    }
    assert by_state == {
        ExperimentState.DRAFT: ["a"],
        ExperimentState.ACTIVE: ["b"],
        ExperimentState.PAUSED: ["c"],
        ExperimentState.COMPLETED: ["d"],
    }
    assert [card.name for card in selectors.active_experiments()] == ["b"]


def test_occupied_parts_of_a_layer_are_those_of_experiments_that_have_not_ended():
    for name in ("a", "b", "c"):
        created(name, place=name, layer="lists", layer_share=0.25)
    start_experiment(name="a")
    complete_experiment(name="a")
    assert sorted(selectors.occupied_parts(layer="lists")) == [(0.25, 0.5), (0.5, 0.75)]
    assert selectors.occupied_parts(layer="other") == []
    assert created("d", place="d", layer="lists", layer_share=0.25).layer_start == 0.0


def test_change_of_a_draft_may_take_the_room_that_it_had():
    card = created("a", layer="lists", layer_share=0.6)
    changed = change_experiment(name="a", design=card.design)
    assert (changed.layer_start, changed.design) == (0.0, card.design)


@pytest.mark.parametrize("name", ["no", "", "E1"])
def test_experiment_by_name_that_there_is_not(name, card):
    with pytest.raises(NotFound) as refused:
        selectors.experiment_by_name(name=name)
    assert str(refused.value) == f"no experiment {name!r}"


def test_collected_answer_is_unknown_without_an_experiment():
    assert selectors.collected_answer() is None
    created()
    assert selectors.collected_answer() == 0
    Experiment.objects.all().delete()
    assert selectors.collected_answer() is None
