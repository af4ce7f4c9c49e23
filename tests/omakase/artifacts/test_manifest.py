"""What a saved folder says of itself."""

import json
import re
from contextlib import nullcontext
from datetime import UTC, datetime

import pytest

from omakase.artifacts import manifest
from omakase.artifacts.manifest import (
    FILE,
    Manifest,
    Window,
    libraries,
    read_manifest,
    require_name,
)
from omakase.conformance.toy_data import two_tribes
from omakase.errors import ArtifactError

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def rewritten(folder, **changes):
    fields = json.loads((folder / FILE).read_text()) | changes
    (folder / FILE).write_text(json.dumps(fields))


@pytest.fixture
def folder(tmp_path):
    Manifest(kind="model", name="ease", created=NOW, config={"cap": float("inf")}).write(tmp_path)
    return tmp_path


def test_what_is_written_is_read(folder):
    read = read_manifest(folder, "model")
    assert (read.name, read.created) == ("ease", NOW)
    assert read.config == {"cap": float("inf")}


def test_without_a_manifest_there_is_nothing(tmp_path):
    with pytest.raises(ArtifactError, match="no manifest"):
        read_manifest(tmp_path, "model")


def test_another_format_is_refused_by_number(folder):
    rewritten(folder, format=99)
    with pytest.raises(ArtifactError, match="format 99; this release reads 1"):
        read_manifest(folder, "model")


def test_another_kind_is_refused(folder):
    with pytest.raises(ArtifactError, match="holds a model, not a index"):
        read_manifest(folder, "index")


@pytest.mark.parametrize("text", ["", "[]", "{", "{}", '{"format": 1}', "\x00"])
def test_what_is_no_manifest_is_refused(folder, text):
    (folder / FILE).write_text(text)
    with pytest.raises(ArtifactError, match="not a readable manifest"):
        read_manifest(folder, "model")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "JSONDecodeError: Expecting property name"),
        ("{}", "KeyError: 'format'"),
        ('{"format": 1}', "created: Field required"),
    ],
)
def test_read_manifest_that_cannot_be_read_says_why(folder, text, reason):
    (folder / FILE).write_text(text)
    with pytest.raises(ArtifactError) as refused:
        read_manifest(folder, "model")
    assert reason in str(refused.value)


@pytest.mark.parametrize(("size", "taken"), [(0, True), (1, True), (-1, False)])
def test_read_manifest_with_a_file_of_a_size_takes_what_a_file_can_have(folder, size, taken):
    rewritten(folder, files={"a.npy": {"size": size, "sha256": "0"}})
    with nullcontext() if taken else pytest.raises(ArtifactError, match="size"):
        assert read_manifest(folder, "model").files["a.npy"].size == size


def test_manifest_is_written_line_by_line_in_the_order_of_its_names(folder):
    """A person may read it, and two of them can be compared."""
    text = (folder / FILE).read_text()
    names = re.findall(r'^  "(\w+)":', text, re.MULTILINE)
    assert names == sorted(json.loads(text))


def test_a_foreign_field_is_named(folder):
    rewritten(folder, colour="red")
    with pytest.raises(ArtifactError, match="colour"):
        read_manifest(folder, "model")


@pytest.mark.parametrize(
    "path", ["../x", "/etc/passwd", "a/../../b", "a//b", "", ".hidden", "a\\b"]
)
def test_a_path_that_leaves_the_folder_is_refused(folder, path):
    rewritten(folder, files={path: {"size": 1, "sha256": "0"}})
    with pytest.raises(ArtifactError, match="cannot be the name"):
        read_manifest(folder, "model")


@pytest.mark.parametrize("name", ["weights", "encoder.0.weight", "a-b_c", "_x"])
def test_plain_names_pass(name):
    assert require_name(name) is None


@pytest.mark.parametrize("name", ["", "..", ".", "a/b", "a b", "ä", "x" * 201, "a\n"])
def test_other_names_do_not(name):
    with pytest.raises(ArtifactError):
        require_name(name)


def test_the_window_of_a_dataset():
    data = two_tribes()
    window = Window.of(data)
    assert (window.events, window.users, window.items) == (len(data.events), 12, 12)
    assert (window.first, window.last) == (0, len(data.events) - 1)


def test_the_window_of_no_events():
    data = two_tribes()
    nothing = data.with_events(data.events.chosen(data.events.users < 0))
    assert Window.of(nothing).events == Window.of(nothing).last == 0
    assert Window.of(nothing).first == 0


def test_libraries_are_named_with_their_versions():
    assert libraries()["numpy"].split(".")[0].isdigit()


def test_libraries_that_are_not_installed_are_said_to_be_absent(monkeypatch):
    monkeypatch.setattr(manifest, "LIBRARIES", ("numpy", "no-such-library"))
    assert libraries()["no-such-library"] == "not installed"
