"""What each day added, and the effect over time."""

from datetime import date

import pytest
from tests.omakase_service.experiments.test_lifecycle import created

from omakase_service.experiments import selectors
from omakase_service.experiments.contracts import (
    ExperimentMetric,
    ExposureIn,
    MeasurementIn,
    MetricSums,
)
from omakase_service.experiments.models import DailyFigure
from omakase_service.experiments.services.analysis import experiment_plot, experiment_results
from omakase_service.experiments.services.exposures import (
    record_conversions,
    record_exposures,
    record_measurements,
)
from omakase_service.experiments.services.lifecycle import start_experiment
from omakase_service.platform.exceptions import NotFound

pytestmark = pytest.mark.django_db
DAY = 86_400
FIRST = date(1970, 1, 2)
METRICS = (ExperimentMetric("clicks"), ExperimentMetric("spent", "mean", "secondary"))


@pytest.fixture
def experiment():
    created(metrics=METRICS, target=400)
    return start_experiment(name="e1")


def exposed(day, variant, count):
    units = [f"{variant}-{day}-{n}" for n in range(count)]
    record_exposures(exposures=[ExposureIn("e1", variant, unit, day * DAY) for unit in units])
    return units


def clicked(day, units):
    record_conversions(
        measurements=[MeasurementIn("e1", unit, "clicks", 1.0, time=day * DAY) for unit in units]
    )


def course(experiment):
    """Day to variant to its sums so far."""
    return {
        each.day: {sums.variant: sums for sums in each.variants}
        for each in selectors.daily_sums(card=experiment)
    }


def test_daily_sums_of_two_days_add_up_to_the_sums_of_all(experiment):
    clicked(1, exposed(1, "now", 5)[:2])
    exposed(1, "varied", 4)
    clicked(2, exposed(2, "varied", 3)[:1])
    days = course(experiment)
    first, second = days.values()
    assert list(days) == [FIRST, date(1970, 1, 3)]
    assert (first["now"].units, first["varied"].units) == (5, 4)
    assert first["now"].metrics["clicks"] == MetricSums(2.0, 0.0, 2.0, 0.0, 0.0)
    assert second["varied"].units == 7
    everything = {each.variant: each for each in selectors.variant_sums(card=experiment)}
    assert second["varied"].metrics["clicks"] == everything["varied"].metrics["clicks"]


def test_daily_sums_square_what_a_person_did_on_all_days(experiment):
    (unit,) = exposed(1, "now", 1)
    for day, amount in ((1, 3.0), (2, 4.0)):
        record_measurements(
            measurements=[MeasurementIn("e1", unit, "spent", amount, 2.0, time=day * DAY)]
        )
    first, second = (sums["now"].metrics["spent"] for sums in course(experiment).values())
    assert first == MetricSums(3.0, 2.0, 9.0, 4.0, 6.0)
    assert second == MetricSums(7.0, 4.0, 49.0, 16.0, 28.0)


def test_daily_figures_keep_a_row_a_day_variant_and_metric_however_often_added_to(
    experiment, django_assert_max_num_queries
):
    units = exposed(1, "now", 40)
    exposed(1, "now", 40)
    with django_assert_max_num_queries(10):
        clicked(1, units)
    clicked(1, units)
    rows = DailyFigure.objects.values_list("metric", "units", "first")
    assert sorted(rows) == [("", 40, 0.0), ("clicks", 0, 40.0)]


def test_event_before_its_exposure_counts_to_the_day_of_the_exposure(experiment):
    clicked(1, exposed(3, "now", 1))
    assert list(course(experiment)) == [date(1970, 1, 4)]


def test_results_hold_the_effect_of_each_day_and_its_narrowing_interval(experiment):
    for day in (1, 2, 3):
        clicked(day, exposed(day, "now", 200)[:40])
        clicked(day, exposed(day, "varied", 200)[:60])
    found = experiment_results(name="e1")
    points = [each for each in found.effects if each.metric == "clicks"]
    assert [each.day.day for each in points] == [2, 3, 4]
    assert [each.lift for each in points] == pytest.approx([0.5] * 3)
    widths = [each.high - each.low for each in points]
    assert widths == sorted(widths, reverse=True)
    last = next(each for each in found.comparisons if each.metric == "clicks")
    assert (points[-1].low, points[-1].high) == (last.lift_low, last.lift_high)


def test_plot_of_an_experiment_draws_the_metric_that_is_asked_for(experiment):
    clicked(1, exposed(1, "now", 50)[:10])
    clicked(1, exposed(1, "varied", 50)[:15])
    drawing = experiment_plot(name="e1")
    assert "e1: clicks" in drawing and "varied +50.0%" in drawing
    assert "e1: spent" in experiment_plot(name="e1", metric="spent")
    with pytest.raises(NotFound, match="clicks, spent"):
        experiment_plot(name="e1", metric="other")
