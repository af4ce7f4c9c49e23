"""omakase.toml as `omakase init` writes it: every line can be taken into force."""

import tomllib

import pytest
from pydantic import BaseModel, SecretStr

from omakase_cli.init import lines
from omakase_settings import Settings, names

LINES = list(lines())
TOPICS = {
    name: field.annotation
    for name, field in Settings.model_fields.items()
    if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
}


def told(name: str) -> str:
    """The line of a setting, in its topic."""
    topic, _, key = name.rpartition(".")
    start = LINES.index(f"[{topic}]") if topic else 0
    rest = LINES[start + 1 :]
    ends = [n for n, line in enumerate(rest) if line.startswith("[")]
    own = rest[: ends[0]] if ends else rest
    (line,) = [line for line in own if line.startswith(f"# {key} = ")]
    return line


def default_of(name: str) -> object:
    value: object = Settings.model_construct()
    for part in name.split("."):
        value = getattr(value, part)
    return value


PLAIN = [name for name in names() if name not in TOPICS]


@pytest.mark.parametrize("name", PLAIN)
def test_line_of_a_setting_is_its_default_in_toml(name):
    written = tomllib.loads(told(name).removeprefix("# "))
    (value,) = written.values()
    field_default = default_of(name)
    if field_default is None or isinstance(field_default, SecretStr):
        assert value == ""
    elif isinstance(field_default, tuple):
        assert value == list(field_default)
    elif isinstance(field_default, str | int | float | bool | dict):
        assert value == field_default
    else:
        assert value == str(field_default)


@pytest.mark.parametrize("name", PLAIN)
def test_line_of_a_setting_stands_below_what_it_means(name):
    topic, _, key = name.rpartition(".")
    field = (TOPICS[topic] if topic else Settings).model_fields[key]
    start = LINES.index(f"[{topic}]") if topic else 0
    place = LINES.index(told(name), start)
    assert LINES[place - 1] == f"# {field.description}"


@pytest.mark.parametrize("topic", TOPICS)
def test_topic_begins_with_a_blank_line_and_what_it_is(topic):
    place = LINES.index(f"[{topic}]")
    above = LINES[:place]
    blank = len(above) - 1 - above[::-1].index("")
    words = " ".join(line.removeprefix("# ") for line in above[blank + 1 :])
    first = (TOPICS[topic].__doc__ or "").split("\n")[0].strip()
    assert first
    assert first in words


def test_settings_without_a_topic_come_before_all_topics():
    first = next(n for n, line in enumerate(LINES) if line.startswith("["))
    for name in names():
        if "." not in name and name not in TOPICS:
            assert LINES.index(told(name)) < first


def test_file_is_toml_that_says_nothing_until_a_line_is_taken_into_force():
    written = tomllib.loads("\n".join(LINES))
    assert written == {topic: {} for topic in TOPICS}


def test_file_ends_in_a_line_of_its_own_and_has_no_blanks_at_ends():
    assert LINES[-1] == ""
    assert all(line == line.rstrip() for line in LINES)
