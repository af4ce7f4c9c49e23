"""What a backup says of itself: read, finished at once, and held against its files."""

import hashlib
import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase_service.backup.contracts import (
    MANIFEST,
    BackupFile,
    BackupManifest,
    BackupTable,
    damages,
    digest_of,
    files_below,
    listed_files,
    read_manifest,
    require_whole,
    write_manifest,
)
from omakase_service.platform.exceptions import Conflict, Invalid

FIELDS = {
    "created": "2026-12-01T00:00:00+00:00", "release": "1.0", "vendor": "sqlite",
    "method": "sqlite_online_backup", "secret": "file", "secret_mark": "m", "migrations": {},
    "tables": {}, "files": {},
}  # fmt: skip


def manifest(**more) -> BackupManifest:
    return BackupManifest(**{**FIELDS, **more})


@pytest.fixture
def backup(tmp_path):
    """A folder of three files, with its manifest."""
    for name, text in (("database/rows", "abc"), ("files/가게/key", ""), ("files/x", "x" * 9999)):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    write_manifest(tmp_path, manifest(files=listed_files(tmp_path)))
    return tmp_path


def test_manifest_is_read_as_it_was_written(tmp_path):
    made = manifest(
        tables={"a": BackupTable(rows=3, columns=["x", "y"])},
        files={"f": BackupFile(sha256="0", bytes=7)},
        migrations={"events": "0001_initial"},
        remark="no pg_dump",
    )
    write_manifest(tmp_path, made)
    assert read_manifest(tmp_path) == made
    assert [path.name for path in tmp_path.iterdir()] == [MANIFEST]


@given(st.dictionaries(st.text(max_size=5), st.integers(0, 2**40), max_size=5))
def test_rows_and_bytes_of_a_manifest_are_those_of_all_together(numbers):
    made = manifest(
        tables={name: BackupTable(rows=n) for name, n in numbers.items()},
        files={name: BackupFile(sha256="", bytes=n) for name, n in numbers.items()},
    )
    assert made.rows == made.size == sum(numbers.values())


def test_folder_without_a_manifest_is_no_backup(tmp_path):
    with pytest.raises(Invalid) as caught:
        read_manifest(tmp_path)
    assert str(caught.value) == f"{tmp_path} is no finished backup: it has no manifest.json"


def test_folder_in_which_a_manifest_is_being_made_is_no_backup(tmp_path):
    (tmp_path / f"{MANIFEST}.making").write_text("{}")
    with pytest.raises(Invalid, match="no finished backup"):
        read_manifest(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        {"files": None},
        {"vendor": "oracle"},
        {"method": "copy"},
        {"secret": "nowhere"},
        {"colour": "red"},
        {"tables": {"a": {"rows": -1}}},
        {"files": {"f": {"sha256": "0", "bytes": -1}}},
        {"files": {"f": {"bytes": 1}}},
        {"created": None},
    ],
)
def test_manifest_that_says_something_else_is_damaged(tmp_path, change):
    (tmp_path / MANIFEST).write_text(json.dumps({**FIELDS, **change}))
    with pytest.raises(Invalid) as caught:
        read_manifest(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path / MANIFEST} is damaged or of another release; use another backup"
    )


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}", "\x00"])
def test_manifest_that_is_cut_off_is_damaged(tmp_path, text):
    (tmp_path / MANIFEST).write_text(text)
    with pytest.raises(Invalid, match="is damaged or of another release"):
        read_manifest(tmp_path)


@pytest.mark.parametrize("number", [0, 2, 99])
def test_manifest_of_another_format_is_refused_with_both_numbers(tmp_path, number):
    (tmp_path / MANIFEST).write_text(json.dumps({**FIELDS, "format": number}))
    with pytest.raises(Invalid) as caught:
        read_manifest(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path / MANIFEST}: format {number}; this release reads format 1"
    )


def test_files_are_listed_with_hash_and_size_by_their_path(backup):
    listed = listed_files(backup)
    assert set(listed) == {"database/rows", "files/가게/key", "files/x"}
    assert listed["database/rows"].bytes == 3
    assert listed["database/rows"].sha256 == hashlib.sha256(b"abc").hexdigest()
    assert listed["files/가게/key"].sha256 == hashlib.sha256(b"").hexdigest()


def test_backup_that_is_whole_has_no_damages(backup):
    assert list(damages(backup, read_manifest(backup))) == []
    assert require_whole(backup) == read_manifest(backup)


@pytest.mark.parametrize("name", ["database/rows", "files/가게/key", "files/x"])
def test_file_that_is_missing_is_named(backup, name):
    (backup / name).unlink()
    assert list(damages(backup, read_manifest(backup))) == [f"{name} is missing"]


def test_folder_in_the_place_of_a_file_is_a_missing_file(backup):
    (backup / "database/rows").unlink()
    (backup / "database/rows").mkdir()
    assert list(damages(backup, read_manifest(backup))) == ["database/rows is missing"]


@pytest.mark.parametrize("text", ["abd", "", "abcd", "ABC"])
def test_file_that_is_changed_is_named_also_where_its_length_is_the_same(backup, text):
    (backup / "database/rows").write_text(text)
    assert list(damages(backup, read_manifest(backup))) == [
        "database/rows is not the file that was written"
    ]


@pytest.mark.parametrize("name", ["extra", "files/extra", ".hidden", f"{MANIFEST}.making"])
def test_file_that_does_not_belong_to_the_backup_is_named(backup, name):
    (backup / name).write_text("x")
    assert list(damages(backup, read_manifest(backup))) == [f"{name} does not belong to the backup"]


def test_damages_that_are_many_are_named_up_to_three_and_counted(backup):
    for name in ("database/rows", "files/가게/key", "files/x"):
        (backup / name).write_text("changed")
    for n in range(2):
        (backup / f"extra{n}").write_text("x")
    with pytest.raises(Conflict) as caught:
        require_whole(backup)
    text = str(caught.value)
    assert text.startswith(f"the backup {backup} is damaged: ")
    assert text.count("is not the file that was written") == 3
    assert text.endswith("; and 2 more")


def test_damages_up_to_three_are_all_named(backup):
    (backup / "files/x").unlink()
    with pytest.raises(Conflict) as caught:
        require_whole(backup)
    assert str(caught.value) == f"the backup {backup} is damaged: files/x is missing"


@given(st.binary(max_size=200))
def test_digest_of_a_file_is_that_of_its_bytes(tmp_path_factory, content):
    file = tmp_path_factory.mktemp("digest") / "f"
    file.write_bytes(content)
    assert digest_of(file) == hashlib.sha256(content).hexdigest()


def test_files_below_a_folder_are_in_order_and_at_any_depth(tmp_path):
    for name in ("b", "a/z", "a/b/c", ".h/x"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "empty").mkdir()
    found = [path.relative_to(tmp_path).as_posix() for path in files_below(tmp_path)]
    assert found == [".h/x", "a/b/c", "a/z", "b"]


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_link_to_nowhere_is_no_file_of_a_backup(backup):
    (backup / "loose").symlink_to(backup / "nowhere")
    assert list(damages(backup, read_manifest(backup))) == []
