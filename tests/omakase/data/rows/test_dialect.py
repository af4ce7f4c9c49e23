"""How a file is written."""

from pathlib import Path

import pytest

from omakase.data.rows import open_rows
from omakase.data.rows.dialect import dialect_of, format_of, readable
from omakase.errors import UnreadableFile


def written(path, text, name="x.csv"):
    file = path / name
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize("separator", list(",;\t|"))
def test_the_header_tells_the_separator(tmp_path, separator):
    found = dialect_of(written(tmp_path, separator.join(["user", "item"]) + "\n"), "csv")
    assert found.separator == separator.encode()
    assert found.columns == ("user", "item")
    assert found.header_line == 1


def test_a_header_may_be_quoted_marked_and_late(tmp_path):
    found = dialect_of(written(tmp_path, '\ufeff\n \n"user, id", item \r\n'), "csv")
    assert found.columns == ("user, id", "item")
    assert found.header_line == 3


def test_files_of_movielens_have_no_header(tmp_path):
    found = dialect_of(written(tmp_path, "1::2::3::4\n"), "dat")
    assert found.columns == ("user_id", "item_id", "rating", "timestamp")
    assert found.header_line == 0
    assert dialect_of(written(tmp_path, "1\t2\t3\t4\n"), "data").separator == b"\t"


def test_json_lines_are_sampled_for_names(tmp_path):
    found = dialect_of(written(tmp_path, '{"b":1}\noops\n[1]\n{"a":1,"b":2}\n'), "jsonl")
    assert found.columns == ("b", "a")


def test_blank_lines_alone_name_nothing(tmp_path):
    with pytest.raises(UnreadableFile, match="every line is blank"):
        dialect_of(written(tmp_path, " \n\n"), "csv")


def test_the_ending_tells_the_format_unless_told():
    assert format_of(Path("a.CSV")) == "csv"
    assert format_of(Path("a.bin"), "jsonl") == "jsonl"
    with pytest.raises(UnreadableFile, match=r"unknown format '\.bin'; known: csv"):
        format_of(Path("a.bin"))


def test_what_cannot_be_read_says_why(tmp_path):
    for path, words in (
        (tmp_path / "no.csv", "there is no such file"),
        (tmp_path, "not a file"),
        (written(tmp_path, ""), "empty"),
        (written(tmp_path, "\ufeff"), "empty"),
    ):
        with pytest.raises(UnreadableFile, match=words):
            readable(path)


@pytest.mark.parametrize(
    "first",
    ["x" * 2_000_000, "user,item\ru,i\ru,j", "user\rid,item"],
    ids=["two megabytes", "old line ends", "a lone return"],
)
def test_a_first_line_that_names_nothing_is_one_clear_sentence(tmp_path, first):
    with pytest.raises(UnreadableFile, match=r"x\.csv: its first line does not name columns"):
        dialect_of(written(tmp_path, first + "\nu,i\n"), "csv")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_wide_text_without_a_mark_is_read(tmp_path, encoding):
    file = tmp_path / "x.csv"
    file.write_bytes("user,item\nu,i\n".encode(encoding))
    (batch,) = open_rows(file).batches()
    assert batch.events.select("user_id", "item_id").rows() == [("u", "i")]
