"""The options of every command that reads files."""

import json

import pytest

from omakase.errors import ConfigError, UnknownName
from omakase_cli.data.options import columns_by_words, gather

COMMANDS = (("data", "validate"), ("data", "import"), ("evaluate",), ("train",), ("doctor",))
NONE = dict.fromkeys(
    (
        "mapping",
        "kind",
        "kinds",
        "layout",
        "encoding",
        "format",
        "separator",
        "decimal",
        "header",
        "columns",
        "date_format",
        "day_first",
        "time_zone",
        "rating_scale",
    )
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    from omakase_settings import settings

    monkeypatch.setattr(
        "omakase_cli.data.options.read_settings",
        lambda: settings().model_copy(update={"data_folder": tmp_path}),
    )
    return tmp_path


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_options_are_the_same_on_every_command(omakase, words):
    shown = omakase(*words, "--help").stdout
    for option in ("--map", "--encoding", "--day-first", "--columns", "--rating-scale", "--layout"):
        assert option in shown


def test_columns_told_of_events_items_and_users():
    words = ["user_id=who", "item_id=sku", "title=label", "items.created=born", "users.age=years"]
    assert columns_by_words(words) == {
        "events": {"user_id": "who", "item_id": "sku"},
        "items": {"item_id": "sku", "title": "label", "created": "born"},
        "users": {"user_id": "who", "age": "years"},
    }


def test_columns_told_wrongly():
    with pytest.raises(UnknownName, match="did you mean 'title'"):
        columns_by_words(["titel=x"])
    with pytest.raises(ConfigError, match="write it as OURS=THEIRS"):
        columns_by_words(["user_id"])


@pytest.mark.parametrize("words", ["5", "10:0", "a:b", "1:2:3"])
def test_gather_scales_that_make_no_sense(folder, words):
    with pytest.raises(ConfigError, match="--rating-scale"):
        gather(**{**NONE, "rating_scale": words})


def test_gather_a_saved_layout_again(folder):
    first = {"separator": ";", "mapping": ["user_id=who"], "kinds": ["3=cart"], "columns": "a, b"}
    saved = gather(save_layout="mine", **{**NONE, **first})
    again = gather(**{**NONE, "layout": "mine", "separator": "|"})
    assert again.events == saved.events == {"user_id": "who"}
    assert (again.separator, again.columns, again.kinds) == ("|", ("a", "b"), {"3": "cart"})
    assert json.loads((folder / "layouts/mine.json").read_text())["separator"] == ";"


@pytest.mark.parametrize("name", ["../x", "taobao", "ml-100k", ""])
def test_gather_saves_under_plain_names_of_ones_own(folder, name):
    with pytest.raises(ConfigError, match="--save-layout"):
        gather(save_layout=name, **NONE)
