"""What a broker is to the service: a source of messages, a sink for records. No Django."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import orjson

Broker = Literal["kafka", "redis"]
Receiver = Literal["kafka", "redis", "webhook"]
Topic = Literal["events", "answers"]


class BrokerDown(Exception):
    """The other side does not answer, or does not take what is sent; it is tried again."""


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """A message of a broker.

    Attributes:
        position: where it stands, for ever the same: "kafka:topic:partition:offset".
        payload: JSON of one event or a list of them; None where there is nothing.
        offset: what the broker calls its place, for acknowledgements.
    """

    position: str
    payload: bytes | None
    offset: Any


@dataclass(frozen=True, slots=True)
class DeadMessage:
    """A message that cannot be stored, and why.

    Attributes:
        position: of the message, and of the event in it where it holds several.
        user_id: of whom it speaks, where that can be read.
    """

    position: str
    reason: str
    payload: str
    user_id: str


@dataclass(frozen=True, slots=True)
class OutgoingRecord:
    """A stored event or an answer, as others get it.

    Attributes:
        key: the same whenever it is sent again, by which it is known.
        person: whose records stay in one order.
    """

    key: str
    person: str
    fields: Mapping[str, Any]

    def json(self) -> bytes:
        """The record as JSON."""
        return orjson.dumps({"key": self.key, **self.fields})


class MessageSource(Protocol):
    """Reads messages of one group, each at least once."""

    name: str

    def poll(self, limit: int, seconds: float) -> Sequence[IncomingMessage]:
        """The next messages; none where none comes within some seconds.

        Raises:
            BrokerDown: it does not answer.
        """
        ...

    def acknowledge(self, messages: Sequence[IncomingMessage]) -> None:
        """Say that these need not come again.

        Raises:
            BrokerDown: it does not answer; they come again.
        """
        ...

    def bury(self, messages: Sequence[DeadMessage]) -> None:
        """Put these among the dead letters.

        Raises:
            BrokerDown: it does not take them.
        """
        ...

    def lag(self, *, exact: bool = False) -> int | None:
        """How many messages wait; with `exact`, as the broker says now. None while not known."""
        ...

    def close(self) -> None:
        """Leave the group."""
        ...


class Sink(Protocol):
    """Takes records, each at least once."""

    name: str

    def send(self, topic: Topic, records: Sequence[OutgoingRecord]) -> None:
        """Return when the other side has all of them.

        Raises:
            BrokerDown: it has not.
        """
        ...

    def close(self) -> None:
        """Say good-bye."""
        ...


@dataclass(frozen=True, slots=True)
class StreamReport:
    """What became of messages.

    Attributes:
        stored: events that are new.
        known: events that were there before, under the same id.
        dead: messages among the dead letters.
    """

    stored: int = 0
    known: int = 0
    dead: int = 0

    def __add__(self, more: "StreamReport") -> "StreamReport":
        return StreamReport(
            self.stored + more.stored, self.known + more.known, self.dead + more.dead
        )
