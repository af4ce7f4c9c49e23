"""Lists in the place of brokers and receivers."""

from collections.abc import Sequence

from omakase_service.streams.contracts import (
    BrokerDown,
    DeadMessage,
    IncomingMessage,
    OutgoingRecord,
    Topic,
)


class Broker:
    """Messages in a list; remembers what was acknowledged and buried."""

    name = "list:events"

    def __init__(self, payloads: Sequence[bytes | None], refuses: int = 0) -> None:
        self.payloads, self.refuses = list(payloads), refuses
        self.acknowledged: list[int] = []
        self.buried: list[DeadMessage] = []

    def messages(self) -> list[IncomingMessage]:
        return [
            IncomingMessage(f"list:events:{n}", payload, n)
            for n, payload in enumerate(self.payloads)
            if n not in self.acknowledged
        ]

    def poll(self, limit: int, seconds: float) -> Sequence[IncomingMessage]:
        return self.messages()[:limit]

    def acknowledge(self, messages: Sequence[IncomingMessage]) -> None:
        if self.refuses:
            self.refuses -= 1
            raise BrokerDown("not now")
        self.acknowledged += [message.offset for message in messages]

    def bury(self, messages: Sequence[DeadMessage]) -> None:
        self.buried += messages

    def lag(self, *, exact: bool = False) -> int:
        return len(self.messages())

    def close(self) -> None: ...


class ListSink:
    """Takes everything, or refuses so many batches first."""

    name = "list"

    def __init__(self, refuses: int = 0) -> None:
        self.refuses = refuses
        self.records: list[tuple[Topic, OutgoingRecord]] = []

    def send(self, topic: Topic, records: Sequence[OutgoingRecord]) -> None:
        if self.refuses:
            self.refuses -= 1
            raise BrokerDown("not now")
        self.records += [(topic, record) for record in records]

    def close(self) -> None: ...
