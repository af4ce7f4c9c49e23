"""The pieces of a search: how a knob becomes a range, and what a trial leaves behind."""

from enum import StrEnum
from types import SimpleNamespace
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, create_model

from omakase import types
from omakase.errors import ConfigError
from omakase.tune.search import Trial, Tuned, _best, _outcome, _suggest, should_continue
from omakase.tune.space import FACTOR, Choice, Number, space


class Colour(StrEnum):
    """Of a knob."""

    RED = "red"
    BLUE = "blue"


def knobs_of(kind, **field):
    made = create_model("Made", __base__=types.Config, knob=(kind, Field(**field)))
    return space(made)


@given(st.floats(1e-6, 1e6))
def test_a_plain_number_is_searched_a_factor_each_way(default):
    (knob,) = knobs_of(float, default=default)
    assert (knob.low, knob.high) == pytest.approx((default / FACTOR, default * FACTOR))
    assert knob.log and not knob.whole


@given(st.integers(1, 5000))
def test_a_whole_number_stays_whole_and_above_zero(default):
    (knob,) = knobs_of(int, default=default)
    assert knob.whole and knob.log
    assert knob.low == max(1, round(default / 4))
    assert knob.high == 4 * default
    assert knob.low <= default <= knob.high


@given(st.floats(0.1, 1), st.floats(1, 10))
def test_bounds_are_never_passed(low, high):
    (closed,) = knobs_of(float, default=1.0, ge=low, le=high)
    assert low <= closed.low <= 1 <= closed.high <= high
    (opened,) = knobs_of(float, default=1.0, lt=high + 1)
    assert opened.high < high + 1


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        (float, {"default": 0.0}),
        (float, {"default": 0.0, "ge": 0}),
        (float, {"default": -1.0, "le": 1}),
        (str, {"default": "a"}),
        (int | None, {"default": None}),
        (tuple[int, ...], {"default": (1, 2)}),
        (float, {"default": 1.0, "json_schema_extra": {"search": False}}),
    ],
)
def test_what_has_no_scale_is_left_alone(kind, field):
    assert knobs_of(kind, **field) == ()


@pytest.mark.parametrize(
    ("kind", "default", "values"),
    [
        (bool, True, (False, True)),
        (Literal["a", "b", 3], "a", ("a", "b", 3)),
        (Colour, Colour.RED, ("red", "blue")),
    ],
)
def test_a_few_values_are_a_choice(kind, default, values):
    assert knobs_of(kind, default=default) == (Choice("knob", values),)


def test_what_a_field_says_of_other_things_is_no_range():
    (knob,) = knobs_of(float, default=2.0, json_schema_extra={"unit": "days"})
    assert knob == Number("knob", 0.1, 40, log=True, whole=False)


def test_knobs_come_in_the_order_of_the_fields():
    made = create_model("Made", __base__=types.Config, z=(float, 1.0), a=(bool, True), m=(int, 8))
    assert [knob.name for knob in space(made)] == ["z", "a", "m"]


class Asked:
    """A trial that notes what it is asked for."""

    def __getattr__(self, name):
        return lambda *args, **named: (name, args, named)


@pytest.mark.parametrize(
    ("knob", "expected"),
    [
        (Choice("c", (1, None)), ("suggest_categorical", ("c", (1, None)), {})),
        (Number("n", 2.0, 9.0, True, True), ("suggest_int", ("n", 2, 9), {"log": True})),
        (Number("x", 0.5, 9, False, False), ("suggest_float", ("x", 0.5, 9), {"log": False})),
    ],
)
def test_a_knob_asks_for_its_own_kind_of_value(knob, expected):
    assert _suggest(Asked(), knob) == expected


@pytest.mark.parametrize(
    ("passed", "taken", "trials", "most", "goes_on"),
    [
        (59, [], 0, None, True),
        (1000, [], 0, None, True),
        (40, [20, 20], 2, None, True),
        (41, [20, 20], 2, None, False),
        (41, [1, 1, 900], 3, None, True),
        (0, [], 0, 0, False),
        (0, [1], 4, 5, True),
        (0, [1], 6, 5, False),
    ],
)
def test_whether_another_trial_fits(passed, taken, trials, most, goes_on):
    assert should_continue(passed, 60, taken, trials, most) is goes_on


class Dial(types.Config):
    """One knob."""

    dial: float = 1.0


def study(*figures):
    """Trials with these figures, none for a failed one, the dial at their number."""
    trials = []
    for number, figure in enumerate(figures):
        attrs = {"config": {"dial": float(number)}, "seconds": 0.5}
        if figure is None:
            attrs["error"] = f"dial {number} is stuck"
        trials.append(SimpleNamespace(value=figure, user_attrs=attrs, params={}))
    return SimpleNamespace(trials=trials)


figures = st.lists(st.none() | st.floats(0, 1), min_size=1, max_size=9)


@given(figures)
def test_the_best_of_the_trials_is_what_is_found(given_figures):
    real = [figure for figure in given_figures if figure is not None]
    assert _best(study(*given_figures)) == max(real, default=0)
    if not real:
        with pytest.raises(ConfigError, match="dial 0 is stuck"):
            _outcome(study(*given_figures), Dial(), "ndcg@10")
        return
    found = _outcome(study(*given_figures), Dial(), "ndcg@10")
    assert found.figure == max(real)
    assert found.config == Dial(dial=given_figures.index(max(real)))
    assert [trial.figure for trial in found.trials] == given_figures
    assert found.default_figure == (given_figures[1] if len(given_figures) > 1 else None)


def test_a_trial_that_was_cut_off_is_passed_over():
    cut = study(0.5, 0.9)
    cut.trials[1].user_attrs = {}
    found = _outcome(cut, Dial(), "auc")
    assert (found.figure, len(found.trials)) == (0.5, 1)


def test_what_was_found_is_told_in_plain_words():
    trial = Trial({"dial": 2.0}, 0.5, 1.0)
    told = Tuned(Dial(dial=2.0), "auc", 0.5, None, (trial,)).to_dict()
    assert told == {
        "config": {"dial": 2.0},
        "measure": "auc",
        "figure": 0.5,
        "default_figure": None,
        "trials": [{"config": {"dial": 2.0}, "figure": 0.5, "seconds": 1.0}],
    }
