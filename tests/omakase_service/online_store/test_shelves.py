import sqlite3
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from omakase_service.online_store import file_store
from omakase_service.online_store.contracts import PART, OnlineStoreDown, StoreEntry
from omakase_service.online_store.file_store import PRUNE_EVERY, FileStore
from omakase_service.online_store.redis_store import RedisStore


def one(shelf, key: str = "u:a") -> StoreEntry:
    return shelf.read([key])[0]


def test_nothing_is_known_of_a_stranger(shelf):
    assert shelf.read(["u:a", "u:b"]) == [StoreEntry(0, None, False)] * 2


def test_what_is_kept_is_fresh_until_its_time_is_over(shelf, clock):
    revision = shelf.keep("u:a", b"past", since=0, seconds=10)
    assert revision > 0
    assert one(shelf) == StoreEntry(revision, b"past", True)
    clock.now += 11
    assert one(shelf) == StoreEntry(revision, b"past", False)


def test_the_order_of_the_keys_is_that_of_the_answers(shelf):
    shelf.keep("u:b", b"b", since=0, seconds=10)
    assert [held.value for held in shelf.read(["u:a", "u:b", "u:a"])] == [None, b"b", None]


def test_a_change_makes_it_old_and_raises_the_revision(shelf):
    before = shelf.keep("u:a", b"past", since=0, seconds=10)
    shelf.stale(["u:a", "u:new"])
    assert one(shelf).revision > before
    assert one(shelf) == StoreEntry(one(shelf).revision, b"past", False)
    assert one(shelf, "u:new").revision > 0
    shelf.stale([])


def test_revisions_rise_however_fast_changes_come(shelf):
    seen = []
    for _ in range(50):
        shelf.stale(["u:a"])
        seen.append(one(shelf).revision)
    assert sorted(set(seen)) == seen


def test_what_was_read_before_a_change_is_not_kept_after_it(shelf):
    shelf.stale(["u:a"])
    read_at = one(shelf).revision
    shelf.stale(["u:a"])
    assert shelf.keep("u:a", b"old", since=read_at, seconds=10) == 0
    assert shelf.keep("u:a", b"old", since=0, seconds=10) == 0
    assert not one(shelf).fresh
    now = one(shelf).revision
    assert shelf.keep("u:a", b"new", since=now, seconds=10) == now
    assert one(shelf) == StoreEntry(now, b"new", True)


def test_write_under_way_keeps_entries_old(shelf, clock):
    shelf.keep("u:a", b"past", since=0, seconds=100)
    shelf.stale(["u:a"], unsettled=5)
    during = one(shelf)
    assert not during.fresh
    assert shelf.keep("u:a", b"half", since=during.revision, seconds=100) == 0
    shelf.stale(["u:a"])
    after = one(shelf).revision
    assert shelf.keep("u:a", b"whole", since=after, seconds=100) == after


def test_a_writer_that_died_is_waited_for_no_longer_than_told(shelf, clock):
    shelf.stale(["u:a"], unsettled=5)
    revision = one(shelf).revision
    assert shelf.keep("u:a", b"x", since=revision, seconds=100) == 0
    clock.now += 6
    assert shelf.keep("u:a", b"x", since=revision, seconds=100) == revision


def test_what_is_put_is_at_hand_and_never_fresh(shelf):
    before = shelf.keep("u:a", b"past", since=0, seconds=100)
    shelf.put("u:a", b"more")
    assert one(shelf).revision > before
    assert (one(shelf).value, one(shelf).fresh) == (b"more", False)


def test_who_is_forgotten_leaves_nothing_and_their_parts_neither(shelf):
    for key in ("u:a", f"u:a{PART}list", "u:ab", f"u:b{PART}list", "u:*"):
        shelf.keep(key, b"x", since=0, seconds=100)
    shelf.forget(["u:a", "u:*"])
    assert one(shelf) == one(shelf, f"u:a{PART}list") == one(shelf, "u:*") == StoreEntry()
    assert one(shelf, "u:ab").value == one(shelf, f"u:b{PART}list").value == b"x"


def test_everything_can_be_made_old_at_once(shelf):
    revisions = [shelf.keep(key, b"x", since=0, seconds=100) for key in ("u:a", "s:b")]
    shelf.stale_all()
    for before, held in zip(revisions, shelf.read(["u:a", "s:b"]), strict=True):
        assert held.revision > before
        assert not held.fresh


@pytest.fixture
def beside(tmp_path, clock) -> tuple[FileStore, FileStore]:
    """Two processes with one file."""
    shelves = [FileStore(tmp_path / "s.sqlite3", clock=clock) for _ in range(2)]
    return shelves[0], shelves[1]


@pytest.fixture
def asked(monkeypatch) -> list[str]:
    """The keys that were looked up in the file."""
    looked: list[str] = []
    whole = file_store.ProcessMark.read_row
    monkeypatch.setattr(
        file_store.ProcessMark, "read_row", lambda own, key: looked.append(key) or whole(own, key)
    )
    return looked


def test_what_was_read_is_not_read_again_while_nobody_writes(beside, asked, clock):
    mine, _ = beside
    revision = mine.keep("u:a", b"past", since=0, seconds=10)
    assert [mine.read(["u:a", "u:b"]) for _ in range(3)] == [
        [StoreEntry(revision, b"past", True), StoreEntry()]
    ] * 3
    assert asked == ["u:a", "u:b"]
    clock.now += 11
    assert one(mine) == StoreEntry(revision, b"past", False)
    assert asked == ["u:a", "u:b"]


