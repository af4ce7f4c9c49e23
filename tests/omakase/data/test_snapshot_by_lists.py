"""A snapshot through many changes, against lists of rows."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omakase.data import snapshot
from omakase.data.snapshot import (
    MANIFEST,
    count_busy_days,
    count_later,
    damaged_parts,
    first_sequence,
    read_context,
    read_manifest,
    read_snapshot,
    user_ids,
    without_old,
    without_users,
    without_withdrawn,
    write_part,
    write_table,
)
from omakase.errors import EmptyData, UnreadableFile
from omakase.types import DAY_SECONDS

PEOPLE = ("ann", "bob", "철수")
changes = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.lists(st.tuples(st.sampled_from(PEOPLE), st.integers(0, 99)))),
        st.tuples(st.just("forget"), st.sets(st.sampled_from([*PEOPLE, "nobody"]))),
        st.tuples(st.just("old"), st.integers(0, 100)),
        st.tuples(st.just("undo"), st.tuples(st.integers(1, 12), st.integers(0, 4))),
    ),
    min_size=1,
    max_size=6,
)


def told(folder):
    """(number, person, time) of all events that the folder holds."""
    return read_context(folder).select("sequence", "user_id", "time").rows()


@settings(max_examples=40, deadline=None)
@given(steps=changes)
def test_snapshot_after_any_changes_holds_what_a_list_holds(tmp_path_factory, steps):
    folder, rows, last = tmp_path_factory.mktemp("snapshot"), [], 0
    for what, value in steps:
        if what == "add":
            fresh = [(last + n, user, time) for n, (user, time) in enumerate(value, start=1)]
            write_part(folder, [(n, user, "i", "view", None, time) for n, user, time in fresh])
            rows, last = rows + fresh, last + len(fresh)
        elif what == "forget":
            without_users(folder, value)
            rows = [row for row in rows if row[1] not in value]
        elif what == "old":
            without_old(folder, value)
            rows = [row for row in rows if row[2] >= value]
        else:
            first, more = value
            span = (first, first + more)
            without_withdrawn(folder, [span], lambda start, end: [])
            rows = [row for row in rows if not span[0] <= row[0] <= span[1]]
        assert told(folder) == rows
        assert user_ids(folder) == {row[1] for row in rows}
        assert damaged_parts(folder) == []
        manifest = read_manifest(folder)
        assert manifest.last_sequence == last
        files = {file.name for file in folder.iterdir()} - {MANIFEST}
        assert files == {part.file for part in manifest.parts}
        assert count_later(folder, 50) == sum(row[2] > 50 for row in rows)
        assert first_sequence(folder) == (rows[0][0] if rows else 0)


def events(*rows):
    return [(n, user, item, "view", None, time) for n, user, item, time in rows]


@pytest.fixture
def folder(tmp_path):
    write_part(tmp_path, events((1, "ann", "x", 10), (2, "bob", "y", 20)))
    write_part(tmp_path, events((3, "ann", "z", 30)))
    return tmp_path


def test_snapshot_without_withdrawn_keeps_those_that_the_store_still_has(folder):
    asked = []

    def numbers(start, end):
        asked.append((start, end))
        return [2]

    without_withdrawn(folder, [(1, 2)], numbers)
    assert [row[0] for row in told(folder)] == [2, 3]
    assert asked == [(0, 2)]


def test_snapshot_without_withdrawn_beyond_all_events_changes_nothing(folder):
    before = read_manifest(folder)
    assert without_withdrawn(folder, [(9, 12)], lambda start, end: []) == before
    assert without_withdrawn(folder, [], lambda start, end: []) == before


def test_snapshot_without_old_of_nothing_older_changes_nothing(folder):
    before = read_manifest(folder)
    assert without_old(folder, 10) == before
    assert without_old(folder, 11) != before
    assert [row[2] for row in told(folder)] == [20, 30]


def test_snapshot_without_users_keeps_files_that_do_not_know_them(folder):
    before = read_manifest(folder)
    after = without_users(folder, ["bob"])
    assert after.events[1] == before.events[1]
    assert after.events[0] != before.events[0]
    assert after.events[0].last_sequence == 2
    assert after.last_sequence == 3


def test_snapshot_without_users_leaves_their_row_out_of_the_people_too(folder):
    write_table(folder, "users", [{"user_id": "ann", "age": 5}, {"user_id": "bob", "age": 6}])
    without_users(folder, {"bob"})
    people = read_snapshot(folder).users
    assert people.rows() == [("ann", 5)]


@pytest.mark.parametrize("table", ["items", "users"])
def test_snapshot_table_written_again_replaces_the_former(folder, table):
    key = f"{table[:-1]}_id"
    write_table(folder, table, [{key: "old", "n": 1}])
    write_table(folder, table, [{key: "new", "n": 2}, {key: "newer", "n": None}])
    found = getattr(read_snapshot(folder), table)
    assert {"new", "newer"} <= set(found.get_column(key))
    assert "old" not in set(found.get_column(key))
    write_table(folder, table, [])
    assert getattr(read_snapshot(folder), table).columns == [key]


def test_snapshot_keeps_free_attributes_as_their_text(folder):
    write_table(folder, "items", [{"item_id": "x", "more": {"색": ["빨강"]}, "tags": ["a"]}])
    items = read_snapshot(folder).items
    assert items.filter(pl.col("item_id") == "x").rows() == [("x", '{"색": ["빨강"]}', ["a"])]


def test_snapshot_of_events_with_and_without_context_reads_both(folder):
    context = ("s1", "mobile", "app", "home", 2.5, 4, "r1")
    write_part(folder, [(9, "bob", "x", "view", None, 40, *context)])
    last = read_context(folder).row(-1, named=True)
    assert (last["session_id"], last["position"], last["request_id"]) == ("s1", 4, "r1")
    assert read_context(folder).row(0, named=True)["session_id"] is None
    assert len(read_snapshot(folder).events) == 4


def test_snapshot_read_leaves_out_later_events_and_keeps_older_rows(folder):
    data = read_snapshot(folder, latest=20)
    assert data.events.times.tolist() == [10, 20]
    wide = read_snapshot(folder)
    again = read_snapshot(folder, ids=wide.ids, latest=20)
    assert again.ids.digest() == wide.ids.digest()


def test_snapshot_read_without_events_is_refused(tmp_path):
    with pytest.raises(EmptyData) as caught:
        read_snapshot(tmp_path)
    assert str(caught.value) == f"{tmp_path}: no events were exported"
    assert told(tmp_path) == []
    assert (first_sequence(tmp_path), user_ids(tmp_path)) == (0, set())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("no json", "damaged; delete the folder and export anew"),
        ('{"format": 99}', "format 99, this program reads 1"),
        ('{"colour": "red"}', "damaged; delete the folder and export anew"),
    ],
)
def test_snapshot_manifest_that_cannot_be_read_says_what_to_do(folder, text, message):
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableFile) as caught:
        read_manifest(folder)
    assert str(caught.value) == f"{folder / MANIFEST}: {message}"


def test_snapshot_files_that_were_changed_are_all_named(folder):
    parts = read_manifest(folder).events
    (folder / parts[0].file).write_bytes(b"x")
    (folder / parts[1].file).unlink()
    expected = [
        f"{folder / part.file}: not the file that was written; export anew" for part in parts
    ]
    assert damaged_parts(folder) == expected
    with pytest.raises(UnreadableFile):
        read_snapshot(folder)


def test_snapshot_sweeps_away_what_a_crash_left_and_nothing_else(folder):
    (folder / "events-000009-0000.parquet").write_bytes(b"half")
    (folder / "items-000009-0000.making").write_bytes(b"half")
    (folder / "mine.txt").write_bytes(b"kept")
    write_part(folder, events((4, "ann", "x", 40)))
    assert not (folder / "events-000009-0000.parquet").exists()
    assert not (folder / "items-000009-0000.making").exists()
    assert (folder / "mine.txt").read_bytes() == b"kept"
    assert len(told(folder)) == 4


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_snapshot_of_files_of_any_size_holds_the_same_events(tmp_path, monkeypatch, size):
    monkeypatch.setattr(snapshot, "ROWS_A_FILE", size)
    rows = events(*((n, "ann", f"i{n}", n) for n in range(1, 6)))
    manifest = write_part(tmp_path, iter(rows))
    assert [part.rows for part in manifest.events] == [
        min(size, 5 - start) for start in range(0, 5, size)
    ]
    assert [row[0] for row in told(tmp_path)] == [1, 2, 3, 4, 5]


def test_snapshot_leaves_out_days_that_no_person_made_and_counts_them(tmp_path):
    day = 20_000 * DAY_SECONDS
    rows = [(user, day + n) for user in ("ann", "bob", "carl") for n in range(2)]
    rows += [("robot", day + n) for n in range(40)]
    numbered = [(n, user, "i", "view", None, time) for n, (user, time) in enumerate(rows, start=1)]
    write_part(tmp_path, numbered)
    more = [(100 + n, f"u{n}", "i", "view", None, day) for n in range(30)]
    write_part(tmp_path, more)
    assert count_busy_days(tmp_path, 20) == (1, 40)
    assert count_busy_days(tmp_path, 0) == (0, 0)
    assert count_busy_days(tmp_path, 40) == (0, 0)
    kept = read_snapshot(tmp_path, person_day_most=20)
    assert "robot" not in list(kept.ids.users.ids)
    assert len(kept.events) == 36
    assert len(read_snapshot(tmp_path).events) == 76
