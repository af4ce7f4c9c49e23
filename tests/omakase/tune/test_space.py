"""Knobs become a space."""

from typing import Literal

import pytest
from pydantic import Field

from omakase import types
from omakase.registry import MODELS
from omakase.tune.space import Choice, Number, space


class Config(types.Config):
    """Knobs of every kind."""

    l2: float = Field(default=10.0, gt=0)
    factors: int = Field(default=64, ge=32, le=128)
    share: float = Field(default=0.5, ge=0.1, lt=1)
    cosine: bool = True
    form: Literal["a", "b"] = "a"
    fixed: int = Field(default=3, json_schema_extra={"search": False})
    alpha: float = Field(default=1.0, json_schema_extra={"search": {"low": 0, "high": 2}})
    rank: int = Field(default=8, json_schema_extra={"search": {"low": 4, "high": 64, "log": True}})
    size: int = Field(default=8, json_schema_extra={"search": {"choices": [8, 16]}})
    power: float = Field(default=0, ge=0, le=1)
    offset: float = 0.0
    path: str = "x"
    limit: float | None = None


SPACE = {knob.name: knob for knob in space(Config)}


def test_a_number_is_searched_around_its_default_within_its_bounds():
    assert SPACE["l2"] == Number("l2", 0.5, 200, log=True, whole=False)
    assert SPACE["factors"] == Number("factors", 32, 128, log=True, whole=True)
    share = SPACE["share"]
    assert share.low == 0.1 and 0.99 < share.high < 1


def test_a_default_of_zero_is_searched_between_its_bounds():
    assert SPACE["power"] == Number("power", 0, 1, log=False, whole=False)


def test_few_values_are_choices():
    assert SPACE["cosine"] == Choice("cosine", (False, True))
    assert SPACE["form"] == Choice("form", ("a", "b"))


def test_a_field_may_say_it_itself():
    assert SPACE["alpha"] == Number("alpha", 0, 2, log=False, whole=False)
    assert SPACE["rank"] == Number("rank", 4, 64, log=True, whole=True)
    assert SPACE["size"] == Choice("size", (8, 16))


def test_words_and_absent_values_and_what_is_fixed_are_left_alone():
    assert not {"fixed", "path", "limit", "offset"} & set(SPACE)


@pytest.mark.parametrize("name", sorted(MODELS))
def test_both_ends_of_every_registered_knob_are_allowed(name):
    config_type = MODELS[name].config_type
    for knob in space(config_type):
        ends = knob.values if isinstance(knob, Choice) else (knob.low, knob.high)
        whole = isinstance(knob, Number) and knob.whole
        for value in ends:
            asked = int(value) if whole else value
            assert getattr(config_type(**{knob.name: asked}), knob.name) == asked
