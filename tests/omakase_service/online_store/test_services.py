"""The shelf may go away and come back: what it missed it is told first."""

import orjson
import pytest

from omakase_service.online_store import services
from omakase_service.online_store.contracts import (
    ALL,
    OnlineStoreDown,
    join_profile,
    past_bytes,
    past_columns,
    split_profile,
)
from omakase_service.online_store.file_store import FileStore


class Sometimes:
    """A shelf that is away while a test says so."""

    def __init__(self, shelf: FileStore) -> None:
        self.shelf, self.away = shelf, False

    def __getattr__(self, name: str):
        def call(*args: object, **more: object):
            if self.away:
                raise OnlineStoreDown("away")
            return getattr(self.shelf, name)(*args, **more)

        return call


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    made = Sometimes(FileStore(tmp_path / "s.sqlite3"))
    monkeypatch.setattr(services, "shelf", lambda: made)
    monkeypatch.setattr(services, "_missed", set())
    return made


def fresh(key: str) -> bool:
    return services.read([key])[0].fresh


def test_a_shelf_that_is_away_knows_nothing_and_breaks_nothing(shelf):
    shelf.away = True
    assert services.read(["u:a"]) is None
    assert services.keep("u:a", b"x", since=0) == 0
    services.changing(["u:a"])
    services.put("u:a", b"x")
    services.invalidate(["u:a"])
    services.invalidate_all()


def test_what_it_missed_it_is_told_before_it_answers(shelf):
    services.keep("u:a", b"x", since=0)
    services.keep("u:b", b"x", since=0)
    shelf.away = True
    services.invalidate(["u:a"])
    shelf.away = False
    assert not fresh("u:a")
    assert fresh("u:b")


def test_more_missed_changes_than_remembered_make_everything_old(shelf, monkeypatch):
    monkeypatch.setattr(services, "MISSED_MOST", 2)
    services.keep("u:z", b"x", since=0)
    shelf.away = True
    for n in range(5):
        services.invalidate([f"u:{n}"])
    shelf.away = False
    assert not fresh("u:z")


def test_a_missed_change_of_everything_is_not_forgotten(shelf):
    services.keep("u:a", b"x", since=0)
    shelf.away = True
    services.invalidate_all()
    shelf.away = False
    assert not fresh("u:a")
    assert services.read([ALL])[0].revision > 0


def test_to_forget_is_a_promise_that_is_kept_or_refused(shelf):
    services.keep("u:a", b"x", since=0)
    shelf.away = True
    with pytest.raises(OnlineStoreDown):
        services.forget(["u:a"])
    shelf.away = False
    services.forget(["u:a"])
    assert services.read(["u:a"])[0].value is None


def test_a_write_that_begins_and_ends(shelf):
    services.keep("u:a", b"x", since=0)
    services.changing(["u:a"])
    assert not fresh("u:a")
    services.invalidate(["u:a"])
    revision = services.read(["u:a"])[0].revision
    assert services.keep("u:a", b"y", since=revision) == revision
    assert fresh("u:a")


def test_what_is_kept_of_a_person_is_one_object_that_can_be_read_in_parts():
    about = b'{"wishes":{"facts":{"past":"a\\n\\t"}},"erased":3}'
    past = past_bytes([("i1", "view", None, 1)])
    kept = join_profile(about, past)
    assert split_profile(kept) == (about, past)
    assert orjson.loads(kept) == orjson.loads(about) | {"past": orjson.loads(past)}


ROWS_OF_BEFORE = b'{"erased":3,"past":\n[["i1","view",null,1]]}'


@pytest.mark.parametrize("value", [None, b"", ROWS_OF_BEFORE])
def test_what_is_not_in_this_form_says_nothing(value):
    about, past = split_profile(value)
    assert (orjson.loads(about), orjson.loads(past)) == ({"erased": 0}, [])
    assert split_profile(join_profile(about, past)) == (about, past)


def test_events_are_added_to_what_is_at_hand(shelf):
    services.add("u:a", [["i2", "view", None, 2]])
    services.add("u:a", [["i1", "view", None, 1]])
    _, past = split_profile(services.read(["u:a"])[0].value)
    assert list(past_columns(past).rows()) == [("i1", "view", None, 1), ("i2", "view", None, 2)]
