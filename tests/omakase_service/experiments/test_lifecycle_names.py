"""Names of experiments, variants, metrics and layers: what tables and addresses can hold."""

import pytest
from tests.omakase_service.experiments.test_api import BODY
from tests.omakase_service.experiments.test_lifecycle import created

from omakase_service.experiments.contracts import ExperimentMetric, ExperimentVariant
from omakase_service.experiments.models import Experiment
from omakase_service.experiments.selectors import experiment_by_name
from omakase_service.experiments.services.lifecycle import change_experiment
from omakase_service.platform.exceptions import Invalid

pytestmark = pytest.mark.django_db
LONG = "x" * 101


def variants(name: str) -> tuple[ExperimentVariant, ...]:
    return (ExperimentVariant("now", 0.5), ExperimentVariant(name, 0.5))


@pytest.mark.parametrize("name", ["x" * 100, "한국", "🍣", "a b", "a.b", "?", "%2F", "-"])
def test_experiment_of_any_name_is_found_by_it(name, api, post):
    assert post("/api/experiments", {**BODY, "name": name}).status_code == 201
    assert experiment_by_name(name=name).name == name


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": LONG}, f"a name has 1 to 100 characters: {'x' * 40!r}"),
        ({"name": ""}, "a name has 1 to 100 characters: ''"),
        ({"variants": variants(LONG)}, f"a name has 1 to 100 characters: {'x' * 40!r}"),
        ({"variants": variants("")}, "a name has 1 to 100 characters: ''"),
        ({"metrics": (ExperimentMetric(LONG),)}, f"a name has 1 to 100 characters: {'x' * 40!r}"),
        ({"metrics": (ExperimentMetric(""),)}, "a name has 1 to 100 characters: ''"),
        ({"layer": LONG}, f"a layer has at most 100 characters: {'x' * 40!r}"),
        (
            {"name": "a/b"},
            "the name 'a/b' holds a slash, which no address of an experiment can",
        ),
    ],
)
def test_experiment_whose_names_no_table_or_address_holds_is_refused(changes, words):
    with pytest.raises(Invalid) as refused:
        created(**changes)
    assert str(refused.value) == words
    assert not Experiment.objects.exists()


def test_change_of_a_draft_to_names_that_no_table_holds_is_refused():
    card = created()
    design = card.design
    with pytest.raises(Invalid):
        change_experiment(name="e1", design=type(design)("home", variants(LONG), design.metrics))
    assert experiment_by_name(name="e1").design == design


def test_names_of_the_greatest_length_are_kept():
    longest = "한" * 100
    card = created(longest, variants=variants(longest), metrics=(ExperimentMetric(longest),))
    assert experiment_by_name(name=longest).design == card.design


WRONG = [
    ("place", "x" * 256),
    ("variants", []),
    ("variants", [{"name": "a", "weight": 1}]),
    ("variants", [{"name": "a", "weight": 0}, {"name": "b", "weight": 1}]),
    ("variants", [{"name": "a", "weight": 0.5}, {"name": "b", "weight": 0.6}]),
    ("variants", [{"name": "a", "weight": 0.5}, {"name": "a", "weight": 0.5}]),
    ("variants", [{"name": "", "weight": 0.5}, {"name": "b", "weight": 0.5}]),
    ("variants", [{"name": "a", "weight": 0.5, "more": 1}, {"name": "b", "weight": 0.5}]),
    ("metrics", []),
    ("metrics", [{"name": "clicks", "role": "secondary"}]),
    ("metrics", [{"name": "clicks"}, {"name": "clicks"}]),
    ("metrics", [{"name": "clicks", "kind": "median"}]),
    ("metrics", [{"name": "clicks", "tolerance": -0.1}]),
    ("metrics", [{"name": ""}]),
    ("kind", "colours"),
    ("unit", "house"),
    ("traffic", 0),
    ("traffic", 1.01),
    ("layer", LONG),
    ("layer_share", 0),
    ("layer_share", 1.5),
    ("target", 1),
    ("target", 2.5),
    ("days", 0),
    ("level", 0.5),
    ("level", 1),
    ("least_lift", 0),
    ("looking", "often"),
    ("name", ""),
    ("name", LONG),
    ("name", "a/b"),
    ("name", "a\x00"),
    ("tempo", 1),
]


@pytest.mark.parametrize(("field", "wrong"), WRONG)
def test_experiment_over_http_that_makes_no_sense_is_refused_and_not_kept(post, field, wrong):
    answer = post("/api/experiments", {**BODY, field: wrong})
    assert answer.status_code == 422, answer.content
    assert not Experiment.objects.exists()


@pytest.mark.parametrize("path", ["", "/results", "/plot"])
def test_experiment_over_http_that_there_is_not_is_not_found(api, path):
    answer = api.get(f"/api/experiments/no{path}")
    assert answer.status_code == 404
    assert "no experiment 'no'" in answer.content.decode()


@pytest.mark.parametrize("change", ["start", "pause", "complete"])
def test_experiment_over_http_that_there_is_not_cannot_change(post, change):
    assert post(f"/api/experiments/no/{change}", {}).status_code == 404


def test_plot_over_http_of_no_metric_names_those_that_there_are(api, post):
    post("/api/experiments", BODY)
    answer = api.get("/api/experiments/colours/plot?metric=revenue")
    assert answer.status_code == 404
    assert "experiment 'colours' has no metric 'revenue': clicks" in answer.content.decode()


def test_complete_over_http_with_no_such_variant_names_those_that_there_are(api, post):
    post("/api/experiments", BODY)
    post("/api/experiments/colours/start", {})
    answer = post("/api/experiments/colours/complete", {"winner": "third"})
    assert answer.status_code == 404
    assert "experiment 'colours' has no variant 'third': now, varied" in answer.content.decode()
    assert api.get("/api/experiments/colours").json()["state"] == "active"
