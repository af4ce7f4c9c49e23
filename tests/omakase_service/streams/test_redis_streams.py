"""A real Redis: groups, what a dead reader had begun, entries field by field."""

import pytest
import redis

from omakase_service.streams.contracts import DeadMessage
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


def test_poll_of_a_stream_that_is_not_there_yet_makes_it(line):
    source = RedisSource("one")
    assert source.poll(5, 0.01) == []
    line.xadd("in-test", {"event": "1"})
    assert [m.payload for m in source.poll(5, 0.1)] == [b"1"]


def test_source_opened_twice_shares_its_group(line):
    first, second = RedisSource("one"), RedisSource("two")
    for n in range(4):
        line.xadd("in-test", {"event": str(n)})
    brought = [m.payload for m in (*first.poll(2, 0.1), *second.poll(2, 0.1))]
    assert brought == [b"0", b"1", b"2", b"3"]


def test_poll_brings_at_most_so_many_in_order(line):
    source = RedisSource("one")
    ids = [line.xadd("in-test", {"event": str(n)}) for n in range(5)]
    messages = source.poll(2, 0.1)
    assert [m.payload for m in messages] == [b"0", b"1"]
    assert [m.position for m in messages] == [f"redis:in-test:{i.decode()}" for i in ids[:2]]
    assert [m.payload for m in source.poll(9, 0.1)] == [b"2", b"3", b"4"]


def test_acknowledged_entries_do_not_come_again(line):
    line.xadd("in-test", {"event": "1"})
    source = RedisSource("one")
    source.acknowledge(source.poll(5, 0.1))
    assert source.lag() == 0
    assert RedisSource("one").poll(5, 0.01) == []


def test_bury_adds_to_the_stream_of_dead_letters(line, settings_with, redis_server):
    line.delete("dead-test")
    settings_with(
        streams={
            "redis_url": redis_server.url,
            "inbound": "in-test",
            "dead_letters": "dead-test",
        }
    )
    RedisSource("one").bury([DeadMessage("p", "이유", "{", "u")])
    [(_, fields)] = line.xrange("dead-test")
    assert fields == {b"position": b"p", b"reason": "이유".encode(), b"event": b"{"}


def test_lag_of_a_stream_that_is_gone_is_not_known(line):
    source = RedisSource("one")
    line.delete("in-test")
    assert source.lag() is None


def test_consume_of_a_message_with_an_odd_time_goes_on_behind_it(db, line):
    from omakase_service.events.models import Event
    from omakase_service.streams.inbound import consume
    from omakase_service.streams.models import DeadLetter

    base = {"user_id": "u", "item_id": "i", "type": "view"}
    for moment in ("²", "9" * 30, "1700000000"):
        line.xadd("in-test", base | {"time": moment})
    report = consume(lambda: RedisSource("one"), is_over=lambda: False, until_empty=True)
    assert (report.stored, report.dead) == (1, 2)
    assert Event.objects.get().time == 1_700_000_000
    assert {letter.user_id for letter in DeadLetter.objects.all()} == {"u"}
