"""What somebody did, weighed for a request as training weighs it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from omakase.data.weighed_past import WeighedPast, weigh_past
from omakase.data.weighting import EventColumns, Weighting
from omakase_service.events.contracts import HistoryEvent, KindRule
from omakase_service.events.engine import weighting_of
from omakase_service.online_store.past import PastColumns
from omakase_service.serving.engine.lazy_events import LazyEvents


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
        columns = past.columns if isinstance(past, LazyEvents) else PastColumns.of(past)
        events = EventColumns.of_person(*columns, pairing=self.weighting.pairing)
        return weigh_past(self.weighting, events, columns.ids)
