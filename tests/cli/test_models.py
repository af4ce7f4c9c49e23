import json

from omakase.build.presets import PRESETS
from omakase.build.trainable import TRAINABLE
from omakase.types import Config
from omakase_cli.models import described_presets, knobs
from omakase_cli.trainable import contenders


def test_every_algorithm_is_listed_with_its_knobs(omakase):
    listed = json.loads(omakase("models", "--json").stdout)
    assert [model["name"] for model in listed] == sorted(TRAINABLE)
    ease = next(model for model in listed if model["name"] == "ease")
    assert next(knob for knob in ease["knobs"] if knob["name"] == "l2")["bounds"] == "> 0"


def test_people_see_a_table(omakase):
    assert "l2=" in omakase("models").stdout


def test_a_configuration_without_knobs_has_none():
    assert knobs(Config) == []


def test_presets_are_described_by_what_their_knobs_are_set_to(omakase):
    listed = json.loads(omakase("models", "--presets", "--json").stdout)
    assert [each["name"] for each in listed] == sorted(PRESETS)
    films = next(each for each in listed if each["name"] == "films-sasrec")
    assert films["model"] == "sasrec"
    assert "MovieLens" in films["chosen on"]
    assert "plan.schedule=late" in films["knobs"].split()


def test_a_described_preset_can_be_written_as_knobs():
    """What is printed, given to `--set`, makes the same configuration."""
    for each in described_presets():
        knobs = [f"{each['model']}.{knob}" for knob in each["knobs"].split(" ")]
        made = contenders(each["model"], knobs)[each["model"]].config
        assert made == PRESETS[each["name"]].config


def test_people_see_the_presets(omakase):
    assert "sasrec-strong" in omakase("models", "--presets").stdout
