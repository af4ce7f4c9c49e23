"""Experiments from the terminal: designs that are read, refused, told and changed."""

import json

import pytest
from tests.omakase_service.experiments.test_lifecycle import created

from omakase_service.experiments.selectors import experiment_by_name, experiments

pytestmark = pytest.mark.django_db
OPTIONS = ("--name", "colours", "--place", "home", "--metric", "clicks")
TWO = ("--variant", "now", "--variant", "new")


def test_experiments_that_nobody_made_are_none(omakase):
    assert json.loads(omakase("experiment", "list", "--json").stdout) == []


def test_experiments_are_listed_with_the_newest_first(omakase):
    for name in ("one", "two"):
        created(name)
    listed = json.loads(omakase("experiment", "list", "--json").stdout)
    assert [each["name"] for each in listed] == ["two", "one"]
    assert listed[0]["started"] is None
    assert listed[0]["winner"] == ""


@pytest.mark.parametrize(
    ("metrics", "read"),
    [
        (("clicks",), [("clicks", "rate", "primary")]),
        (("ctr:ratio",), [("ctr", "ratio", "primary")]),
        (("clicks", "ctr:ratio:guardrail"),
         [("clicks", "rate", "primary"), ("ctr", "ratio", "guardrail")]),
    ],
)  # fmt: skip
def test_metric_is_its_name_and_then_its_kind_and_role(omakase, metrics, read):
    words = [word for metric in metrics for word in ("--metric", metric)]
    made = omakase("experiment", "create", "--name", "a", "--place", "home", *TWO, *words)
    assert made.exit_code == 0, made.output
    design = experiment_by_name(name="a").design
    assert [(each.name, each.kind, each.role) for each in design.metrics] == read


@pytest.mark.parametrize("number", [2, 3, 5])
def test_variants_of_options_share_people_equally(omakase, number):
    words = [word for n in range(number) for word in ("--variant", f"v{n}")]
    omakase("experiment", "create", *OPTIONS, *words)
    weights = [each.weight for each in experiment_by_name(name="colours").design.variants]
    assert weights == pytest.approx([1 / number] * number)


def test_variant_says_what_its_people_get(omakase):
    rules = {"filters": ["item.price < 3"], "seen": "show", "pins": {"1": "a=b"}}
    omakase(
        "experiment",
        "create",
        *OPTIONS,
        "--variant",
        "now",
        "--variant",
        f"new={json.dumps(rules)}",
    )
    placement = experiment_by_name(name="colours").design.variants[1].placement
    assert (placement.filters, placement.seen, placement.pins) == (
        *(("item.price < 3",), "show", {1: "a=b"}),
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*OPTIONS,), "variants: Field required"),
        ((*OPTIONS, *TWO, "--traffic", "-1"), "traffic"),
        ((*OPTIONS, *TWO, "--days", "-1"), "days"),
        ((*OPTIONS, *TWO, "--target", "-1"), "target"),
        ((*OPTIONS, *TWO, "--metric", "a:b:c:d"), "metrics.1.kind"),
        ((*OPTIONS, "--variant", "now", "--variant", "new={"), "'{' is no JSON"),
        ((*OPTIONS, "--variant", "now", "--variant", 'new={"modle": "ease"}'), "modle"),
        ((*OPTIONS, "--variant", "now", "--variant", 'new={"diversity": 2}'), "diversity"),
        (("--place", "home", "--metric", "clicks", *TWO), "name"),
    ],
)
def test_design_that_makes_no_sense_is_refused_where_it_does_not(omakase, words, said):
    done = omakase("experiment", "create", *words)
    assert done.exit_code == 2
    assert said in "".join(done.stderr.split("│")).replace("\n", " ").replace("  ", " ")
    assert list(experiments()) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is no JSON"),
        ("{", "is no JSON"),
        ("[1]", "holds no JSON object"),
        ("3", "no JSON obj"),
    ],
)
def test_file_of_a_design_that_holds_none_is_refused(omakase, tmp_path, text, said):
    file = tmp_path / "d.json"
    file.write_text(text)
    done = omakase("experiment", "create", file)
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.replace("│", " ").split())


def test_file_of_a_design_that_is_not_there_is_code_2(omakase, tmp_path):
    assert omakase("experiment", "create", tmp_path / "none.json").exit_code == 2


def test_name_is_never_used_for_another(omakase):
    assert omakase("experiment", "create", *OPTIONS, *TWO).exit_code == 0
    again = omakase("experiment", "create", *OPTIONS, *TWO)
    assert again.exit_code == 1
    assert "colours" in again.stderr
    assert "Traceback" not in again.output


@pytest.mark.parametrize("command", ["start", "pause", "complete", "results"])
def test_experiment_that_there_is_not_is_told(omakase, command):
    done = omakase("experiment", command, "nothing")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "'nothing'" in done.stderr


@pytest.mark.parametrize("command", ["pause", "complete"])
def test_draft_cannot_be_paused_or_completed(omakase, command):
    created("colours")
    done = omakase("experiment", command, "colours")
    assert done.exit_code == 1
    assert experiment_by_name(name="colours").state.value == "draft"


def test_experiment_that_is_completed_stays_so(omakase):
    created("colours")
    omakase("experiment", "start", "colours")
    omakase("experiment", "complete", "colours")
    for command in ("start", "pause", "complete"):
        assert omakase("experiment", command, "colours").exit_code == 1
    assert experiment_by_name(name="colours").state.value == "completed"


def test_winner_that_is_no_variant_is_refused(omakase):
    created("colours")
    omakase("experiment", "start", "colours")
    done = omakase("experiment", "complete", "colours", "--winner", "nobody")
    assert done.exit_code == 1
    assert "nobody" in done.stderr
    assert experiment_by_name(name="colours").state.value == "active"


@pytest.mark.parametrize("language", ["fr", "EN", "", "kor"])
def test_language_that_there_is_not_is_refused(omakase, language):
    created("colours")
    for words in (("experiment", "results", "colours"), ("policy", "estimate"), ("explain",)):
        done = omakase(*words, "--language", language)
        assert (done.exit_code, done.stdout) == (2, "")
        assert "'en', 'ko'" in done.stderr
