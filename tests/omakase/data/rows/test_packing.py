"""Packed files."""

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile

import pytest
import zstandard

from omakase.data.rows.packing import is_archive, is_stray, unpacked
from omakase.errors import UnreadableFile

TEXT = b"user,item\nu,i\n"


@pytest.fixture
def room(tmp_path):
    folder = tmp_path / "room"
    folder.mkdir()
    return folder


def plain(path, room):
    return [(member.name, member.path.read_bytes()) for member in unpacked(path, path.name, room)]


@pytest.mark.parametrize(
    ("ending", "pack"),
    [
        ("gz", gzip.compress),
        ("bz2", bz2.compress),
        ("xz", lzma.compress),
        ("zst", zstandard.ZstdCompressor().compress),
    ],
)
def test_unpacked_one_file_keeps_its_name_and_ending(tmp_path, room, ending, pack):
    file = tmp_path / f"e.csv.{ending}"
    file.write_bytes(pack(TEXT))
    (member,) = unpacked(file, file.name, room)
    assert (member.name, member.path.name) == (f"e.csv.{ending}", "e.csv")
    assert member.path.read_bytes() == TEXT


def test_unpacked_archives_give_each_file_but_leftovers(tmp_path, room):
    file = tmp_path / "a.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for name in ("in/e.csv", "__MACOSX/._e.csv", "in/.DS_Store", "README.txt"):
            archive.writestr(name, TEXT)
        archive.writestr("f.csv.gz", gzip.compress(TEXT))
    assert plain(file, room) == [("a.zip/in/e.csv", TEXT), ("a.zip/f.csv.gz", TEXT)]


def test_unpacked_tape(tmp_path, room):
    file = tmp_path / "a.tar.gz"
    with tarfile.open(file, "w:gz") as archive:
        info = tarfile.TarInfo("../e.csv")
        info.size = len(TEXT)
        archive.addfile(info, io.BytesIO(TEXT))
    assert plain(file, room) == [("a.tar.gz/../e.csv", TEXT)]
    assert not (tmp_path / "e.csv").exists()


@pytest.mark.parametrize(
    ("document", "rows"),
    [
        ([{"a": 1}, {"a": 2}], [{"a": 1}, {"a": 2}]),
        ({"n": 2, "data": [{"a": 1}, {"a": 2}]}, [{"a": 1}, {"a": 2}]),
        ({"shop": {"orders": [{"a": 1}]}, "x": []}, [{"a": 1}]),
        ([["a", "b"], [1, 2], [3, 4]], [{"a": 1, "b": 2}, {"a": 3, "b": 4}]),
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_unpacked_documents_of_json_are_rows(tmp_path, room, document, rows, indent):
    file = tmp_path / "e.json"
    file.write_text(json.dumps(document, indent=indent))
    ((_, raw),) = plain(file, room)
    assert [json.loads(line) for line in raw.splitlines()] == rows


def test_is_packed_json_lines_are_plain(tmp_path):
    file = tmp_path / "e.json"
    file.write_text('{"a": 1}\n{"a": 2}\n')
    assert not is_archive(file)


@pytest.mark.parametrize("name", ["e.zip", "e.csv.gz", "e.csv.zst", "e.xlsx", "e.tar"])
def test_unpacked_damage_is_one_clear_sentence(tmp_path, room, name):
    file = tmp_path / name
    file.write_bytes(b"no archive at all")
    with pytest.raises(UnreadableFile, match="cannot be unpacked"):
        list(unpacked(file, name, room))


def test_is_stray_knows_leftovers(tmp_path):
    for name in ("._e.csv", "__MACOSX/e.csv", ".DS_Store", "README", "licence.txt", "_SUCCESS"):
        assert is_stray(tmp_path.relative_to(tmp_path) / name), name
    assert not is_stray(tmp_path.relative_to(tmp_path) / "events.csv")
