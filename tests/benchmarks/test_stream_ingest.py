"""The benchmark at a hundredth of its size: real brokers, real kills, exact counts."""

import json
import random

import pytest
from benchmarks import stream_ingest
from benchmarks.stream_brokers import kafka, redis_streams

MESSAGES, BROKEN, KILLS = 2_000, 20, 2


def test_mixed_messages_hold_each_once_and_some_twice():
    payloads = stream_ingest.mixed(MESSAGES, BROKEN, random.Random(0))
    assert len(set(payloads)) == MESSAGES
    assert len(payloads) > MESSAGES


def test_broken_messages_are_of_five_sorts():
    dice = random.Random(0)
    sorts = [stream_ingest.broken_message(n, dice) for n in range(5)]
    with pytest.raises(json.JSONDecodeError):
        json.loads(sorts[0])
    assert "item_id" not in json.loads(sorts[1])
    assert {json.loads(each)["time"] for each in sorts[2:4]} != {"yesterday"}


@pytest.mark.parametrize("opened", [kafka, redis_streams], ids=["kafka", "redis"])
def test_killed_readers_store_each_event_once_and_bury_each_broken_one(opened):
    dice = random.Random(0)
    payloads = stream_ingest.mixed(MESSAGES, BROKEN, dice)
    with opened() as broker:
        broker.send(payloads)
        with stream_ingest.data_folder(broker.settings) as env:
            valid = MESSAGES - BROKEN
            _, done = stream_ingest.killed(broker, env, valid, KILLS, dice)
            assert stream_ingest.counted(env) == (valid, BROKEN, 0)
        assert done == KILLS
        letters = broker.letters(4 * BROKEN)
    assert len({position for position, _ in letters}) == BROKEN
    assert all(reason for _, reason in letters)
