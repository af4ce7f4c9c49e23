"""What somebody did, as models look at it: how much each event counts, and for or against what."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

from omakase.data.weighting import EventColumns, Weighting
from omakase.event_history import EventHistory, Seen
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
        columns, ids = EventColumns.of_person(rows, pairing=self.weighting.pairing)
        if not ids:
            return WeighedPast()
        found = self.weighting.weigh(columns, now=0)
        stances = found.stances.tolist()
        events = EventHistory(ids, found.weights, columns.times)
        last = _last_words(ids, stances) if min(stances) < 0 else {}
        if last and len(set(ids)) < len(ids):
            stances = [last.get(item, stance) for item, stance in zip(ids, stances, strict=True)]
        speaks = (found.stances != Stance.SILENT) | (found.weights != 0)
        if not speaks.all():
            events, stances = events.where(speaks), list(compress(stances, speaks))
        return WeighedPast(
            events=events,
            stances=stances,
            refused=frozenset(item for item, stance in last.items() if stance == Stance.AGAINST),
        )


def _last_words(ids: Sequence[str], stances: Sequence[int]) -> dict[str, int]:
    """Of each item that was refused or taken back which of the two; refusal outweighs."""
    last_words: dict[str, int] = {}
    for item, stance in compress(zip(ids, stances, strict=True), map((0).__gt__, stances)):
        last_words[item] = max(stance, last_words.get(item, stance))
    return last_words
