"""`omakase experiment`."""

import json

import pytest
from tests.omakase_service.experiments.test_lifecycle import created
from typer.testing import CliRunner

from omakase_cli.main import app
from omakase_service.experiments.contracts import ExposureIn
from omakase_service.experiments.selectors import experiment_by_name
from omakase_service.experiments.services.exposures import record_exposures
from omakase_settings import Placement

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


OPTIONS = (
    *("--name", "colours", "--place", "home", "--metric", "clicks"),
    *("--variant", "now", "--variant", 'varied={"diversity": 0.5}'),
)


def test_experiment_created_by_options_shares_people_equally():
    made = run("create", *OPTIONS, "--metric", "ctr:ratio:guardrail", "--target", "50")
    assert "colours is draft" in made.stderr
    design = experiment_by_name(name="colours").design
    assert [(each.name, each.weight) for each in design.variants] == [("now", 0.5), ("varied", 0.5)]
    assert design.variants[1].placement == Placement(diversity=0.5)
    assert [(each.name, each.kind, each.role) for each in design.metrics] == [
        ("clicks", "rate", "primary"),
        ("ctr", "ratio", "guardrail"),
    ]
    assert (design.target, design.traffic) == (50, 1.0)


def test_experiment_created_from_a_file_is_started_with_options_before_it(tmp_path):
    file = tmp_path / "colours.json"
    variants = [{"name": "now", "weight": 0.8}, {"name": "new", "weight": 0.2}]
    metrics = [{"name": "clicks"}]
    design = {"name": "a", "place": "home", "variants": variants, "metrics": metrics, "days": 3}
    file.write_text(json.dumps(design))
    made = run("create", str(file), "--name", "b", "--start")
    assert "b is active" in made.stderr
    card = experiment_by_name(name="b")
    assert [each.weight for each in card.design.variants] == [0.8, 0.2]
    assert card.design.days == 3


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (("--variant", "new={broken"), "is no JSON"),
        (("--traffic", "2"), "traffic"),
        (("--metric", "ctr:quotient"), "metrics.1.kind"),
    ],
)
def test_experiment_that_cannot_be_read_is_refused_with_words(wrong, words):
    refused = run("create", *OPTIONS, *wrong)
    assert refused.exit_code != 0
    assert words in refused.output


def test_experiment_file_that_is_no_object_is_refused(tmp_path):
    for number, text in enumerate(("[]", "{")):
        file = tmp_path / f"{number}.json"
        file.write_text(text)
        assert run("create", str(file)).exit_code == 2
