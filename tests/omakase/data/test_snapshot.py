"""Parts, manifest, crashes."""

import polars as pl
import pytest

from omakase.data import snapshot
from omakase.data.snapshot import (
    CONTEXT_COLUMNS,
    MANIFEST,
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

FIRST = [(1, "ann", "x", "view", None, 10), (4, "bob", "y", "rating", 4.0, 20)]
LATER = [(7, "ann", "y", "purchase", 1.0, 30)]


@pytest.fixture
def folder(tmp_path):
    write_part(tmp_path, FIRST)
    return tmp_path


def pairs(data):
    ids = data.ids
    return [
        (ids.users.ids[u], ids.items.ids[i], data.kinds[k])
        for u, i, k in zip(data.events.users, data.events.items, data.events.kinds, strict=True)
    ]


def test_parts_add_up(folder):
    manifest = write_part(folder, LATER)
    assert manifest.last_sequence == 7
    assert [part.rows for part in manifest.events] == [2, 1]
    assert pairs(read_snapshot(folder)) == [
        *(("ann", "x", "view"), ("bob", "y", "rating"), ("ann", "y", "purchase")),
    ]


def test_nothing_new_changes_nothing(folder):
    before = read_manifest(folder).events
    assert write_part(folder, []).events == before


def test_a_long_export_becomes_several_files(tmp_path, monkeypatch):
    monkeypatch.setattr(snapshot, "ROWS_A_FILE", 2)
    rows = ((n, "u", f"i{n}", "view", None, n) for n in range(1, 6))
    manifest = write_part(tmp_path, rows)
    assert [part.last_sequence for part in manifest.events] == [2, 4, 5]
    assert read_snapshot(tmp_path).n_items == 5


@pytest.mark.parametrize("numbers", [[4], [3, 9], [9, 8], [9, 9]])
def test_numbers_must_rise(folder, numbers):
    before = read_manifest(folder)
    with pytest.raises(ValueError, match="from 5 on"):
        write_part(folder, [(n, "u", "i", "view", None, 1) for n in numbers])
    assert read_manifest(folder) == before


def test_items_and_users_come_along(folder):
    write_table(
        folder,
        "items",
        [
            {"item_id": "x", "title": "김치", "tags": ["매운"], "attributes": {"색": "빨강"}},
            {"item_id": "new", "title": "떡", "tags": [], "attributes": {}, "price": 2.5},
        ],
    )
    write_table(folder, "users", [{"user_id": "ann", "age_range": "20-29"}])
    data = read_snapshot(folder)
    assert list(data.ids.items.ids) == ["x", "y", "new"]
    assert data.items.row(0, named=True)["attributes"] == '{"색": "빨강"}'
    assert data.items.get_column("price").to_list() == [None, None, 2.5]
    assert data.users.get_column("age_range").to_list() == ["20-29", None]


def test_a_table_is_replaced_and_its_old_files_go(folder):
    write_table(folder, "items", [{"item_id": "x", "title": "old"}])
    write_table(folder, "items", [{"item_id": "x", "title": "new"}])
    assert read_snapshot(folder).items.row(0, named=True)["title"] == "new"
    assert len(list(folder.glob("items-*"))) == 1


def test_parts_of_a_table_may_know_different_things(tmp_path, monkeypatch):
    monkeypatch.setattr(snapshot, "ROWS_A_FILE", 1)
    write_part(tmp_path, FIRST[:1])
    write_table(tmp_path, "items", [{"item_id": "x", "price": 1}, {"item_id": "y", "brand": "b"}])
    items = read_snapshot(tmp_path).items
    assert items.rows() == [("x", 1, None), ("y", None, "b")]


def test_a_deleted_user_leaves_no_trace(folder):
    write_part(folder, LATER)
    write_table(folder, "users", [{"user_id": "ann"}, {"user_id": "bob"}])
    manifest = without_users(folder, ["ann", "nobody"])
    assert pairs(read_snapshot(folder)) == [("bob", "y", "rating")]
    assert manifest.last_sequence == 7
    assert not any(b"ann" in file.read_bytes() for file in folder.iterdir())
    assert write_part(folder, [(8, "cy", "x", "view", None, 9)]).last_sequence == 8


def test_parts_without_the_user_stay_as_they_are(folder):
    write_part(folder, LATER)
    before = read_manifest(folder)
    after = without_users(folder, ["bob"])
    assert after.events[1] == before.events[1]
    assert after.events[0].rows == 1


def test_a_crash_before_the_manifest_leaves_what_was(folder, monkeypatch):
    before = read_manifest(folder)

    def crash(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(snapshot, "_publish", crash)
        with pytest.raises(KeyboardInterrupt):
            write_part(folder, LATER)
    assert read_manifest(folder) == before
    assert len(read_snapshot(folder).events) == 2
    write_part(folder, LATER)
    assert {f.name for f in folder.iterdir()} == {
        MANIFEST,
        *(part.file for part in read_manifest(folder).parts),
    }


def test_a_changed_file_is_refused(folder):
    file = folder / read_manifest(folder).events[0].file
    table = pl.read_parquet(file).with_columns(pl.lit("eve").alias("user_id"))
    table.write_parquet(file)
    with pytest.raises(UnreadableFile, match="not the file that was written"):
        read_snapshot(folder)
    assert pairs(read_snapshot(folder, verify=False))[0][0] == "eve"


def test_a_missing_file_is_refused(folder):
    (folder / read_manifest(folder).events[0].file).unlink()
    for verify in (True, False):
        with pytest.raises(UnreadableFile, match="export anew"):
            read_snapshot(folder, verify=verify)


@pytest.mark.parametrize("text", ["{", "[]", '{"format": 1, "surprise": 2}', '{"format": 9}'])
def test_a_strange_manifest_is_refused(folder, text):
    (folder / MANIFEST).write_text(text)
    with pytest.raises(UnreadableFile, match="manifest"):
        read_manifest(folder)


def test_no_events_is_no_data(tmp_path):
    with pytest.raises(EmptyData, match="no events"):
        read_snapshot(tmp_path)


def test_rows_of_an_older_map_stay(folder):
    ids = read_snapshot(folder).ids
    write_part(folder, [(9, "aaa", "aaa", "view", None, 40)])
    grown = read_snapshot(folder, ids=ids).ids
    assert grown.items.row("x") == ids.items.row("x")
    assert grown.items.row("aaa") == 2


def test_files_of_others_are_left_alone(folder):
    (folder / "notes.txt").write_text("mine")
    write_part(folder, LATER)
    assert (folder / "notes.txt").read_text() == "mine"


def test_first_sequence_and_users_are_those_of_the_events(folder, tmp_path):
    first, *rest = (row for part in read_manifest(folder).events for row in _rows(folder, part))
    assert snapshot.first_sequence(folder) == first["sequence"]
    assert snapshot.user_ids(folder) == {row["user_id"] for row in (first, *rest)}
    assert snapshot.first_sequence(tmp_path / "empty") == 0
    assert snapshot.user_ids(tmp_path / "empty") == set()


def _rows(folder, part):
    return pl.read_parquet(folder / part.file).to_dicts()


def test_without_withdrawn_leaves_what_the_store_has_and_what_is_older(tmp_path):
    def event(n: int) -> tuple:
        return (n, f"u{n}", "i", "view", None, n)

    for numbers in ((1, 2, 3), (4, 5, 6), (7, 8)):
        write_part(tmp_path, [event(n) for n in numbers])
    store = {5, 6, 7}  # up to 3 is removed by its age, 4 and 8 were taken back
    before = read_manifest(tmp_path)

    def living(after: int, until: int) -> set[int]:
        return {n for n in store if after < n <= until}

    kept = without_withdrawn(tmp_path, [(4, 5), (8, 8)], living)
    assert user_ids(tmp_path) == {"u1", "u2", "u3", "u5", "u6", "u7"}
    assert kept.last_sequence == 8
    assert kept.events[0] == before.events[0]
    assert without_withdrawn(tmp_path, [(4, 5), (8, 8)], living) == kept
    write_part(tmp_path, [event(9)])
    assert "u9" in user_ids(tmp_path)


def test_without_old_rewrites_only_files_with_older_events(tmp_path):
    for times in ((10, 20), (30, 31), (40,)):
        write_part(tmp_path, [(n, f"u{n}", "i", "view", None, n) for n in times])
    before = read_manifest(tmp_path)
    recent = without_old(tmp_path, 31)
    assert user_ids(tmp_path) == {"u31", "u40"}
    assert (recent.last_sequence, recent.events[-1]) == (40, before.events[-1])
    assert without_old(tmp_path, 31) == recent
    write_part(tmp_path, [(41, "u41", "i", "view", None, 41)])
    assert user_ids(tmp_path) == {"u31", "u40", "u41"}


def test_context_of_events_is_kept_beside_and_changes_no_dataset(folder):
    line = (7, "ann", "y", "purchase", 1.0, 30, "s1", "phone", "mail", "/home", 2.5, 3, "r9")
    write_part(folder, [line])
    assert pairs(read_snapshot(folder))[-1] == ("ann", "y", "purchase")
    context = read_context(folder)
    assert context.filter(sequence=7).rows() == [line]
    assert context.filter(sequence=1).select(*CONTEXT_COLUMNS).rows() == [(None,) * 7]
    without_old(folder, 20)
    assert read_context(folder).get_column("sequence").to_list() == [4, 7]
