"""`omakase experiment`."""

import json

import pytest
from tests.omakase_service.experiments.test_lifecycle import created
from typer.testing import CliRunner

from omakase_cli.main import app
from omakase_service.experiments.contracts import ExposureIn
from omakase_service.experiments.services.exposures import record_exposures

pytestmark = pytest.mark.django_db


def run(*words):
    return CliRunner().invoke(app, ["experiment", *words])


def test_experiment_is_listed_started_paused_and_completed():
    created("colours")
    assert json.loads(run("list", "--json").stdout)[0]["state"] == "draft"
    for word, state in (("start", "active"), ("pause", "paused"), ("start", "active")):
        assert f"colours is {state}" in run(word, "colours").stderr
    assert run("complete", "colours", "--winner", "varied").exit_code == 0
    listed = json.loads(run("list", "--json").stdout)[0]
    assert (listed["state"], listed["winner"]) == ("completed", "varied")
    assert "colours" in run("list").stdout


def test_experiment_results_tell_the_verdict_and_the_figures():
    created("colours")
    run("start", "colours")
    record_exposures(exposures=[ExposureIn("colours", "now", f"u{n}", 1) for n in range(3)])
    shown = run("results", "colours")
    assert "Still open" in shown.stdout and "clicks" in shown.stdout
    assert "아직" in run("results", "colours", "--language", "ko").stdout
    found = json.loads(run("results", "colours", "--json").stdout)
    assert (found["state"], found["units"]) == ("running", {"now": 3, "varied": 0})


def test_experiment_that_there_is_not_is_refused():
    assert run("start", "other").exit_code != 0
