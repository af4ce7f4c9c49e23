"""A writer that dies anywhere leaves the old state, whole, and nothing under the new name."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from omakase.artifacts import folder as folders
from omakase.artifacts.folder import check_files, file_entries, read_arrays, whole, write_arrays
from omakase.artifacts.manifest import Manifest
from omakase.errors import ArtifactError, Cancelled


def saved(folder, given_arrays):
    entries = write_arrays(folder, given_arrays)
    files = file_entries(folder, folder.glob("*"))
    created = "2026-01-01T00:00:00Z"
    return Manifest(kind="model", name="x", created=created, arrays=entries, files=files)


def broken(*_, **__):
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize(
    ("owner", "name"), [(os, "fsync"), (Path, "rename"), (Path, "mkdir"), (folders, "_sync")]
)
def test_a_disk_that_fails_at_any_step_is_told_and_leaves_nothing(
    tmp_path, monkeypatch, owner, name
):
    (tmp_path / "old").mkdir()

    def attempt():
        with whole(tmp_path / "new") as making:
            (making / "a").write_bytes(b"abc")

    with monkeypatch.context() as patch:
        patch.setattr(owner, name, broken)
        with pytest.raises(ArtifactError, match=r"new: cannot be written .*No space left"):
            attempt()
    assert [path.name for path in tmp_path.iterdir()] == ["old"]
    attempt()
    assert (tmp_path / "new" / "a").read_bytes() == b"abc"


@pytest.mark.parametrize("error", [Cancelled, KeyboardInterrupt, ZeroDivisionError])
def test_what_the_writer_raises_comes_through(tmp_path, error):
    with pytest.raises(error), whole(tmp_path / "new") as making:
        (making / "deep").mkdir()
        (making / "deep" / "a").write_bytes(b"half")
        raise error
    assert list(tmp_path.iterdir()) == []


def test_nobody_sees_the_name_before_the_end(tmp_path):
    with whole(tmp_path / "new") as making:
        assert not (tmp_path / "new").exists()
        assert making.parent == tmp_path
        assert making.name.startswith(folders.UNFINISHED)
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_the_slower_of_two_writers_loses_and_says_so(tmp_path):
    with pytest.raises(ArtifactError, match="cannot be written"), whole(tmp_path / "v") as slow:
        (slow / "a").write_bytes(b"slow")
        with whole(tmp_path / "v") as quick:
            (quick / "a").write_bytes(b"quick")
    assert (tmp_path / "v" / "a").read_bytes() == b"quick"
    assert len(list(tmp_path.iterdir())) == 1


numbers = st.sampled_from(["f4", "f8", "i2", "i4", "i8", "u1", "?"]).flatmap(
    lambda kind: arrays(kind, array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4))
)


@settings(max_examples=25, deadline=None)
@given(numbers)
def test_any_array_of_numbers_comes_back_bit_by_bit(tmp_path_factory, array):
    folder = tmp_path_factory.mktemp("arrays")
    (again,) = read_arrays(folder, saved(folder, {"a": array})).values()
    assert (again.dtype, again.shape) == (array.dtype, array.shape)
    assert again.tobytes() == array.tobytes()


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_any_byte_that_changes_is_noticed(tmp_path_factory, draw):
    folder = tmp_path_factory.mktemp("damage")
    manifest = saved(folder, {"a": np.arange(12, dtype=np.float32)})
    file = folder / "a.npy"
    raw = bytearray(file.read_bytes())
    place = draw.draw(st.integers(0, len(raw) - 1))
    raw[place] ^= draw.draw(st.integers(1, 255))
    file.write_bytes(raw)
    with pytest.raises(ArtifactError, match="SHA-256"):
        check_files(folder, manifest, "full")
