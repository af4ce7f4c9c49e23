"""Who and what stands out among the latest events: people who make too many, items that get them.

The log is read from its end, at most `LATEST` lines, by its number: no index of times is needed.
"""

import time

from django.db.models import Count, QuerySet, Value
from django.db.models.functions import Coalesce, Concat

from omakase_service.events.models import Event
from omakase_service.events.quarantine_contracts import BusyItem, BusyPerson
from omakase_service.events.selectors import newest_seq

LATEST, LATEST_OF_PEOPLE = 500_000, 2_000_000
"""Lines that are looked at, at most: for items, and for people, of whom each has few."""

DAY, HOUR = 86_400, 3_600
FEWEST_EVENTS = 1_000
"""Of an item, below which it stands out by nothing."""

FEW_PEOPLE = 0.02
"""People an event, below which few of them make an item what it is."""

TIMES_MORE = 5.0
"""Its share of events against that of before, from which an item stands out."""


def busy_people(*, most: int, limit: int = 1_000) -> list[BusyPerson]:
    """Whoever did more than so much within the last day, the busiest first. Three queries."""
    latest = _latest(LATEST_OF_PEOPLE).filter(time__gte=int(time.time()) - DAY)
    users = _counts(latest.exclude(user_id=None), "user_id", most)[:limit]
    nobody = _counts(latest.filter(user_id=None), "session_id", most)[:limit]
    visitors = [BusyPerson(name, False, number) for name, number in users]
    visitors += [BusyPerson(name, True, number) for name, number in nobody]
    return sorted(visitors, key=lambda person: -person.events)[:limit]


def busy_items(*, least_share: float, limit: int = 10) -> list[BusyItem]:
    """Items that took more than a share of the last day's events, by few people. Five queries.

    Where nobody is known, a session is one of them. More is `TIMES_MORE` times what they had among
    the lines before; where there are none, nothing stands out.
    """
    since = int(time.time()) - DAY
    latest, before = _latest().filter(time__gte=since), _latest().filter(time__lt=since)
    total, earlier = latest.count(), before.count()
    if not earlier:
        return []
    least = max(FEWEST_EVENTS, int(least_share * total))
    counted = dict(_counts(latest, "item_id", least)[:limit])
    usual = dict(before.filter(item_id__in=counted).order_by().values_list("item_id").annotate(
        Count("pk")))  # fmt: skip
    person = Coalesce("user_id", Concat(Value(" "), "session_id"))
    theirs = latest.filter(item_id__in=counted).values_list("item_id")
    people = dict(theirs.annotate(number=Count(person, distinct=True)))
    items = [
        BusyItem(item, n, n / total, usual.get(item, 0) / earlier, people.get(item, 0))
        for item, n in counted.items()
    ]
    return [
        item
        for item in items
        if item.share > TIMES_MORE * item.before and item.people < FEW_PEOPLE * item.events
    ]


def events_of_last_hour() -> int:
    """How many of the latest lines are of the last hour, by their own time. Two queries."""
    return _latest().filter(time__gte=int(time.time()) - HOUR).count()


def _latest(lines: int = LATEST) -> "QuerySet[Event]":
    return Event.objects.filter(seq__gt=newest_seq() - lines).order_by()


def _counts(
    events: "QuerySet[Event]", column: str, most: int
) -> "QuerySet[Event, tuple[str, int]]":
    counted = events.values_list(column).annotate(number=Count("pk"))
    return counted.filter(number__gt=most).order_by("-number", column)
