"""What is left of erased people: where it is looked for, and what counts as named."""

import polars as pl
from benchmarks import erased as bench

ID = bench.name(7)


def test_traces_of_a_file_are_found_in_bytes_and_in_compressed_tables(tmp_path):
    plain, table = tmp_path / "a.bin", tmp_path / "b.parquet"
    plain.write_bytes(b"\0\1" + ID.encode() + b"\xff passage007qz")
    pl.DataFrame({"user": [ID] * 50}).write_parquet(table, compression="zstd")
    assert set(bench.traces_of(plain)) == {ID.encode(), b"passage007qz"}
    assert ID.encode() in bench.traces_of(table)
    assert bench.traces_of(tmp_path / "gone") == []


def test_place_of_a_file_is_its_folder_or_its_name(tmp_path):
    places = {"omakase.sqlite3-wal": "database, its log of changes", "versions/v1/ids": "versions"}
    for name, place in places.items():
        assert bench.place_of(tmp_path, tmp_path / name) == place


def test_place_is_named_where_the_receipt_speaks_of_it_with_a_date():
    pending = ["the snapshot that training reads: until 2026-01-01 03:00 UTC, at its next export"]
    assert bench.is_named("snapshot", pending)
    assert not bench.is_named("log of the server", pending)
    assert not bench.is_named("database", pending)


def test_place_is_not_named_where_the_receipt_gives_no_date():
    log = ["the database's log of changes (WAL): until PostgreSQL uses its files again"]
    assert not bench.is_named("database, its log of changes", log)
    dated = ["free space in the files of the database and its log of changes: until 2026-01-01"]
    assert bench.is_named("database, its log of changes", dated)
    assert bench.is_named("database", dated)


def test_words_of_what_is_left_unnamed_or_later_are_not_met():
    row = {"data": "SQLite", "written": 9, "at once": 3, "named": True, "later": 0}
    assert bench.words([row])[0].endswith(": met.")
    assert bench.words([row | {"named": False}])[0].endswith("not met.")
    assert bench.words([row | {"later": 1}])[0].endswith("not met.")
