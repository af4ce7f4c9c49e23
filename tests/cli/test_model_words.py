"""Models, their knobs and what they may be, as they are shown and as they are typed."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.build.presets import PRESETS
from omakase.build.trainable import TRAINABLE
from omakase.errors import ConfigError, UnknownName
from omakase_cli.comparison import figure, show_comparison
from omakase_cli.index.build import pairs
from omakase_cli.models import about, bounds, knobs
from omakase_cli.trainable import contenders, value_of


@pytest.mark.parametrize(
    ("schema", "signs"),
    [
        ({}, ""),
        ({"type": "number"}, ""),
        ({"minimum": 0}, "≥ 0"),
        ({"exclusiveMinimum": 0}, "> 0"),
        ({"maximum": 1}, "≤ 1"),
        ({"exclusiveMaximum": 1}, "< 1"),
        ({"minimum": 0, "maximum": 1}, "≥ 0, ≤ 1"),
        ({"maximum": 1, "minimum": 0}, "≥ 0, ≤ 1"),
        ({"exclusiveMinimum": 0, "exclusiveMaximum": 1e9}, "> 0, < 1e+09"),
        ({"minimum": 0.5}, "≥ 0.5"),
        ({"enum": ["a", "b"]}, "a, b"),
        ({"enum": [1, None]}, "1, None"),
        ({"anyOf": [{"minimum": 1}, {"type": "null"}]}, "≥ 1"),
        ({"anyOf": [{"enum": ["a"]}, {"enum": ["b"]}]}, "a; b"),
        ({"anyOf": [{"minimum": 1}, {"enum": ["auto"]}]}, "≥ 1"),
    ],
)
def test_bounds_of_a_knob_are_told_in_signs(schema, signs):
    assert bounds(schema) == signs


def test_about_is_the_first_line_without_its_full_stop():
    class Plain:
        """One line.

        More.
        """

    class Silent:
        pass

    assert about(Plain) == "One line"
    Silent.__doc__ = None
    assert about(Silent) == ""


@pytest.mark.parametrize("name", sorted(TRAINABLE))
def test_every_knob_of_a_model_is_told_with_a_default_that_the_model_takes(name):
    cls = TRAINABLE[name]
    told = knobs(cls.config_type)
    assert [knob["name"] for knob in told] == list(cls.config_type.model_fields)
    made = cls.config_type()
    assert all(knob["default"] == getattr(made, knob["name"]) for knob in told)
    assert about(cls)


@pytest.mark.parametrize("name", sorted(TRAINABLE))
def test_every_model_can_be_named_alone_and_twice(name):
    assert list(contenders(name, [])) == [name]
    assert list(contenders(f"{name}, {name},", [])) == [name]


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_every_preset_is_of_one_model_at_its_settings(name):
    ((model, made),) = contenders("", [], [name]).items()
    assert (model, made.config) == (PRESETS[name].model, PRESETS[name].config)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("-1", -1),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("true", True),
        ("false", False),
        ("null", None),
        ('"1"', "1"),
        ("[1,2]", [1, 2]),
        ('{"a":1}', {"a": 1}),
        ("word", "word"),
        ("두 낱말", "두 낱말"),
        ("", ""),
        ("True", "True"),
        ("1,5", "1,5"),
        ("{", "{"),
        ("01", "01"),
        ("/a=b", "/a=b"),
    ],
)
def test_value_is_as_in_json_or_a_bare_word(text, value):
    assert value_of(text) == value
    assert type(value_of(text)) is type(value)


def test_value_of_more_digits_than_can_be_read_is_a_word():
    assert value_of("9" * 10_000) == "9" * 10_000


JSON = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=9)


@given(JSON | st.lists(JSON, max_size=3) | st.dictionaries(st.text(max_size=3), JSON, max_size=3))
def test_value_that_is_written_as_json_is_read_as_it_was(value):
    assert value_of(json.dumps(value)) == value


@given(
    st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), st.integers(-99, 99), max_size=4)
)
def test_pairs_of_knobs_are_read_one_by_one(given_knobs):
    assert pairs([f"{name}={value}" for name, value in given_knobs.items()]) == given_knobs


@pytest.mark.parametrize("text", ["", "lists", "=3", "lists=", "="])
def test_pair_that_is_none_is_refused_unless_only_its_value_is_empty(text):
    if text == "lists=":
        assert pairs([text]) == {"lists": ""}
        return
    with pytest.raises(ConfigError) as caught:
        pairs([text])
    assert str(caught.value) == f"--set {text}: write it as KNOB=VALUE, such as lists=1000"


@pytest.mark.parametrize("value", ["Infinity", "-Infinity", "NaN", "1e999"])
def test_knob_that_is_no_finite_number_is_refused_by_its_name(value):
    with pytest.raises(ConfigError, match=r"ease\.l2"):
        contenders("ease", [f"ease.l2={value}"])


@pytest.mark.parametrize("text", ["", "ease", "l2=3", "=3", "ease.l2", ".=3"])
def test_knob_that_is_not_written_so_is_refused(text):
    with pytest.raises((ConfigError, UnknownName)):
        contenders("ease", [text])


def test_knob_that_is_turned_twice_is_the_last():
    assert contenders("ease", ["ease.l2=1", "ease.l2=2"])["ease"].config.l2 == 2


def test_knobs_of_several_models_are_each_their_own():
    made = contenders("ease,ials", ["ials.factors=3", "ease.l2=9"])
    assert (made["ials"].config.factors, made["ease"].config.l2) == (3, 9)


def test_knob_within_what_is_no_table_is_refused_with_what_it_is():
    with pytest.raises(ConfigError) as caught:
        contenders("ease", ["ease.l2=3", "ease.l2.x=1"])
    assert str(caught.value) == "l2 is 3 already; it has no x"


@pytest.mark.parametrize(
    ("number", "text"),
    [(None, "–"), (0, "0.0000"), (0.0, "0.0000"), (0.12345, "0.1235"), (1, "1.0000"),
     (math.nan, "nan")],
)  # fmt: skip
def test_figure_has_four_decimals_or_is_a_dash(number, text):
    assert figure(number) == text


def compared(**more) -> dict:
    """A table of one model, as programs get it."""
    line = {
        "model": "ease",
        "figures": {"recall@10": 0.5, "ndcg@10": 0.25, "coverage@10": None},
        "intervals": {"ndcg": (0.2, 0.3)},
        "cost": {"train seconds": 1.234, "answer ms": 0.5},
    }
    table = {
        "k": 10, "measure": "ndcg", "counts": {"queries": 1234, "targets": 5678},
        "models": [line], "verdict": "ease wins",
    }  # fmt: skip
    return {**table, **more}


def test_comparison_has_a_line_a_model_and_the_verdict(capsys):
    show_comparison(compared())
    lines = [line.split() for line in capsys.readouterr().out.splitlines() if line.strip()]
    assert " ".join(lines[0]) == "1,234 people, lists of 10, 5,678 right answers"
    assert lines[1] == ["model", "recall", "ndcg", "range", "ndcg", "95", "%", "train", "s", "ms"]
    assert lines[3] == ["ease", "0.5000", "0.2500", "–", "0.2000–0.3000", "1.23", "0.50"]
    assert lines[-1] == ["Verdict:", "ease", "wins."]


@pytest.mark.parametrize("interval", [None, ()])
def test_comparison_without_an_interval_leaves_its_place_empty(capsys, interval):
    table = compared()
    table["models"][0]["intervals"] = {"ndcg": interval}
    show_comparison(table)
    row = next(line for line in capsys.readouterr().out.splitlines() if "ease" in line)
    assert row.split() == ["ease", "0.5000", "0.2500", "–", "1.23", "0.50"]