@pytest.mark.parametrize("writer", [0, 1])
@pytest.mark.parametrize(
    "write",
    [
        lambda shelf: shelf.keep("u:a", b"new", since=one(shelf).revision, seconds=10),
        lambda shelf: shelf.put("u:a", b"new"),
        lambda shelf: shelf.stale(["u:a"]),
        lambda shelf: shelf.stale_all(),
        lambda shelf: shelf.forget(["u:a"]),
    ],
)
def test_whoever_writes_the_next_reading_knows(beside, write, writer):
    mine, _ = beside
    mine.keep("u:a", b"old", since=0, seconds=10)
    before = [one(shelf) for shelf in beside]
    write(beside[writer])
    after = [one(shelf) for shelf in beside]
    assert after[0] == after[1] != before[0] == before[1]


def test_no_more_than_some_bytes_stay_with_a_thread(beside, asked):
    mine, _ = beside
    value = b"x" * (file_store.MOST_BYTES // 3)
    for n in range(4):
        mine.put(f"u:{n}", value)
    for n in range(4):
        assert one(mine, f"u:{n}").value == value
    one(mine, "u:0")
    assert asked == ["u:0", "u:1", "u:2", "u:3", "u:0"]
    assert list(mine.thread_state.mark.rows) == ["u:3", "u:0"]
    assert mine.thread_state.mark.size < file_store.MOST_BYTES


def test_many_may_write_at_once(shelf):
    def work(name: str) -> None:
        for _ in range(20):
            shelf.stale([f"u:{name}", "u:shared"])

    threads = [threading.Thread(target=work, args=(str(n),)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(held.revision for held in shelf.read([f"u:{n}" for n in range(4)]))


def test_the_oldest_make_room(tmp_path, clock):
    shelf = FileStore(tmp_path / "s.sqlite3", most=5, clock=clock)
    for n in range(PRUNE_EVERY):
        clock.now += 1
        shelf.keep(f"u:{n}", b"x", since=0, seconds=1e9)
    left = [n for n in range(PRUNE_EVERY) if one(shelf, f"u:{n}").value]
    assert left == list(range(PRUNE_EVERY - 5, PRUNE_EVERY))


def test_a_damaged_file_is_made_anew(tmp_path):
    file = tmp_path / "s.sqlite3"
    file.write_bytes(b"this is no database at all" * 100)
    shelf = FileStore(file)
    with pytest.raises(OnlineStoreDown):
        shelf.read(["u:a"])
    assert shelf.keep("u:a", b"x", since=0, seconds=10) > 0


def damage(file: Path) -> None:
    """Turn the file of a shelf to noise, from the first page on, as it lies on the disk."""
    with file.open("r+b") as content:
        content.write(bytes(range(1, 256)) * 40)


def recovered(shelf: FileStore, value: bytes, tries: int = 4) -> bool:
    """Whether a value can be kept, and read again, within some tries."""
    for _ in range(tries):
        with suppress(OnlineStoreDown):
            if shelf.keep("u:a", value, since=0, seconds=10) and one(shelf).value == value:
                return True
    return False


def test_file_store_damaged_under_open_connections_is_one_file_for_all_again(tmp_path):
    file = tmp_path / "s.sqlite3"
    stores = [FileStore(file), FileStore(file)]
    for number in range(300):
        stores[0].keep(f"u:{number}", b"x" * 200, since=0, seconds=10)
    assert one(stores[1], "u:7").value
    damage(file)
    file.with_name(file.name + "-wal").write_bytes(b"noise" * 1_000)
    assert all(recovered(store, b"%d" % number) for number, store in enumerate(stores))
    stores[0].put("u:b", b"seen by both")
    assert one(stores[1], "u:b").value == b"seen by both"


def test_file_store_removal_of_damage_spares_the_file_that_another_made_meanwhile(tmp_path):
    file = tmp_path / "s.sqlite3"
    file.write_bytes(b"this is no database at all" * 100)
    late, other = FileStore(file), FileStore(file)
    with pytest.raises(OnlineStoreDown):
        other.read(["u:a"])
    assert other.keep("u:a", b"x", since=0, seconds=10)
    made = file.stat().st_ino
    assert one(late).value == b"x"
    assert file.stat().st_ino == made


def test_file_store_table_gone_is_made_again(tmp_path):
    shelf = FileStore(tmp_path / "s.sqlite3")
    shelf.keep("u:a", b"x", since=0, seconds=10)
    with sqlite3.connect(shelf.file) as db:
        db.execute("DROP TABLE shelf")
    assert recovered(shelf, b"y")


def test_a_file_that_somebody_deleted_is_made_anew(tmp_path):
    shelf = FileStore(tmp_path / "s.sqlite3")
    shelf.keep("u:a", b"x", since=0, seconds=10)
    for file in tmp_path.iterdir():
        file.unlink()
    assert one(shelf) == StoreEntry()


def test_two_processes_see_one_file(tmp_path):
    one_, other = FileStore(tmp_path / "s.sqlite3"), FileStore(tmp_path / "s.sqlite3")
    one_.keep("u:a", b"x", since=0, seconds=10)
    other.stale(["u:a"])
    assert not one_.read(["u:a"])[0].fresh


def test_a_redis_that_is_away_is_said_to_be(tmp_path):
    away = RedisStore("redis://127.0.0.1:1/0")
    for call in (
        lambda: away.read(["u:a"]),
        lambda: away.keep("u:a", b"x", since=0, seconds=1),
        lambda: away.stale(["u:a"]),
        lambda: away.put("u:a", b"x"),
        lambda: away.forget(["u:a"]),
        away.stale_all,
    ):
        with pytest.raises(OnlineStoreDown):
            call()
