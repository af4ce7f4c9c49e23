"""Whether the log holds any rating: a question that only a look at every line answers with no.

A process remembers how far it has looked in vain, and goes on from there.
"""

from omakase_service.events.models import Event
from omakase_service.events.selectors import newest_seq

MARGIN = 100_000
"""Newest lines that are looked at again: one with a lower number may still be on its way."""

_looked: tuple[tuple[int, str], int] = ((0, ""), 0)
"""The first line of the log, by which another log is known, and up to where there is no rating."""


def has_ratings() -> bool:
    """Whether any rating is stored. Three queries; the first look in a process is over all lines.

    What was looked at stays without ratings: lines are only added behind the last one.
    """
    global _looked
    first = Event.objects.order_by("seq").values_list("seq", "event_id").first()
    if first is None:
        return False
    newest, (has_any, until) = newest_seq(), _looked
    start = until if has_any == first and until <= newest else 0
    if Event.objects.filter(kind="rating", seq__gt=start).exists():
        return True
    _looked = first, max(start, newest - MARGIN)
    return False
