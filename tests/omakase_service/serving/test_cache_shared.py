"""Answers that processes share, by a stand-in and by a real Redis."""

import time
from dataclasses import replace

import pytest
import redis

from omakase_service.serving.cache import AnswerCache, RedisAnswers, cache, key_of
from omakase_service.serving.contracts import RankedList

FOUND = RankedList((("i1", 1.5), ("i2", 0.5)), (), "ease", "", 3)
OTHER = replace(FOUND, algorithm="item_knn")
K = key_of(b"k", 1)
AWAY = "redis://127.0.0.1:1/0"


class Clock:
    """A time that a test moves."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += seconds


class Others:
    """Other processes, as a test wants them; what they are asked takes some seconds."""

    def __init__(self, clock: Clock, *, claimed: bool = False, takes: float = 0.0) -> None:
        self.clock, self.claimed, self.takes = clock, claimed, takes
        self.answers: dict[str, RankedList] = {}
        self.lives: list[float] = []
        self.asked: list[str] = []

    def get(self, key: str) -> RankedList | None:
        self.note("get")
        return self.answers.get(key)

    def put(self, key: str, found: RankedList, seconds: float) -> None:
        self.note("put")
        self.answers[key] = found
        self.lives.append(seconds)

    def claim(self, key: str, seconds: float) -> bool:
        self.note("claim")
        self.lives.append(seconds)
        return not self.claimed

    def release(self, key: str) -> None:
        self.note("release")

    def note(self, what: str) -> None:
        assert len(self.asked) < 10_000, "asked without end"
        self.asked.append(what)
        self.clock.pass_by(self.takes)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def client(redis_server) -> redis.Redis:
    """An operator's look into a Redis that holds nothing yet."""
    made = redis.Redis.from_url(redis_server.url)
    made.flushall()
    return made


def kept_with(others: Others, *, seconds: float = 60.0, wait: float = 5.0) -> AnswerCache:
    return AnswerCache(seconds, 3, wait, others, clock=others.clock)


def computed() -> RankedList:
    return FOUND


def broken() -> RankedList:
    raise KeyError("no")


def unwanted() -> RankedList:
    pytest.fail("computed")


def always(found: RankedList) -> bool:
    return True


def lives(client: redis.Redis) -> list[int]:
    """Milliseconds that each key has yet to live."""
    return [client.pttl(key) for key in client.keys("*")]


def test_get_where_nobody_has_the_answer_computes_at_once_and_tells_the_others(clock):
    others = Others(clock, takes=1.0)
    assert kept_with(others).get(K, computed, always) == (FOUND, False)
    assert others.asked == ["get", "claim", "put"]
    assert others.answers == {K.name: FOUND}
    assert others.lives == [5.0, 60.0]


def test_get_of_an_answer_of_others_asks_them_once(clock):
    others = Others(clock)
    others.answers[K.name] = FOUND
    kept = kept_with(others)
    for _ in range(2):
        assert kept.get(K, unwanted, always) == (FOUND, True)
    assert others.asked == ["get"]


def test_get_where_the_answer_of_others_may_not_be_shown_replaces_it(clock):
    others = Others(clock)
    others.answers[K.name] = OTHER
    found = kept_with(others).get(K, computed, lambda found: found != OTHER)
    assert found == (FOUND, False)
    assert others.answers == {K.name: FOUND}


def test_get_of_a_cache_that_keeps_nothing_asks_nobody(clock):
    others = Others(clock)
    others.answers[K.name] = OTHER
    kept = kept_with(others, seconds=0.0)
    assert kept.get(K, computed, always) == (FOUND, False)
    kept.put(K, FOUND)
    assert others.asked == []


def test_put_of_a_cache_of_one_second_tells_the_others(clock):
    others = Others(clock)
    kept_with(others, seconds=1.0).put(K, FOUND)
    assert others.answers == {K.name: FOUND}


def test_get_where_others_take_their_time_waits_until_its_end_and_no_longer(clock):
    others = Others(clock, claimed=True, takes=2.5)
    assert kept_with(others, wait=5.0).get(K, computed, always) == (FOUND, False)
    assert others.asked == ["get", "claim", "put"]


def test_get_where_others_compute_has_their_answer_as_soon_as_it_is_there(clock, monkeypatch):
    others = Others(clock, claimed=True)

    def meanwhile(seconds: float) -> None:
        others.answers[K.name] = OTHER

    monkeypatch.setattr(time, "sleep", meanwhile)
    assert kept_with(others).get(K, unwanted, always) == (OTHER, True)


