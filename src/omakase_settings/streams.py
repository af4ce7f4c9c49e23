"""Events that come from a broker, and what is told to others."""

from pydantic import Field, SecretStr

from omakase_settings.group import SettingGroup
from omakase_settings.secret import Secret


class StreamSettings(SettingGroup, frozen=True):
    """Events that come from a broker, and what is told to others; needs the extra `streams`."""

    kafka_brokers: str = Field(default="", description="host:9092 of Kafka, several with commas")
    kafka_options: dict[str, SecretStr] = Field(
        default_factory=dict,
        description="more of librdkafka's own settings, as in security.protocol, sasl.password",
    )
    redis_url: Secret = Field(
        default=None, description="of the Redis with the streams; none: the setting redis_url"
    )
    inbound: str = Field(
        default="omakase.events", description="topic or stream whose events are stored"
    )
    group: str = Field(default="omakase", description="consumer group that reads it")
    dead_letters: str = Field(
        default="omakase.events.dead",
        description="topic or stream for messages that cannot be stored, each with its reason",
    )
    events_out: str = Field(
        default="omakase.events.stored", description="topic or stream that stored events go to"
    )
    answers_out: str = Field(
        default="omakase.answers", description="topic or stream that answers go to"
    )
    batch: int = Field(default=1000, ge=1, description="most messages that are handled together")
    max_length: int = Field(
        default=1_000_000, ge=1, description="about how many entries streams of Redis keep"
    )
    webhook_url: Secret = Field(default=None, description="address that gets batches by POST")
    webhook_secret: Secret = Field(
        default=None, description="signs what is sent there (HMAC-SHA256); needed with webhook_url"
    )
