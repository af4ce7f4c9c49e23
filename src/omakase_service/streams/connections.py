"""From a name and the settings to a broker; what is not installed is said in plain words."""

from omakase_service.platform.exceptions import Invalid
from omakase_service.streams.contracts import Broker, MessageSource, Receiver, Sink
from omakase_settings import settings


def require_source(broker: Broker) -> None:
    """Check that the settings name a broker and that its client is installed; nothing is opened.

    Raises:
        Invalid: one of them is not so.
    """
    try:
        if broker == "kafka":
            _require_brokers()
            import confluent_kafka  # noqa: F401
        else:
            from omakase_service.streams.redis_streams import client

            client()
    except ImportError as error:
        raise _absent(error) from error


def open_source(broker: Broker, consumer: str = "") -> MessageSource:
    """Who brings events.

    Args:
        consumer: our name in a group of Redis; by itself the machine's.

    Raises:
        Invalid: its address is not named, or the extra `streams` is not installed.
    """
    try:
        if broker == "kafka":
            from omakase_service.streams.kafka import KafkaSource

            _require_brokers()
            return KafkaSource()
        from omakase_service.streams.redis_streams import RedisSource

        return RedisSource(consumer)
    except ImportError as error:
        raise _absent(error) from error


def open_sink(receiver: Receiver) -> Sink:
    """Who gets events and answers.

    Raises:
        Invalid: as in `open_source`.
    """
    try:
        if receiver == "kafka":
            from omakase_service.streams.kafka import KafkaSink

            _require_brokers()
            return KafkaSink()
        if receiver == "redis":
            from omakase_service.streams.redis_streams import RedisSink

            return RedisSink()
    except ImportError as error:
        raise _absent(error) from error
    from omakase_service.streams.webhook import WebhookSink

    return WebhookSink()


def _require_brokers() -> None:
    if not settings().streams.kafka_brokers:
        raise Invalid("no Kafka is named: set streams.kafka_brokers, as in host:9092")


def _absent(error: ImportError) -> Invalid:
    return Invalid(f"{error.name} is not installed: pip install 'omakase-recsys[streams]'")