def test_get_while_others_compute_does_not_flood_them_with_questions(clock, monkeypatch):
    others = Others(clock, claimed=True)
    monkeypatch.setattr(time, "sleep", clock.pass_by)
    assert kept_with(others, wait=1.0).get(K, computed, always) == (FOUND, False)
    assert 10 < others.asked.count("get") <= 250


def test_get_that_fails_lets_the_others_try(clock):
    others = Others(clock)
    with pytest.raises(KeyError):
        kept_with(others).get(K, broken, always)
    assert others.asked == ["get", "claim", "release"]
    assert others.answers == {}


def test_is_shared_tells_whether_others_are_asked(clock):
    assert kept_with(Others(clock)).is_shared
    assert not AnswerCache(60.0, 3, 5.0).is_shared


def test_redis_put_of_an_answer_lets_it_live_as_long_as_it_is_good(client, redis_server):
    RedisAnswers(redis_server.url).put("k", FOUND, 1_000.0)
    assert [990_000 < life <= 1_000_000 for life in lives(client)] == [True]
    assert RedisAnswers(redis_server.url).get("k") == FOUND


def test_redis_claim_of_a_key_lasts_as_long_as_others_wait(client, redis_server):
    assert RedisAnswers(redis_server.url).claim("k", 1_000.0) is True
    assert [990_000 < life <= 1_000_000 for life in lives(client)] == [True]


def test_redis_claim_of_a_key_that_somebody_computes_is_refused_until_it_is_released(
    client, redis_server
):
    one, other = (RedisAnswers(redis_server.url) for _ in range(2))
    assert one.claim("k", 60.0) is True
    assert other.claim("k", 60.0) is False
    assert other.claim("another", 60.0) is True
    one.release("k")
    assert other.claim("k", 60.0) is True


def test_redis_claim_of_an_answer_that_came_since_it_was_looked_for_is_refused(
    client, redis_server
):
    one, other = (RedisAnswers(redis_server.url) for _ in range(2))
    assert one.claim("k", 60.0) is True
    assert other.get("k") is None
    one.put("k", FOUND, 60.0)
    assert other.claim("k", 60.0) is False
    assert other.get("k") == FOUND


def test_redis_claim_after_its_holder_failed_is_granted_to_the_next(client, redis_server):
    one, other = (AnswerCache(60.0, 3, 5.0, RedisAnswers(redis_server.url)) for _ in range(2))
    with pytest.raises(KeyError):
        one.get(K, broken, always)
    assert client.keys("*") == []
    assert other.get(K, computed, always) == (FOUND, False)


def test_get_that_fails_while_redis_is_away_says_why_it_failed():
    kept = AnswerCache(60.0, 3, 5.0, RedisAnswers(AWAY))
    with pytest.raises(KeyError):
        kept.get(K, broken, always)


def test_redis_keys_of_answers_are_told_from_other_keys(client, redis_server):
    """An operator may delete them all by their beginning."""
    shared = RedisAnswers(redis_server.url)
    shared.claim("a", 60.0)
    shared.put("b", FOUND, 60.0)
    assert len(client.keys("omakase:answer:*")) == len(client.keys("*")) == 2


def test_redis_away_has_no_answer_and_leaves_the_work_to_who_asks():
    shared = RedisAnswers(AWAY)
    shared.put("k", FOUND, 60.0)
    assert shared.get("k") is None
    assert shared.claim("k", 60.0) is True


def test_cache_with_a_redis_by_setting_shares_its_answers(client, redis_server, settings_with):
    settings_with(redis_url=redis_server.url)
    cache().put(K, FOUND)
    assert cache().is_shared
    elsewhere = AnswerCache(60.0, 3, 5.0, RedisAnswers(redis_server.url))
    assert elsewhere.get(K, unwanted, always) == (FOUND, True)


def test_cache_without_a_redis_keeps_its_answers_to_itself(settings_with):
    settings_with(cache={"seconds": 12.0, "entries": 2, "wait_seconds": 0.5})
    kept = cache()
    assert not kept.is_shared
    assert (kept.seconds, kept.most, kept.wait) == (12.0, 2, 0.5)


def test_cache_asked_again_is_the_same_with_what_it_keeps(settings_with):
    settings_with(cache={"seconds": 34.0})
    cache().put(K, FOUND)
    assert cache().get(K, unwanted, always) == (FOUND, True)
