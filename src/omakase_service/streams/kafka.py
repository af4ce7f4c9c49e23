"""Kafka, by librdkafka."""

from collections.abc import Mapping, Sequence
from typing import Any

from confluent_kafka import Consumer, KafkaException, Message, Producer, TopicPartition

from omakase_service.streams.contracts import (
    BrokerDown,
    DeadMessage,
    IncomingMessage,
    OutgoingRecord,
    Topic,
)
from omakase_settings import settings

SEND_SECONDS = 30.0
GATHER_SECONDS = 0.05
"""How long after the first message of a batch others are waited for."""

SESSION_MILLISECONDS = 10_000
"""After so long the partitions of a reader that died are another's."""

LONGEST_REASON = 1000
"""Characters of a reason in a header."""


class KafkaSource:
    """One topic, read in a consumer group; offsets are committed after acknowledgement alone."""

    def __init__(self) -> None:
        config = settings().streams
        self.name = f"kafka:{config.inbound}"
        self._topic, self._dead = config.inbound, config.dead_letters
        self._producer: Producer | None = None
        self._consumer = Consumer(
            {
                "group.id": config.group,
                "auto.offset.reset": "earliest",
                "enable.auto.commit": False,
                "session.timeout.ms": SESSION_MILLISECONDS,
                **_common(),
            }
        )
        self._consumer.subscribe([self._topic])

    def poll(self, limit: int, seconds: float) -> Sequence[IncomingMessage]:
        """The next messages."""
        try:
            messages = self._consumer.consume(1, seconds)
            if messages:  # a full batch is not waited for
                messages += self._consumer.consume(limit - 1, GATHER_SECONDS) if limit > 1 else []
        except KafkaException as error:
            raise BrokerDown(str(error)) from error
        return [self._incoming(message) for message in messages if not message.error()]

    def acknowledge(self, messages: Sequence[IncomingMessage]) -> None:
        """Commit the offset behind the last message of each partition."""
        ends: dict[int, int] = {}
        for message in messages:
            partition, offset = message.offset
            ends[partition] = max(ends.get(partition, 0), offset + 1)
        offsets = [TopicPartition(self._topic, p, end) for p, end in ends.items()]
        try:
            self._consumer.commit(offsets=offsets, asynchronous=False)
        except KafkaException as error:
            raise BrokerDown(str(error)) from error

    def bury(self, messages: Sequence[DeadMessage]) -> None:
        """Send to the topic of dead letters, the reason in a header."""
        self._producer = self._producer or _producer()
        for dead in messages:
            headers = {"reason": dead.reason[:LONGEST_REASON], "position": dead.position}
            _produce(self._producer, self._dead, dead.position, dead.payload.encode(), headers)
        _flush(self._producer)

    def lag(self, *, exact: bool = False) -> int | None:
        """Messages of our partitions that we have not read, as the last answers of brokers say.

        Args:
            exact: ask the brokers, which takes them up to half a second a partition.
        """
        try:
            if not (ours := self._consumer.assignment()):
                return None
            positions = self._consumer.position(ours)
            return sum(self._behind(position, exact) for position in positions)
        except KafkaException:
            return None

    def close(self) -> None:
        """Leave the group."""
        self._consumer.close()

    def _behind(self, place: TopicPartition, exact: bool) -> int:
        if place.offset < 0:  # nothing was read of it by us: what was acknowledged before counts
            (place,) = self._consumer.committed([place], timeout=SEND_SECONDS)
        low, high = self._consumer.get_watermark_offsets(
            place, timeout=SEND_SECONDS, cached=not exact
        )
        return max(0, int(high - max(low, place.offset, 0)))

    def _incoming(self, message: Message) -> IncomingMessage:
        partition, offset = message.partition(), message.offset()
        position = f"kafka:{self._topic}:{partition}:{offset}"
        return IncomingMessage(position, message.value(), (partition, offset))


class KafkaSink:
    """A topic for events and one for answers; a person's records keep their order."""

    name = "kafka"

    def __init__(self) -> None:
        config = settings().streams
        self._topics = {"events": config.events_out, "answers": config.answers_out}
        self._producer = _producer()

    def send(self, topic: Topic, records: Sequence[OutgoingRecord]) -> None:
        """Return when the brokers have all of them."""
        for record in records:
            headers = {"id": record.key}
            _produce(self._producer, self._topics[topic], record.person, record.json(), headers)
        _flush(self._producer)

    def close(self) -> None:
        """Nothing waits: each `send` ends with everything sent."""


def _common() -> dict[str, Any]:
    config = settings().streams
    options = {name: value.get_secret_value() for name, value in config.kafka_options.items()}
    return {"bootstrap.servers": config.kafka_brokers, **options}


def _producer() -> Producer:
    return Producer({"linger.ms": 5, "compression.type": "lz4", "acks": "all", **_common()})


def _produce(
    producer: Producer, topic: str, key: str, payload: bytes, headers: Mapping[str, str]
) -> None:
    while True:
        try:
            producer.produce(topic, payload, key=key, headers=dict(headers), on_delivery=_require)
            producer.poll(0)
            return
        except BufferError:  # the queue is full: room comes with deliveries
            producer.poll(0.1)
        except KafkaException as error:  # such as a message that is too large
            raise BrokerDown(f"{topic}: {error}") from error


def _require(error: Any, message: Message) -> None:
    """Called for each delivery.

    Raises:
        BrokerDown: it failed; `poll` and `flush` raise it on.
    """
    if error is not None:
        raise BrokerDown(f"{message.topic()}: {error.str()}")


def _flush(producer: Producer) -> None:
    if left := producer.flush(SEND_SECONDS):
        producer.purge()
        raise BrokerDown(f"{left} messages were not taken within {SEND_SECONDS:g} seconds")
