"""A version as a run: its parameters, metrics, curves, tags and model card, worked out by hand."""

from datetime import UTC, datetime

import pytest

from omakase_service.tracking.contracts import CurvePoint
from omakase_service.tracking.mlflow_tracker import allowed
from omakase_service.tracking.runs import LONGEST_PARAMETER, card_of, run_of, tags_of
from omakase_service.training.contracts import Stage, VersionCard

WINDOW = {"events": 12_345, "users": 67, "first": 1_700_000_000, "last": 1_700_086_400}


def version(**more) -> VersionCard:
    fields = {
        "name": "20261201-030000", "stage": Stage.CANDIDATE, "best": "ease",
        "models": {"popular": {"ndcg": 0.1}, "ease": {"ndcg": 0.25, "recall": 0.5}},
        "window": WINDOW, "created": datetime(2026, 12, 1, 3, tzinfo=UTC), "promoted": None,
    }  # fmt: skip
    return VersionCard(**{**fields, **more})


def test_run_has_the_name_and_the_time_of_its_version():
    run = run_of(version())
    assert (run.name, run.created) == ("20261201-030000", datetime(2026, 12, 1, 3, tzinfo=UTC))


def test_parameters_are_texts_by_dotted_names():
    knobs = {"l2": 250.0, "plan": {"epochs": 3, "inner": {"deep": True}}, "name": "가"}
    assert run_of(version(recipe={"knobs": knobs})).parameters == {
        "models": "ease, popular",
        "best": "ease",
        "ease.l2": "250.0",
        "ease.plan.epochs": "3",
        "ease.plan.inner.deep": "True",
        "ease.name": "가",
        "window.events": "12345",
        "window.users": "67",
        "window.first": "1700000000",
        "window.last": "1700086400",
    }


@pytest.mark.parametrize("length", [LONGEST_PARAMETER, LONGEST_PARAMETER + 1, 10_000])
def test_parameter_is_no_longer_than_trackers_take(length):
    run = run_of(version(recipe={"knobs": {"text": "x" * length}}))
    assert run.parameters["ease.text"] == "x" * LONGEST_PARAMETER


@pytest.mark.parametrize("recipe", [{}, {"knobs": {}}, {"seed": 3}, {"knobs": {"plan": {}}}])
def test_parameters_of_a_model_without_knobs_are_the_others(recipe):
    names = set(run_of(version(recipe=recipe)).parameters)
    assert names == {"models", "best", *(f"window.{name}" for name in WINDOW)}


def test_metrics_are_of_each_model_and_of_the_best_without_its_name():
    assert run_of(version()).metrics == {
        "ndcg": 0.25, "recall": 0.5, "popular.ndcg": 0.1, "ease.ndcg": 0.25, "ease.recall": 0.5,
    }  # fmt: skip


@pytest.mark.parametrize("models", [{}, {"ease": {}}, {"ease": {}, "popular": {}}])
def test_metrics_of_what_was_not_judged_are_none(models):
    assert run_of(version(models=models)).metrics == {}


def test_metrics_of_a_best_model_that_was_not_judged_are_those_of_the_others():
    models = {"popular": {"ndcg": 0.1}, "ease": {}}
    assert run_of(version(models=models)).metrics == {"popular.ndcg": 0.1}


def test_curves_are_points_of_each_measure_in_order():
    curves = {
        "bpr": [{"step": 1, "loss": 0.7, "auc": 0.5}, {"step": 2.0, "loss": 0.6, "auc": 0.6}],
        "sasrec": [{"step": 1, "loss": 9.0}],
        "ease": [],
    }
    assert run_of(version(curves=curves)).curves == [
        CurvePoint("bpr.loss", 1, 0.7),
        CurvePoint("bpr.auc", 1, 0.5),
        CurvePoint("bpr.loss", 2, 0.6),
        CurvePoint("bpr.auc", 2, 0.6),
        CurvePoint("sasrec.loss", 1, 9.0),
    ]


