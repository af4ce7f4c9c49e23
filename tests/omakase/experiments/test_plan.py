"""What an experiment is to find out."""

import pytest

from omakase.experiments.plan import ExperimentPlan, Metric

CLICKS = Metric("clicks")


def test_control_is_the_first_variant():
    assert ExperimentPlan({"now": 0.5, "new": 0.5}, (CLICKS,)).control == "now"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"shares": {"now": 1.0}}, "two variants"),
        ({"metrics": (Metric("clicks", role="secondary"),)}, "primary"),
        ({"metrics": (CLICKS, CLICKS)}, "share a name"),
        ({"target": 1}, "above 0"),
        ({"least_lift": 0.0}, "above 0"),
        ({"days": 0}, "above 0"),
    ],
)
def test_plan_that_makes_no_sense_is_refused(fields, words):
    given = {"shares": {"now": 0.5, "new": 0.5}, "metrics": (CLICKS,), **fields}
    with pytest.raises(ValueError, match=words):
        ExperimentPlan(**given)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"shares": {}}, "an experiment compares at least two variants"),
        ({"metrics": ()}, "an experiment needs a primary metric, by which it is decided"),
        ({"metrics": (CLICKS, Metric("clicks", "mean"))}, "two metrics share a name"),
        ({"target": 0}, "target, days and the least lift must be above 0"),
        ({"least_lift": float("nan")}, "target, days and the least lift must be above 0"),
        ({"days": float("nan")}, "target, days and the least lift must be above 0"),
        ({"days": -1}, "target, days and the least lift must be above 0"),
    ],
)
def test_plan_that_cannot_be_says_what_is_missing(fields, words):
    given_fields = {"shares": {"now": 0.5, "new": 0.5}, "metrics": (CLICKS,), **fields}
    with pytest.raises(ValueError, match=f"^{words}$"):
        ExperimentPlan(**given_fields)


def test_plan_takes_two_units_and_any_number_of_secondary_metrics():
    others = tuple(Metric(f"m{n}", role="secondary") for n in range(5))
    plan = ExperimentPlan({"b": 0.2, "a": 0.8}, (*others, CLICKS), target=2)
    assert plan.control == "b"
