"""Rows of Parquet."""

import polars as pl
import pytest

from omakase.data.rows.table import slices, table_columns
from omakase.errors import UnreadableFile


def test_slices_number_their_rows(tmp_path):
    file = tmp_path / "x.parquet"
    pl.DataFrame({"who": [1, 2, 3], "what": ["a", "b", "c"]}).write_parquet(file)
    parts = list(slices(file, {"user_id": "who"}, 2))
    assert [part.rows.rows() for part, _ in parts] == [[(1, 1), (2, 2)], [(3, 3)]]
    assert [part.last_line for part, _ in parts] == [2, 3]
    assert parts[0][0].raw(2) == '{"user_id": 2}'
    assert parts[-1][1] == file.stat().st_size


def test_what_is_not_parquet_says_so(tmp_path):
    file = tmp_path / "x.parquet"
    file.write_text("user,item\n")
    with pytest.raises(UnreadableFile, match="not a Parquet file"):
        table_columns(file)
