import asyncio
import threading

import pytest
import redis
from tests.patience import PATIENCE_SECONDS

from omakase_service.online_store.file_store import FileStore
from omakase_service.online_store.redis_store import RedisStore
from omakase_service.platform.nonblocking import WouldBlock, require_thread
from omakase_service.serving.cache import AnswerCache, RedisAnswers, key_of
from omakase_service.serving.contracts import RankedList

KEY = key_of(b"a")
FOUND = RankedList((("a", 1.0),), (), "ease", "", 0)


def on_loop(work):
    async def main():
        return work()

    return asyncio.run(main())


def test_a_thread_may_wait_and_a_loop_may_not():
    require_thread()
    with pytest.raises(WouldBlock):
        on_loop(require_thread)
    said = []

    async def main() -> None:
        await asyncio.to_thread(lambda: said.append(require_thread()))

    asyncio.run(main())
    assert said == [None]


def test_a_file_is_read_on_a_loop_and_not_written_to(tmp_path):
    shelf = FileStore(tmp_path / "shelf")
    shelf.put("a", b"1")
    assert on_loop(lambda: shelf.read(["a"]))[0].value == b"1"
    for write in (
        lambda: shelf.put("a", b"2"),
        lambda: shelf.stale(["a"]),
        lambda: shelf.keep("a", b"2", since=0, seconds=1),
    ):
        with pytest.raises(WouldBlock):
            on_loop(write)
    assert shelf.read(["a"])[0].value == b"1"


def test_nobody_asks_redis_on_a_loop(monkeypatch):
    def asked(*args, **named):
        pytest.fail("Redis was asked")

    monkeypatch.setattr(redis.connection.Connection, "connect", asked)
    url = "redis://127.0.0.1:1/0"
    for work in (
        lambda: RedisStore(url).read(["a"]),
        lambda: RedisStore(url).stale(["a"]),
        lambda: RedisAnswers(url).get("a"),
        lambda: RedisAnswers(url).claim("a", 1.0),
    ):
        with pytest.raises(WouldBlock):
            on_loop(work)


def test_an_answer_at_hand_is_had_on_a_loop():
    cache = AnswerCache(60, 10, 5.0)
    cache.put(KEY, FOUND)
    assert on_loop(lambda: cache.get(KEY, lambda: FOUND, lambda _: True)) == (FOUND, True)


def test_one_that_would_be_made_leaves_nobody_waiting_for_it():
    cache = AnswerCache(60, 10, 5.0)

    def make() -> RankedList:
        require_thread()
        return FOUND

    with pytest.raises(WouldBlock):
        on_loop(lambda: cache.get(KEY, make, lambda _: True))
    assert cache._making == {}
    assert cache.get(KEY, make, lambda _: True) == (FOUND, False)


def test_nobody_waits_on_a_loop_for_one_that_another_makes():
    cache = AnswerCache(60, 10, 5.0)
    making, may_go = threading.Event(), threading.Event()

    def make() -> RankedList:
        making.set()
        assert may_go.wait(PATIENCE_SECONDS)
        return FOUND

    maker = threading.Thread(target=cache.get, args=(KEY, make, lambda _: True))
    maker.start()
    assert making.wait(PATIENCE_SECONDS)
    with pytest.raises(WouldBlock):
        on_loop(lambda: cache.get(KEY, make, lambda _: True))
    may_go.set()
    maker.join()
    assert on_loop(lambda: cache.get(KEY, make, lambda _: True)) == (FOUND, True)
