"""What is decided before Spark is asked: how many parts, where, with how much."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.errors import CapabilityError, ConfigError
from omakase_cli.spark.options import spark_plan
from omakase_spark import session
from omakase_spark.session import SparkPlan, require_spark


@given(st.integers(0, 10**9), st.integers(1, 512), st.integers(1, 10**7))
def test_parts_hold_no_more_events_than_they_are_meant_to(events, cores, most):
    parts = SparkPlan(events_a_part=most).parts(events, cores)
    assert parts >= cores
    assert parts * most >= events
    assert parts == cores or (parts - 1) * most < events


@given(st.integers(1, 5000), st.integers(0, 10**9), st.integers(1, 512))
def test_parts_that_are_named_are_so_many(partitions, events, cores):
    assert SparkPlan(partitions=partitions).parts(events, cores) == partitions


MASTERS = ("local", "local[2]", "local[*]", "local[4,3]", "yarn", "spark://host:7077",
           "spark://a:7077,b:7077", "k8s://https://host:6443")  # fmt: skip
SIZES = ("512m", "4g", "1t", "64k", "1g")


@pytest.fixture
def installed(monkeypatch):
    """As if the extra were there."""
    monkeypatch.setattr(session, "NEEDED", ("json",))


@pytest.mark.parametrize("master", MASTERS)
def test_plan_runs_where_it_is_told(installed, tmp_path, master):
    plan = spark_plan(master, "4g", 3, tmp_path)
    assert (plan.master, plan.memory, plan.partitions) == (master, "4g", 3)
    assert plan.scratch == str(tmp_path)


@pytest.mark.parametrize("memory", SIZES)
def test_plan_has_the_memory_that_it_is_told(installed, memory):
    plan = spark_plan("local[2]", memory, 0, None)
    assert (plan.memory, plan.scratch) == (memory, "")


@pytest.mark.parametrize(
    "master", ["", "Local", "local[]", "local[2", "spark:host", "spark://", "mesos://a",
               "host:7077", "yarn-client", "local[2]x"],
)  # fmt: skip
def test_plan_of_a_place_that_spark_does_not_know_is_refused(installed, master):
    with pytest.raises(ConfigError) as caught:
        spark_plan(master, "4g", 0, None)
    assert str(caught.value) == (
        f"--master {master}: write local[2] for two threads here, or the cluster as "
        "spark://HOST:7077, yarn or k8s://HOST:6443"
    )


@pytest.mark.parametrize("memory", ["", "4", "4G", "0g", "-1g", "1.5g", "4gb", "g", "4 g", "04g"])
def test_plan_of_a_size_that_is_none_is_refused(installed, memory):
    with pytest.raises(ConfigError) as caught:
        spark_plan("yarn", memory, 0, None)
    assert str(caught.value) == f"--memory {memory}: write it with its unit, as 512m or 4g"


def test_plan_without_spark_says_how_to_install_it(monkeypatch):
    monkeypatch.setattr(session, "NEEDED", ("no_such_package",))
    with pytest.raises(CapabilityError, match="no_such_package"):
        spark_plan("yarn", "4g", 0, None)
    with pytest.raises(CapabilityError, match=r"omakase-recsys\[spark\]"):
        require_spark()
