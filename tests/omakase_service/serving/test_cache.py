import threading
import time
from dataclasses import replace

import pytest

from omakase_service.serving.cache import AnswerCache, RedisAnswers, key_of, read
from omakase_service.serving.contracts import CitedEvidence, ItemReason, ListRequest, RankedList
from omakase_settings import Placement

WHY = ItemReason("Because", "history", 0.5, (CitedEvidence("i1", "One", 1.0),), (("ease", 1),))
K = key_of(b"k")
FOUND = RankedList((("i1", 1.5), ("i2", 0.5)), (WHY, WHY), "ease", "", 3)


def always(found: RankedList) -> bool:
    return True


def made(times: list[int]):
    """A maker that counts how often it was asked."""

    def make() -> RankedList:
        times.append(1)
        return FOUND

    return make


def cache(**more) -> AnswerCache:
    return AnswerCache(**{"seconds": 60.0, "most": 3, "wait": 5.0, **more})


def test_the_second_question_has_the_first_one_s_answer():
    kept, times = cache(), []
    assert kept.get(K, made(times), always) == (FOUND, False)
    assert kept.get(K, made(times), always) == (FOUND, True)
    assert kept.get(key_of(b"other"), made(times), always) == (FOUND, False)
    assert len(times) == 2


def test_an_answer_grows_old():
    now = [0.0]
    kept, times = cache(clock=lambda: now[0]), []
    kept.get(K, made(times), always)
    now[0] = 59.0
    assert kept.get(K, made(times), always)[1]
    now[0] = 61.0
    assert not kept.get(K, made(times), always)[1]


def test_no_seconds_no_cache():
    kept, times = cache(seconds=0.0), []
    for _ in range(2):
        assert not kept.get(K, made(times), always)[1]
    kept.put(K, FOUND)
    assert len(kept) == 0


def test_it_has_a_size_and_the_oldest_goes():
    kept, times = cache(), []
    for key in "abcd":
        kept.get(key_of(key.encode()), made(times), always)
    assert len(kept) == 3
    assert kept.get(key_of(b"b"), made(times), always)[1]
    assert not kept.get(key_of(b"a"), made(times), always)[1]


def test_what_may_no_longer_be_shown_is_computed_anew():
    kept, times = cache(), []
    kept.get(K, made(times), always)
    assert not kept.get(K, made(times), lambda found: False)[1]
    assert len(times) == 2
    assert kept.get(K, made(times), always)[1]


def test_one_computes_and_the_others_wait():
    kept, times = cache(), []
    may_go = threading.Event()

    def slow() -> RankedList:
        times.append(1)
        assert may_go.wait(10)
        return FOUND

    answers: list[tuple[RankedList, bool]] = []
    askers = [
        threading.Thread(target=lambda: answers.append(kept.get(K, slow, always))) for _ in range(8)
    ]
    for asker in askers:
        asker.start()
    time.sleep(0.05)
    may_go.set()
    for asker in askers:
        asker.join()
    assert len(times) == 1
    assert sorted(hit for _, hit in answers) == [False] + [True] * 7


def test_who_fails_lets_the_next_one_try():
    kept, times = cache(), []

    def broken() -> RankedList:
        raise KeyError("no")

    with pytest.raises(KeyError):
        kept.get(K, broken, always)
    assert kept.get(K, made(times), always) == (FOUND, False)


def test_nobody_waits_for_ever():
    kept, times = cache(wait=0.05), []
    started, may_go = threading.Event(), threading.Event()

    def stuck() -> RankedList:
        started.set()
        assert may_go.wait(10)
        return FOUND

    first = threading.Thread(target=lambda: kept.get(K, stuck, always))
    first.start()
    assert started.wait(10)
    assert kept.get(K, made(times), always) == (FOUND, False)
    may_go.set()
    first.join()


def test_clearing():
    kept, times = cache(), []
    kept.get(K, made(times), always)
    kept.clear()
    assert not kept.get(K, made(times), always)[1]


def test_a_list_survives_being_written_down():
    import orjson

    assert read(orjson.dumps(FOUND)) == FOUND
    drawn = replace(FOUND, probabilities=(0.25, 1.0))
    assert read(orjson.dumps(drawn)) == drawn


def test_keys_differ_where_anything_does():
    assert key_of(b"v", 1, None) == key_of(b"v", 1, None)
    assert len({key_of(b"v", 1), key_of(b"v", 2), key_of(b"v", "1"), key_of(b"v1")}) == 4


def test_processes_share_by_redis(redis_server):
    one, other = (cache(shared=RedisAnswers(redis_server.url)) for _ in range(2))
    key, times = key_of(b"shared", time.time_ns()), []
    assert one.get(key, made(times), always) == (FOUND, False)
    assert other.get(key, made(times), always) == (FOUND, True)
    assert other.get(key, made(times), lambda found: False) == (FOUND, False)
    assert len(times) == 2


def test_processes_wait_for_each_other(redis_server):
    one, other = (cache(shared=RedisAnswers(redis_server.url)) for _ in range(2))
    key, times = key_of(b"stampede", time.time_ns()), []
    started = threading.Event()

    def slow() -> RankedList:
        started.set()
        time.sleep(0.1)
        return FOUND

    first = threading.Thread(target=lambda: one.get(key, slow, always))
    first.start()
    assert started.wait(10)
    assert other.get(key, made(times), always) == (FOUND, True)
    first.join()
    assert times == []


def test_a_redis_that_is_away_costs_no_answer():
    kept, times = cache(shared=RedisAnswers("redis://127.0.0.1:1/0")), []
    assert kept.get(K, made(times), always) == (FOUND, False)
    assert kept.get(K, made(times), always) == (FOUND, True)


def test_cache_keeps_newest_state_of_a_question():
    """A person who does something every second does not fill the memory with what is old."""
    kept, times = cache(most=10), []
    for revision in range(5):
        assert kept.get(key_of(b"who", revision), made(times), always) == (FOUND, False)
        assert kept.get(key_of(b"who", revision), made(times), always) == (FOUND, True)
    assert len(kept) == 1
    assert kept.get(key_of(b"who", 0), made(times), always) == (FOUND, False)
    kept.get(key_of(b"another", 0), made(times), always)
    assert len(kept) == 2


def test_a_key_knows_what_holds_at_a_place():
    said = ({}, {"pins": {1: "a"}}, {"pins": {1: "b"}}, {"pins": {2: "a"}}, {"caps": {"brand": 1}})
    assert (
        len(
            {
                key_of(ListRequest(placement="home").canonical_bytes, Placement(**each))
                for each in said
            }
        )
        == 5
    )
