"""What a person did, as the page shows it and lets it be changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from omakase_service.events.contracts import HistoryEvent, OwnEvent
from omakase_service.events.replacement import take_back
from omakase_service.events.selectors import own_events, recent_of_session, recent_of_user
from omakase_service.platform.access import bearer, count_events
from omakase_service.platform.contracts import Person
from omakase_service.realtime import services as realtime
from omakase_service.storefront import visitors

EVENTS = 60
"""Of a person that the page looks at."""

Event = Mapping[str, Any]


@dataclass(frozen=True)
class History:
    """A person's newest events.

    Attributes:
        events: oldest first, as models look at them.
        newest: of each item the last thing that was done, newest first.
    """

    events: Sequence[HistoryEvent]
    newest: Sequence[OwnEvent]

    @property
    def seen(self) -> frozenset[str]:
        """Items that something was done with."""
        return frozenset(event.item_id for event in self.newest)

    def last_of(self, item_id: str) -> OwnEvent | None:
        """What was done with an item last."""
        return next((event for event in self.newest if event.item_id == item_id), None)


def history_of(person: Person) -> History:
    """The newest events of a person. Two queries."""
    if person.user_id is not None:
        events = recent_of_user(user_id=person.user_id, limit=EVENTS)
    else:
        events = recent_of_session(session_id=person.session_id or "", limit=EVENTS)
    newest: dict[str, OwnEvent] = {}
    for event in own_events(person=person, limit=EVENTS):
        newest.setdefault(event.item_id, event)
    return History(events, list(newest.values()))


def do(person: Person, event: Event) -> None:
    """Store what a person did on a page without a script.

    Raises:
        Invalid: it makes no sense.
        TooMany: they did too much.
    """
    caller = bearer(visitors.token(person).secret)
    if caller is not None:
        count_events(caller, 1)
    realtime.record_event(person=person, event={**event, "channel": "web"}, visitor=True)


def undo(person: Person, *, event_id: str, item_id: str) -> int:
    """Take back one event of a person, or all about an item; how many that were."""
    if not (event_id or item_id):
        return 0
    return take_back(person=person, event_id=event_id, item_id=item_id)
