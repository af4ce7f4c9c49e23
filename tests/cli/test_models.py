import json

from omakase.contenders import TRAINABLE
from omakase.types import Config
from omakase_cli.models import knobs


def test_every_algorithm_is_listed_with_its_knobs(omakase):
    listed = json.loads(omakase("models", "--json").stdout)
    assert [model["name"] for model in listed] == sorted(TRAINABLE)
    ease = next(model for model in listed if model["name"] == "ease")
    assert next(knob for knob in ease["knobs"] if knob["name"] == "l2")["bounds"] == "> 0"


def test_people_see_a_table(omakase):
    assert "l2=" in omakase("models").stdout


def test_a_configuration_without_knobs_has_none():
    assert knobs(Config) == []
