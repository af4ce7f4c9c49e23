"""What a saved folder says of itself."""

import json
from datetime import UTC, datetime

import pytest

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
    manifest = read_manifest(folder, "model")
    assert (manifest.name, manifest.created) == ("ease", NOW)
    assert manifest.config == {"cap": float("inf")}


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


def test_libraries_are_named_with_their_versions():
    assert libraries()["numpy"].split(".")[0].isdigit()
