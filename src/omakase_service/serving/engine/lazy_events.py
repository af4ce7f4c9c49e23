"""A person's events as the online store has them: bytes, until somebody looks."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from omakase_service.events.contracts import HistoryEvent
from omakase_service.online_store.past import PastColumns, past_columns


class LazyEvents(Sequence[HistoryEvent]):
    """Events as the shelf holds them, read when they are looked at, which a hit never does."""

    def __init__(self, written: bytes) -> None:
        self._written = written

    @cached_property
    def columns(self) -> PastColumns:
        """The same by columns, which are had for less than events."""
        return past_columns(self._written)

    def __len__(self) -> int:
        return len(self.columns.ids)

    def __iter__(self) -> Iterator[HistoryEvent]:
        return map(HistoryEvent._make, self.columns.rows())

    def __getitem__(self, place: Any) -> Any:
        return list(self)[place]
