"""All events at once: gone from the log and from what is aside, and from models by training."""

from collections.abc import Iterator

from django.utils import timezone

from omakase_service.events.models import Event, Import, QuarantinedEvent
from omakase_service.events.store import settled_seq, withdraw
from omakase_service.online_store.services import invalidate_all
from omakase_service.platform.database import transaction

CHUNK = 20_000


def purge_events() -> Iterator[int]:
    """Delete every event that there is now, part by part; how many went with each.

    Imports count as taken back, so that a file may be read again.
    """
    last = settled_seq()
    while (first := _first(last)) is not None:
        with transaction.atomic():
            end = min(first + CHUNK - 1, last)
            gone = withdraw(Event.objects.filter(seq__gte=first, seq__lte=end))
        yield gone
    with transaction.atomic():
        QuarantinedEvent.objects.all().delete()
        Import.objects.filter(undone=None).update(undone=timezone.now())
    invalidate_all()


def _first(last: int) -> int | None:
    rows = Event.objects.filter(seq__lte=last).order_by("seq")
    first: int | None = rows.values_list("seq", flat=True).first()
    return first


def people_with_events(*, after: str, limit: int) -> list[str]:
    """At most `limit` ids of users who did something, in order, from behind `after`. One query."""
    rows = Event.objects.filter(user_id__gt=after).order_by("user_id")
    return [each or "" for each in rows.values_list("user_id", flat=True).distinct()[:limit]]
