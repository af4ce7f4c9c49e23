import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import orjson
import pytest
from tests.patience import PATIENCE_SECONDS

from omakase_service.serving.cache import AnswerCache, RedisAnswers, key_of, read
from omakase_service.serving.contracts import CitedEvidence, ItemReason, ListRequest, RankedList
from omakase_settings import Placement

WHY = ItemReason("Because", "history", 0.5, (CitedEvidence("i1", "One", 1.0),), (("ease", 1),))
K = key_of(b"k")
FOUND = RankedList((("i1", 1.5), ("i2", 0.5)), (WHY, WHY), "ease", "", 3)
OTHER = replace(FOUND, algorithm="item_knn")


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


def on_loop(work: Callable[[], tuple[RankedList, bool]]) -> tuple[RankedList, bool]:
    """Asked where nobody may wait."""

    async def main() -> tuple[RankedList, bool]:
        return work()

    return asyncio.run(main())


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
        assert may_go.wait(PATIENCE_SECONDS)
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
        assert may_go.wait(PATIENCE_SECONDS)
        return FOUND

    first = threading.Thread(target=lambda: kept.get(K, stuck, always))
    first.start()
    assert started.wait(PATIENCE_SECONDS)
    assert kept.get(K, made(times), always) == (FOUND, False)
    may_go.set()
    first.join()


def test_clearing():
    kept, times = cache(), []
    kept.get(K, made(times), always)
    kept.clear()
    assert not kept.get(K, made(times), always)[1]


def test_a_list_survives_being_written_down():
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
    answers = [RedisAnswers(redis_server.url) for _ in range(2)]
    one, other = (cache(shared=each, wait=60.0) for each in answers)
    key, times = key_of(b"stampede", time.time_ns()), []
    started = threading.Event()

    def slow() -> RankedList:
        started.set()
        time.sleep(0.1)
        return FOUND

    first = threading.Thread(target=lambda: one.get(key, slow, always))
    first.start()
    assert started.wait(PATIENCE_SECONDS)
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


def test_get_when_the_time_of_an_answer_is_over_computes_anew():
    now = [100.0]
    kept, times = cache(clock=lambda: now[0]), []
    kept.get(K, made(times), always)
    now[0] = 160.0
    assert kept.get(K, made(times), always) == (FOUND, False)


def test_get_of_a_cache_of_one_second_has_the_answer_again():
    kept, times = cache(seconds=1.0, clock=lambda: 100.0), []
    kept.get(K, made(times), always)
    assert kept.get(K, made(times), always) == (FOUND, True)


def test_get_after_one_answer_was_kept_anew_has_it_longer_than_older_ones():
    kept, times = cache(most=2), []
    a, b, c = (key_of(name) for name in (b"a", b"b", b"c"))
    for key in (a, b, a, c):
        kept.put(key, FOUND)
    assert kept.get(a, made(times), always)[1]
    assert kept.get(c, made(times), always)[1]
    assert not kept.get(b, made(times), always)[1]


def test_get_where_the_answer_arrives_meanwhile_leaves_nobody_waiting():
    """Another thread keeps a newer answer while this one looks at the old one."""
    kept, times = cache(), []
    kept.put(K, OTHER)

    def good(found: RankedList) -> bool:
        kept.put(K, FOUND)
        return found == FOUND

    assert kept.get(K, made(times), good) == (FOUND, True)
    kept.clear()
    assert on_loop(lambda: kept.get(K, made(times), always)) == (FOUND, False)


def test_get_after_its_wait_computes_without_the_one_that_is_stuck():
    kept = cache(wait=0.05)
    started, may_go = threading.Event(), threading.Event()

    def stuck() -> RankedList:
        started.set()
        may_go.wait(PATIENCE_SECONDS)
        return FOUND

    def make() -> RankedList:
        may_go.set()
        return OTHER

    first = threading.Thread(target=lambda: kept.get(K, stuck, always))
    first.start()
    assert started.wait(PATIENCE_SECONDS)
    assert kept.get(K, make, always) == (OTHER, False)
    first.join()


def test_read_of_a_list_without_later_fields_gives_them_empty():
    """Releases that share a Redis while they are exchanged do not all keep the same fields."""
    stored = orjson.loads(orjson.dumps(FOUND))
    del stored["path"], stored["probabilities"]
    assert read(orjson.dumps(stored)) == FOUND


def test_read_of_a_list_with_a_path_gives_it_back():
    walked = replace(FOUND, path="session", again=True, meaning="chance", notice="degraded")
    assert read(orjson.dumps(walked)) == walked


@pytest.mark.parametrize("said", [b"", b"x" * 100_000])
def test_name_of_a_question_of_any_length_is_two_digests_long(said):
    assert len(key_of(said, 1, "v").name) == len(f"{'0' * 32}.{'0' * 32}")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 2),
        (1, "1"),
        (2**80, 2**80 + 1),
        (None, ""),
        (Decimal("1.0"), Decimal("1.1")),
        (Placement(pins={1: "a"}), Placement(pins={1: "b"})),
        ((1, 2), (2, 1)),
    ],
)
def test_name_of_another_state_differs(one, other):
    assert key_of(b"k", one).name == key_of(b"k", one).name != key_of(b"k", other).name
    assert key_of(b"other", one).name != key_of(b"k", one).name


def test_name_of_equal_places_is_the_same():
    one, other = (key_of(b"k", Placement(caps={"brand": 0.5})) for _ in range(2))
    assert one == other
    assert one.name == other.name
