"""Exposures, measurements, and what is made of them."""

import pytest
from tests.omakase_service.experiments.test_lifecycle import created

from omakase_service.experiments import selectors
from omakase_service.experiments.contracts import (
    ExperimentMetric,
    ExposureIn,
    MeasurementIn,
    MetricSums,
)
from omakase_service.experiments.models import Exposure
from omakase_service.experiments.services.analysis import experiment_results
from omakase_service.experiments.services.exposures import (
    erase_exposures,
    record_conversions,
    record_exposures,
    record_measurements,
)
from omakase_service.experiments.services.lifecycle import start_experiment

pytestmark = pytest.mark.django_db
METRICS = (
    ExperimentMetric("clicks"),
    ExperimentMetric("spent", "mean", "secondary"),
    ExperimentMetric("ctr", "ratio", "guardrail"),
)


def exposed(now, varied):
    """So many people a variant: n0, n1, … and v0, v1, …"""
    people = [(f"n{n}", "now") for n in range(now)] + [(f"v{n}", "varied") for n in range(varied)]
    record_exposures(
        exposures=[ExposureIn("e1", variant, who, 1, user_id=who) for who, variant in people]
    )


def measured(who, metric, amount=1.0, base=0.0):
    return MeasurementIn("e1", who, metric, amount, base)


@pytest.fixture
def experiment():
    created(metrics=METRICS, target=400)
    return start_experiment(name="e1")


def sums(experiment):
    return {each.variant: each for each in selectors.variant_sums(card=experiment)}


def test_exposure_counts_a_person_once_and_keeps_the_first_variant(experiment):
    exposed(2, 1)
    record_exposures(exposures=[ExposureIn("e1", "varied", "n0", 9)])
    assert {name: each.units for name, each in sums(experiment).items()} == {"now": 2, "varied": 1}
    assert Exposure.objects.get(unit_id="n0").time == 1


def test_conversion_of_a_person_counts_once(experiment):
    exposed(2, 1)
    both = [measured("n0", "clicks")] * 2
    assert record_conversions(measurements=both) == 1
    assert sums(experiment)["now"].metrics["clicks"] == MetricSums(1.0, 0.0, 1.0, 0.0, 0.0)


def test_measurements_of_a_person_add_up_before_they_are_squared(experiment):
    exposed(2, 1)
    record_measurements(measurements=[measured("n0", "spent", 3.0), measured("n0", "spent", 4.0)])
    record_measurements(measurements=[measured("v0", "ctr", 2.0, 10.0)])
    found = sums(experiment)
    assert found["now"].metrics["spent"] == MetricSums(7.0, 0.0, 49.0, 0.0, 0.0)
    assert found["varied"].metrics["ctr"] == MetricSums(2.0, 10.0, 4.0, 100.0, 20.0)


def test_measurement_of_somebody_unexposed_does_not_count(experiment):
    assert record_measurements(measurements=[measured("stranger", "spent", 3.0)]) == 0
    assert record_conversions(measurements=[measured("stranger", "clicks")]) == 0


def test_results_find_a_large_difference(experiment):
    exposed(400, 400)
    record_conversions(measurements=[measured(f"n{n}", "clicks") for n in range(20)])
    record_conversions(measurements=[measured(f"v{n}", "clicks") for n in range(90)])
    found = experiment_results(name="e1")
    assert (found.state, found.leader, found.progress) == ("winner", "varied", 1.0)
    clicks = next(each for each in found.comparisons if each.metric == "clicks")
    assert clicks.better is True and clicks.lift == pytest.approx(3.5)
    assert (clicks.control_mean, clicks.treatment_mean) == (0.05, 0.225)
    assert found.units == {"now": 400, "varied": 400}
    assert "“varied” is better" in found.verdict[0]
    assert "‘varied’" in experiment_results(name="e1", language="ko").verdict[0]


def test_results_of_a_skewed_split_are_not_believed(experiment):
    exposed(400, 600)
    found = experiment_results(name="e1")
    assert found.state == "mismatch" and found.ratio_p < 0.001


def test_results_before_anybody_came_are_open(experiment):
    found = experiment_results(name="e1")
    assert (found.state, found.progress) == ("running", 0.0)
    assert all(each.lift_high is None and each.better is None for each in found.comparisons)


def test_erased_person_leaves_no_exposure(experiment):
    exposed(2, 1)
    record_measurements(measurements=[measured("n0", "spent", 3.0)])
    record_exposures(exposures=[ExposureIn("e1", "now", "s", 1, session_id="s9")])
    erase_exposures("n0", ["s9"])
    assert sorted(Exposure.objects.values_list("unit_id", flat=True)) == ["n1", "v0"]
    assert "spent" not in sums(experiment)["now"].metrics
    assert erase_exposures("nobody", [""]) == 0
