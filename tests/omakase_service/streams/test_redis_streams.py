"""A real Redis: groups, what a dead reader had begun, entries field by field."""

import pytest
import redis

from omakase_service.streams.redis_streams import RedisSource, payload_of


@pytest.fixture
def line(settings_with, redis_server):
    """A connection to a Redis whose stream is empty, and which the settings name."""
    settings_with(streams={"redis_url": redis_server.url, "inbound": "in-test"})
    with redis.Redis.from_url(redis_server.url) as client:
        client.delete("in-test")
        yield client


def test_poll_after_a_reader_died_brings_what_it_had_begun(line):
    for n in range(5):
        line.xadd("in-test", {"event": str(n)})
    dead = RedisSource("one")
    begun = dead.poll(3, 0.1)
    dead.acknowledge(begun[:1])
    again = RedisSource("one")
    assert [m.payload for m in again.poll(10, 0.1)] == [b"1", b"2"]
    assert [m.payload for m in again.poll(10, 0.1)] == [b"3", b"4"]


def test_lag_counts_what_is_new_and_what_is_begun(line):
    source = RedisSource("one")
    for n in range(5):
        line.xadd("in-test", {"event": str(n)})
    assert source.lag() == 5
    messages = source.poll(3, 0.1)
    assert source.lag() == 5
    source.acknowledge(messages)
    assert source.lag() == 2


def test_payload_of_fields_is_an_event():
    fields = {b"user_id": b"u1", b"item_id": b"i1", b"type": b"view", b"time": b"1700000000"}
    expected = b'{"user_id":"u1","item_id":"i1","type":"view","time":1700000000}'
    assert payload_of(fields) == expected
    assert payload_of({}) is None
