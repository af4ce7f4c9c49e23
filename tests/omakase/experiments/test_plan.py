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
