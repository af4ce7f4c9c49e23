"""A shelf of a file beside a plain model of what it promises, through any calls in any order."""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.omakase_service.online_store.conftest import Clock

from omakase_service.online_store.contracts import (
    StoreEntry,
    join_profile,
    session_key,
    split_profile,
    user_key,
)
from omakase_service.online_store.file_store import FileStore

KEYS = ("u:a", "u:b", "s:세션", "")
NAMES = st.sampled_from(KEYS)
VALUES = st.binary(max_size=6)


class Shelf(RuleBasedStateMachine):
    """What is known under each key: the value, until when it is fresh and unsettled."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.clock = Clock()
        self.shelf = FileStore(self.folder / "s.sqlite3", clock=self.clock)
        self.values: dict[str, bytes | None] = dict.fromkeys(KEYS)
        self.fresh_until = dict.fromkeys(KEYS, 0.0)
        self.unsettled_until = dict.fromkeys(KEYS, 0.0)
        self.highest = dict.fromkeys(KEYS, 0)

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            shutil.rmtree(self.folder)

    def revision(self, key: str) -> int:
        return self.shelf.read([key])[0].revision

    def risen(self, key: str) -> None:
        now = self.revision(key)
        assert now > self.highest[key]
        self.highest[key] = now

    @rule(key=NAMES, value=VALUES, seconds=st.sampled_from([1.0, 10.0]))
    def keep_what_was_just_read(self, key: str, value: bytes, seconds: float) -> None:
        since = self.revision(key)
        kept = self.shelf.keep(key, value, since=since, seconds=seconds)
        if self.unsettled_until[key] > self.clock.now:
            assert kept == 0
            return
        assert kept == self.revision(key) >= max(since, 1)
        self.highest[key] = kept
        self.values[key], self.fresh_until[key] = value, self.clock.now + seconds

    @rule(key=NAMES, value=VALUES)
    def keep_what_was_read_before_a_change(self, key: str, value: bytes) -> None:
        since = self.revision(key)
        self.shelf.stale([key])
        self.risen(key)
        self.fresh_until[key] = self.unsettled_until[key] = 0.0
        assert self.shelf.keep(key, value, since=since, seconds=10.0) == 0

    @rule(keys=st.lists(NAMES, unique=True), unsettled=st.sampled_from([0.0, 5.0]))
    def change(self, keys: list[str], unsettled: float) -> None:
        self.shelf.stale(keys, unsettled=unsettled)
        for key in keys:
            self.risen(key)
            self.fresh_until[key] = 0.0
            self.unsettled_until[key] = self.clock.now + unsettled if unsettled else 0.0

    @rule(key=NAMES, value=VALUES)
    def put(self, key: str, value: bytes) -> None:
        self.shelf.put(key, value)
        self.risen(key)
        self.values[key] = value
        self.fresh_until[key] = self.unsettled_until[key] = 0.0

    @rule(keys=st.lists(NAMES, unique=True))
    def forget(self, keys: list[str]) -> None:
        self.shelf.forget(keys)
        for key in keys:
            self.values[key] = None
            self.fresh_until[key] = self.unsettled_until[key] = 0.0
            self.highest[key] = 0

    @rule()
    def change_all(self) -> None:
        self.shelf.stale_all()
        for key in KEYS:
            self.fresh_until[key] = 0.0

    @rule(seconds=st.sampled_from([0.5, 4.0, 20.0]))
    def wait(self, seconds: float) -> None:
        self.clock.now += seconds

    @rule()
    def begin_another_process(self) -> None:
        self.shelf = FileStore(self.folder / "s.sqlite3", clock=self.clock)

    @invariant()
    def what_is_read_is_what_is_known(self) -> None:
        for key, entry in zip(KEYS, self.shelf.read(KEYS), strict=True):
            assert entry.value == self.values[key]
            assert entry.fresh is (self.fresh_until[key] > self.clock.now)
            assert entry.revision >= self.highest[key]


TestShelf = Shelf.TestCase
TestShelf.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)


def test_two_shelves_of_one_file_see_each_other(tmp_path, clock):
    first, second = (FileStore(tmp_path / "s.sqlite3", clock=clock) for _ in range(2))
    revision = first.keep("u:a", b"x", since=0, seconds=10)
    assert second.read(["u:a"]) == [StoreEntry(revision, b"x", True)]
    second.stale(["u:a"])
    assert not first.read(["u:a"])[0].fresh


@pytest.mark.parametrize("value", [b"", b"\x00", b"\xff" * 100_000, "가".encode() * 1000])
def test_value_of_any_bytes_is_read_as_it_was_kept(shelf, value):
    shelf.keep("u:a", value, since=0, seconds=10)
    assert shelf.read(["u:a"])[0].value == value


@pytest.mark.parametrize(
    "key", ["", "u:", "u:사용자 🍜", "u:" + "x" * 255, "u:a'b\"c", "u:%s", "u:\n"]
)
def test_key_of_any_signs_is_its_own(shelf, key):
    shelf.keep(key, b"own", since=0, seconds=10)
    shelf.keep("u:other", b"other", since=0, seconds=10)
    shelf.stale(["u:other"])
    assert shelf.read([key])[0].fresh
    shelf.forget([key])
    assert shelf.read([key, "u:other"])[1].value == b"other"


def test_keys_of_users_and_sessions_of_one_name_are_apart():
    assert user_key("a") != session_key("a")
    assert (user_key("a"), session_key("a")) == ("u:a", "s:a")


@pytest.mark.parametrize("about", [b'{"erased":0}', b'{"a":"\\t"}', '{"이름":"가"}'.encode()])
@pytest.mark.parametrize("past", [b"[]", b'[["i"],["view"],[],[null],[1]]'])
def test_profile_in_two_parts_is_the_same_again(about, past):
    assert split_profile(join_profile(about, past)) == (about, past)
