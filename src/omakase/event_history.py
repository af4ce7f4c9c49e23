"""One person's events, column by column."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import overload

import numpy as np
from numpy.typing import NDArray

from omakase.types import Times, Weights

Seen = tuple[str, float, int]
"""Item id, signed weight, Unix seconds."""


@dataclass(frozen=True, slots=True, eq=False)
class EventHistory(Sequence[Seen]):
    """L events of one person, oldest first: a sequence of `Seen`, made when one is looked at.

    Attributes:
        ids: (L,) of the items.
        weights: (L,) signed.
        times: (L,) Unix seconds.
    """

    ids: Sequence[str]
    weights: Weights
    times: Times

    @classmethod
    def of(cls, events: Sequence[Seen]) -> "EventHistory":
        """The same events; themselves where they are columns already."""
        if isinstance(events, EventHistory):
            return events
        ids, weights, times = tuple(zip(*events, strict=True)) or ((), (), ())
        return cls(ids, np.asarray(weights, dtype=np.float32), np.asarray(times, dtype=np.int64))

    def where(self, mask: NDArray[np.bool_]) -> "EventHistory":
        """Those events of which a mask (L,) is true."""
        return EventHistory(list(compress(self.ids, mask)), self.weights[mask], self.times[mask])

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, place: int) -> Seen: ...

    @overload
    def __getitem__(self, place: slice) -> "EventHistory": ...

    def __getitem__(self, place: int | slice) -> "Seen | EventHistory":
        if isinstance(place, slice):
            return EventHistory(self.ids[place], self.weights[place], self.times[place])
        return self.ids[place], float(self.weights[place]), int(self.times[place])

    def __iter__(self) -> Iterator[Seen]:
        return zip(self.ids, self.weights.tolist(), self.times.tolist(), strict=True)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]
