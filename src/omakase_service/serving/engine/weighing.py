"""What somebody did, as models look at it: how much each event counts, and for or against what."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from omakase.data.weighting import EventColumns, Weighting
from omakase.queries import Seen
from omakase.types import Stance
from omakase_service.events.contracts import HistoryEvent, KindRule
from omakase_service.events.engine import weighting_of
from omakase_service.serving.engine.lazy_events import LazyEvents


@dataclass(frozen=True, slots=True)
class WeighedPast:
    """The events of a person that say anything, oldest first.

    Attributes:
        events: (item id, signed weight, Unix seconds); 0 where an item is only hidden by it.
        stances: of each event what the person says of its item; of an item that was refused, or
            taken back, at any time, all events say so.
        refused: items that must not come back.
    """

    events: Sequence[Seen] = ()
    stances: Sequence[int] = ()
    refused: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class EventWeigher:
    """Weighs events as training does; none of them fades."""

    weighting: Weighting

    @classmethod
    def of(cls, kinds: Mapping[str, KindRule]) -> "EventWeigher":
        """By the declared kinds."""
        return cls(weighting_of(kinds))

    def weighed(self, past: Iterable[HistoryEvent]) -> WeighedPast:
        """The events of one person, oldest first; what says nothing of its item is left out."""
        rows: Iterable[Any] = past.rows if isinstance(past, LazyEvents) else past
        columns, ids = EventColumns.of_person(rows)
        if not ids:
            return WeighedPast()
        found = self.weighting.weigh(columns, now=0)
        weights, stances, times = (
            column.tolist() for column in (found.weights, found.stances, columns.times)
        )
        last = _last_words(ids, stances)
        numbers = [n for n, stance in enumerate(stances) if stance != Stance.SILENT or weights[n]]
        return WeighedPast(
            events=[(ids[n], weights[n], times[n]) for n in numbers],
            stances=[last.get(ids[n], stances[n]) for n in numbers],
            refused=frozenset(item for item, stance in last.items() if stance == Stance.AGAINST),
        )


def _last_words(ids: Sequence[str], stances: Sequence[int]) -> dict[str, int]:
    """Of each item that was refused or taken back which of the two; refusal outweighs."""
    last_words: dict[str, int] = {}
    for item, stance in zip(ids, stances, strict=True):
        if stance < 0:
            last_words[item] = max(stance, last_words.get(item, stance))
    return last_words
