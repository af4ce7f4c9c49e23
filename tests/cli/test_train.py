import json

import pytest
from tests.walks import entered_steps, in_order, walk

from omakase_service.events.selectors import event_count
from omakase_service.training.selectors import live_card, versions

pytestmark = pytest.mark.usefixtures("tribes")


def test_a_version_is_made_judged_and_live(omakase):
    words = ("train", "--models", "ease,ials", "--set", "ease.l2=1", "--set", "ials.factors=4")
    made = json.loads(omakase(*words, "--json").stdout)
    assert made["stage"] == "live"
    assert made["best"] in {"ease", "ials"}
    assert {line["model"] for line in made["table"]["models"]} == {"popular", "ease", "ials"}
    assert live_card().name == made["version"]


def test_people_see_the_table_and_who_answers(omakase):
    result = omakase("train", "--models", "ease", "--set", "ease.l2=1")
    assert "Verdict" in result.stdout
    assert "ease answers" in result.stderr
    assert "training ease" in result.stderr


def test_a_candidate_does_not_answer(omakase):
    made = json.loads(omakase("train", "--models", "ease", "--no-promote", "--json").stdout)
    assert made["stage"] == "candidate"
    assert live_card() is None


def test_unjudged_is_quicker_and_has_no_table(omakase):
    made = json.loads(omakase("train", "--models", "ease", "--no-evaluate", "--json").stdout)
    assert made["table"] == {}


def test_knobs_reach_the_model(omakase):
    omakase("train", "--models", "ials", "--set", "ials.factors=3", "--no-evaluate")
    (version,) = versions()
    from omakase.registry import version_store
    from omakase_service.training.services import versions_folder

    config = (
        version_store(versions_folder()).open(version.name).part_manifest("models", "ials").config
    )
    assert config["factors"] == 3


def test_a_preset_is_trained_and_nothing_else(omakase):
    words = ("--set", "ials.factors=3", "--no-evaluate", "--json")
    made = json.loads(omakase("train", "--preset", "films-ials", *words).stdout)
    from omakase.registry import version_store
    from omakase_service.training.services import versions_folder

    opened = version_store(versions_folder()).open(made["version"])
    assert opened.part_manifest("models", "ials").config["unobserved"] == 0.3
    assert opened.part_manifest("models", "ials").config["factors"] == 3


def test_a_wrong_knob_is_refused_before_anything_starts(omakase):
    result = omakase("train", "--models", "ease", "--set", "ease.l3=1")
    assert result.exit_code == 1
    assert "l3" in result.stderr
    assert versions() == []


def test_a_file_may_be_stored_first(omakase, tmp_path):
    before = event_count()
    (tmp_path / "more.csv").write_text("user,item,time\nzoe,i01,2024-01-01T00:00:00Z\n")
    words = (
        "train",
        "--models",
        "ease",
        "--no-evaluate",
        "--data",
        tmp_path / "more.csv",
        "--json",
    )
    made = json.loads(omakase(*words).stdout)
    assert event_count() == before + 1
    assert made["window"]["events"] == before + 1


def test_training_goes_the_way_that_the_architecture_tells(omakase):
    omakase("train", "--models", "popular", "--no-evaluate")
    with entered_steps() as entered:
        omakase("train", "--models", "ease", "--promote")
    told = walk("A version")
    assert in_order(told, entered) == told
