"""Redis Streams: consumer groups, whose pending entries of a dead consumer are taken over."""

import socket
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
import redis

from omakase_service.platform.exceptions import Invalid
from omakase_service.platform.numbers import whole_number
from omakase_service.streams.contracts import (
    BrokerDown,
    DeadMessage,
    IncomingMessage,
    OutgoingRecord,
    Topic,
)
from omakase_settings import settings

CLAIM_MILLISECONDS = 60_000
"""How long an entry is left to a consumer that is silent."""

MOST_COUNTED = 100_000
"""Entries up to which the lag is counted where Redis does not tell it (before 7)."""

FIELD = b"event"
"""Holds JSON; an entry without it is an event itself, field by field."""

Entries = Sequence[tuple[bytes, Mapping[bytes, bytes] | None]]


class RedisSource:
    """One stream, read in a consumer group; entries are acknowledged when they are stored.

    Args:
        consumer: who we are in the group; what this one had begun before it died comes first.
    """

    def __init__(self, consumer: str = "") -> None:
        config = settings().streams
        self.name = f"redis:{config.inbound}"
        self._stream, self._group, self._dead = config.inbound, config.group, config.dead_letters
        self._longest = config.max_length
        self._consumer = consumer or socket.gethostname()
        self._client = client()
        self._own: bytes | None = b"0"
        try:
            self._client.xgroup_create(self._stream, self._group, id="0", mkstream=True)
        except redis.ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise BrokerDown(str(error)) from error
        except redis.RedisError as error:
            raise BrokerDown(str(error)) from error

    def poll(self, limit: int, seconds: float) -> Sequence[IncomingMessage]:
        """What we had begun before, then what is new, then what others left."""
        try:
            entries = self._pending(limit) or self._new(limit, seconds) or self._left(limit)
        except redis.RedisError as error:
            raise BrokerDown(str(error)) from error
        return [self._incoming(entry, fields) for entry, fields in entries]

    def acknowledge(self, messages: Sequence[IncomingMessage]) -> None:
        """Take them from the pending ones."""
        try:
            self._client.xack(self._stream, self._group, *(m.offset for m in messages))
        except redis.RedisError as error:
            raise BrokerDown(str(error)) from error

    def bury(self, messages: Sequence[DeadMessage]) -> None:
        """Add to the stream of dead letters."""
        entries = [
            {"position": m.position, "reason": m.reason, "event": m.payload} for m in messages
        ]
        _add(self._client, self._dead, entries, self._longest)

    def lag(self, *, exact: bool = False) -> int | None:
        """Entries that are new to the group, and those that are begun."""
        try:
            groups = self._client.xinfo_groups(self._stream)
            group = next(g for g in groups if _text(g["name"]) == self._group)
            waiting = group.get("lag")
            if waiting is None:
                start = f"({_text(group['last-delivered-id'])}"
                behind = self._client.xrange(self._stream, start, count=MOST_COUNTED)
                waiting = len(behind or ())
            return int(waiting) + int(group["pending"])
        except (redis.RedisError, StopIteration):
            return None

    def close(self) -> None:
        """Leave; the group remembers us."""
        self._client.close()

    def _pending(self, limit: int) -> Entries:
        if self._own is None:
            return ()
        entries = self._read(self._own, limit, None)
        self._own = entries[-1][0] if entries else None
        return entries

    def _new(self, limit: int, seconds: float) -> Entries:
        return self._read(b">", limit, max(1, int(seconds * 1000)))

    def _read(self, after: bytes, limit: int, milliseconds: int | None) -> Entries:
        streams: dict[Any, Any] = {self._stream: after}
        replies: Any = self._client.xreadgroup(
            self._group, self._consumer, streams, count=limit, block=milliseconds
        )
        if isinstance(replies, dict):  # RESP3
            return next(iter(replies.values()))[0] if replies else ()
        return replies[0][1] if replies else ()

    def _left(self, limit: int) -> Entries:
        claimed: Any = self._client.xautoclaim(
            self._stream, self._group, self._consumer, CLAIM_MILLISECONDS, count=limit
        )
        return claimed[1]

    def _incoming(self, entry: bytes, fields: Mapping[bytes, bytes] | None) -> IncomingMessage:
        position = f"redis:{self._stream}:{entry.decode()}"
        return IncomingMessage(position, payload_of(fields), entry)


class RedisSink:
    """A stream for events and one for answers."""

    name = "redis"

    def __init__(self) -> None:
        config = settings().streams
        self._topics = {"events": config.events_out, "answers": config.answers_out}
        self._longest = config.max_length
        self._client = client()

    def send(self, topic: Topic, records: Sequence[OutgoingRecord]) -> None:
        """Return when Redis has all of them."""
        entries = [{"key": record.key, "event": record.json()} for record in records]
        _add(self._client, self._topics[topic], entries, self._longest)

    def close(self) -> None:
        """Close the connection."""
        self._client.close()


def client() -> redis.Redis:
    """A connection by the settings.

    Raises:
        Invalid: no Redis is named.
    """
    config = settings()
    url = config.streams.redis_url or config.redis_url
    if url is None:
        raise Invalid("no Redis is named: set streams.redis_url (or redis_url)")
    return redis.Redis.from_url(url.get_secret_value())


def payload_of(fields: Mapping[bytes, bytes] | None) -> bytes | None:
    """JSON of the event in an entry: its field `event`, or else all its fields together."""
    if not fields:
        return None
    if FIELD in fields:
        return fields[FIELD]
    texts = {_text(name): _text(value) for name, value in fields.items()}
    return orjson.dumps(texts | {"time": _number(texts["time"])} if "time" in texts else texts)


def _number(text: str) -> int | str:
    number = whole_number(text) if text.isascii() else None
    return text if number is None else number


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _add(
    line: redis.Redis, stream: str, entries: Sequence[Mapping[str, Any]], longest: int
) -> None:
    """Add entries in one round trip.

    Raises:
        BrokerDown: Redis did not take all of them.
    """
    with line.pipeline(transaction=False) as pipe:
        for fields in entries:
            written: dict[Any, Any] = dict(fields)
            pipe.xadd(stream, written, maxlen=longest, approximate=True)
        try:
            pipe.execute()
        except redis.RedisError as error:
            raise BrokerDown(str(error)) from error
