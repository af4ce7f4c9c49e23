"""Folders that are whole or absent."""

import hashlib

import numpy as np
import pytest

from omakase.artifacts.folder import (
    check_files,
    check_nothing_extra,
    file_entries,
    read_arrays,
    whole,
    write_arrays,
)
from omakase.artifacts.manifest import ArrayEntry, FileEntry, Manifest
from omakase.errors import ArtifactError

ARRAYS = {
    "square": np.arange(6, dtype=np.float32).reshape(2, 3),
    "columns": np.asfortranarray(np.arange(6, dtype=np.int64).reshape(2, 3)),
    "nothing": np.zeros((0, 4), np.float32),
    "one": np.asarray(7.5),
    "flags": np.asarray([True, False]),
}


def saved(folder, arrays=ARRAYS):
    entries = write_arrays(folder, arrays)
    return Manifest(
        kind="model",
        name="x",
        created="2026-01-01T00:00:00Z",
        arrays=entries,
        files=file_entries(folder, folder.glob("*")),
    )


def test_arrays_come_back_as_they_were(tmp_path):
    again = read_arrays(tmp_path, saved(tmp_path))
    assert set(again) == set(ARRAYS)
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(again[name], array)
        assert again[name].dtype == array.dtype


def test_arrays_are_mapped_and_read_only(tmp_path):
    array = read_arrays(tmp_path, saved(tmp_path))["square"]
    assert isinstance(array.base, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        array[0, 0] = 1


@pytest.mark.parametrize("array", [np.asarray([object()]), np.asarray(["a"]), np.zeros(2, "i4,f4")])
def test_only_plain_numbers_are_written(tmp_path, array):
    with pytest.raises(ArtifactError, match="not plain numbers"):
        write_arrays(tmp_path, {"a": array})


def test_an_array_cannot_be_named_out_of_its_folder(tmp_path):
    with pytest.raises(ArtifactError, match="cannot be the name"):
        write_arrays(tmp_path, {"../a": np.zeros(1)})


def test_hashes_are_those_of_the_bytes(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    entry = file_entries(tmp_path, tmp_path.glob("*"))["a"]
    assert entry == FileEntry(size=3, sha256=hashlib.sha256(b"abc").hexdigest())


def test_a_missing_file_is_named(tmp_path):
    manifest = saved(tmp_path)
    (tmp_path / "one.npy").unlink()
    with pytest.raises(ArtifactError, match=r"one\.npy: missing"):
        check_files(tmp_path, manifest, "size")


def test_a_shorter_file_is_damaged_at_any_level(tmp_path):
    manifest = saved(tmp_path)
    path = tmp_path / "square.npy"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ArtifactError, match=r"square\.npy: damaged, \d+ bytes"):
        check_files(tmp_path, manifest, "size")


def flipped(path):
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(raw)


@pytest.mark.parametrize("verify", ["full", "auto"])
def test_one_flipped_bit_is_damage(tmp_path, verify):
    manifest = saved(tmp_path)
    flipped(tmp_path / "square.npy")
    with pytest.raises(ArtifactError, match="SHA-256"):
        check_files(tmp_path, manifest, verify)


def test_sizes_alone_do_not_see_it(tmp_path):
    manifest = saved(tmp_path)
    flipped(tmp_path / "square.npy")
    assert check_files(tmp_path, manifest, "size") is None


def test_auto_hashes_no_large_folder(tmp_path, monkeypatch):
    monkeypatch.setattr("omakase.artifacts.folder.AUTO_BYTES", 10)
    manifest = saved(tmp_path)
    flipped(tmp_path / "square.npy")
    assert check_files(tmp_path, manifest, "auto") is None


def test_a_file_too_many_is_named(tmp_path):
    manifest = saved(tmp_path)
    (tmp_path / "extra.npy").write_bytes(b"")
    with pytest.raises(ArtifactError, match=r"extra\.npy: not part"):
        check_nothing_extra(tmp_path, manifest)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (ArrayEntry(dtype="<f8", shape=(2, 3)), "<f4 .* where <f8"),
        (ArrayEntry(dtype="<f4", shape=(3, 2)), "where <f4 .*3, 2"),
        (ArrayEntry(dtype="|O", shape=(2, 3)), "plain numbers"),
    ],
)
def test_a_foreign_type_or_shape_is_refused(tmp_path, entry, reason):
    manifest = saved(tmp_path).model_copy(update={"arrays": {"square": entry}})
    with pytest.raises(ArtifactError, match=reason):
        read_arrays(tmp_path, manifest)


def test_an_object_array_is_never_unpickled(tmp_path):
    manifest = saved(tmp_path)
    np.save(tmp_path / "square.npy", np.asarray([{}]), allow_pickle=True)
    with pytest.raises(ArtifactError, match="not a readable array"):
        read_arrays(tmp_path, manifest)


def test_a_folder_appears_when_its_writer_is_done(tmp_path):
    with whole(tmp_path / "made") as making:
        (making / "a").write_text("x")
        assert not (tmp_path / "made").exists()
    assert (tmp_path / "made" / "a").read_text() == "x"
    assert [p.name for p in tmp_path.iterdir()] == ["made"]


def test_a_writer_that_fails_leaves_nothing(tmp_path):
    with pytest.raises(RuntimeError), whole(tmp_path / "made") as making:
        (making / "a").write_text("x")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path):
    (tmp_path / "a").write_text("x")
    with pytest.raises(ArtifactError, match="already there"), whole(tmp_path):
        raise AssertionError("never entered")


def test_an_empty_folder_may_be_filled(tmp_path):
    (tmp_path / "made").mkdir()
    with whole(tmp_path / "made") as making:
        (making / "a").write_text("x")
    assert (tmp_path / "made" / "a").exists()


def test_a_place_that_cannot_be_written_is_an_artifact_error(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(ArtifactError, match="cannot be written"), whole(tmp_path / "file" / "made"):
        raise AssertionError("never entered")
