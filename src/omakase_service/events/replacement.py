"""Events that follow rows kept elsewhere: put in the place of earlier ones, and taken out again."""

from collections.abc import Iterable, Sequence

from omakase_service.events.contracts import EventRow, KindIn, KindRule
from omakase_service.events.engine import kind_like
from omakase_service.events.ingest import declared_kinds
from omakase_service.events.selectors import own_event_ids
from omakase_service.events.services import declare_kind
from omakase_service.events.store import append_new, remove_events
from omakase_service.online_store import services as online
from omakase_service.platform.contracts import Person
from omakase_service.platform.database import transaction

CHUNK = 5000


def replace_events(*, withdrawn: Sequence[str], rows: Sequence[EventRow]) -> None:
    """Take events out by their ids and write others, in one transaction.

    What is at hand of the people of either is old from now on.
    """
    keys = {key for row in rows for key in row.people}
    try:
        with transaction.atomic():
            for at in range(0, len(withdrawn), CHUNK):
                keys |= remove_events(event_ids=withdrawn[at : at + CHUNK])
            online.changing(keys)
            append_new(rows=rows)
    finally:
        online.invalidate(keys)


def take_back(*, person: Person, event_id: str = "", item_id: str = "") -> int:
    """Take out what a person did: one event, or all about an item; how many. None of others."""
    event_ids = own_event_ids(person=person, event_id=event_id, item_id=item_id)
    if event_ids:
        replace_events(withdrawn=event_ids, rows=())
    return len(event_ids)


def declare_unknown_kinds(*, names: Iterable[str], weight: float | None = None) -> list[str]:
    """Declare kinds that nobody has declared yet; which they were.

    Args:
        weight: of one event; none: as much as what the word means elsewhere, else 1.
    """
    declared = declared_kinds(anew=True)
    missing = sorted(set(names) - set(declared))
    for name in missing:
        alike = declared.get(kind_like(name) or "") if weight is None else None
        declare_kind(name=name, said=KindIn(weight=weight) if alike is None else _like(alike))
    return missing


def _like(rule: KindRule) -> KindIn:
    facts = rule.facts | {"cap": None if rule.cap == float("inf") else rule.cap}
    return KindIn(**facts | {"takes_back": list(rule.takes_back)})
