"""Single files of a snapshot."""

import polars as pl
import pytest

from omakase.data.snapshot_files import read_file, require_whole, write_file
from omakase.errors import UnreadableFile

TABLE = pl.DataFrame({"sequence": [3, 5], "user_id": ["ann", "bob"]})


def test_write_file_says_rows_and_last_sequence(tmp_path):
    part = write_file(tmp_path, TABLE, "events-1")
    assert (part.file, part.rows, part.last_sequence) == ("events-1.parquet", 2, 5)
    assert read_file(tmp_path, part, ["user_id"]).rows() == [("ann",), ("bob",)]
    require_whole(tmp_path, part)


@pytest.mark.parametrize("damage", ["changed", "missing"])
def test_require_whole_of_another_file_refuses(tmp_path, damage):
    part = write_file(tmp_path, TABLE, "events-1")
    file = tmp_path / part.file
    file.unlink() if damage == "missing" else file.write_bytes(file.read_bytes() + b"x")
    with pytest.raises(UnreadableFile, match="export anew"):
        require_whole(tmp_path, part)


def test_read_file_that_is_missing_says_which(tmp_path):
    part = write_file(tmp_path, TABLE, "events-1")
    (tmp_path / part.file).unlink()
    with pytest.raises(UnreadableFile, match=r"events-1\.parquet"):
        read_file(tmp_path, part)
