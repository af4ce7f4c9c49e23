"""A person's events as the online store has them: bytes, until somebody looks."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import orjson

from omakase_service.events.contracts import HistoryEvent


class LazyEvents(Sequence[HistoryEvent]):
    """Events as the shelf holds them, read when they are looked at, which a hit never does."""

    def __init__(self, written: bytes) -> None:
        self._written = written

    @cached_property
    def rows(self) -> Sequence[Sequence[Any]]:
        """The fields of `HistoryEvent` of each event, which are had for less than such events."""
        return orjson.loads(self._written)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[HistoryEvent]:
        return map(HistoryEvent._make, self.rows)

    def __getitem__(self, place: Any) -> Any:
        rows = self.rows[place]
        return (
            list(map(HistoryEvent._make, rows))
            if isinstance(place, slice)
            else HistoryEvent._make(rows)
        )