@pytest.mark.parametrize("stage", list(Stage))
def test_tags_are_what_may_change(stage):
    verdict = {"words": {"en": ["It is better.", "By 5 %."], "ko": ["더 낫습니다."]}}
    made = version(stage=stage, withheld="all zero", verdict=verdict)
    assert tags_of(made) == {
        "stage": stage.value,
        "best": "ease",
        "withheld": "all zero",
        "verdict": "It is better. By 5 %.",
    }


@pytest.mark.parametrize("verdict", [{}, {"words": None}, {"words": {}}, {"words": {"ko": ["가"]}}])
def test_tag_of_a_gate_that_said_nothing_is_empty(verdict):
    assert tags_of(version(verdict=verdict))["verdict"] == ""


def test_tag_of_a_gate_that_said_much_is_cut():
    verdict = {"words": {"en": ["x" * 400, "y" * 400]}}
    assert len(tags_of(version(verdict=verdict))["verdict"]) == LONGEST_PARAMETER


def sections(card: str) -> dict[str, str]:
    """Text of a card by heading."""
    parts = card.split("\n## ")
    return {"": parts[0]} | dict(part.split("\n\n", 1) for part in parts[1:])


def test_card_says_what_the_version_is():
    head = sections(card_of(version()))[""]
    assert head == (
        "# Version 20261201-030000\n\nTrained 2026-12-01 03:00 UTC; candidate. `ease` answers "
        "where no model is named.\n"
    )


def test_card_says_what_was_learnt_from_with_days_and_groups_of_thousands():
    assert sections(card_of(version()))["Learnt from"].strip() == (
        "| fact | value |\n| --- | --- |\n| events | 12,345 |\n| first | 2023-11-14 |\n"
        "| last | 2023-11-15 |\n| users | 67 |"
    )


def test_card_says_how_well_each_model_does_and_leaves_gaps():
    assert sections(card_of(version()))["How well"].strip() == (
        "| model | ndcg | recall |\n| --- | --- | --- |\n| ease | 0.25 | 0.5 |\n"
        "| popular | 0.1 |  |"
    )


def test_card_of_what_was_not_judged_says_so():
    text = sections(card_of(version(models={"ease": {}})))["How well"].strip()
    assert text == "Nothing was judged: there was too little to judge by, or nobody asked for it."


def test_card_says_how_it_was_made_in_order_of_names():
    text = sections(card_of(version(recipe={"knobs": {"l2": 3}})))["How it was made"]
    rows = [line.split(" | ")[0].removeprefix("| ") for line in text.strip().splitlines()[2:]]
    assert rows == sorted(rows)
    assert "| ease.l2 | 3 |" in text


@pytest.mark.parametrize(
    ("more", "headings"),
    [
        ({}, []),
        ({"verdict": {"words": {"en": ["Better."]}}}, ["The promotion gate"]),
        ({"remarks": ("one",)}, ["To know"]),
        ({"withheld": "zero"}, ["To know"]),
        (
            {"remarks": ("one",), "verdict": {"words": {"en": ["Better."]}}},
            ["The promotion gate", "To know"],
        ),
    ],
)
def test_card_has_further_headings_where_there_is_something_to_say(more, headings):
    assert list(sections(card_of(version(**more))))[4:] == headings


def test_card_ends_in_what_to_know_line_by_line():
    text = card_of(version(remarks=("one", "둘"), withheld="all zero"))
    assert text.endswith("## To know\n\n- one\n- 둘\n- Withheld: all zero\n")


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("ndcg@10", "ndcg_at_10"),
        ("ease.recall@5", "ease.recall_at_5"),
        ("a b/c:d-e_f.g", "a b/c:d-e_f.g"),
        ("가게", "가게"),
        ("a=b|c", "a_b_c"),
        ("100%", "100_"),
        ("", ""),
    ],
)
def test_name_for_mlflow_has_no_sign_that_it_refuses(name, taken):
    assert allowed(name) == taken
