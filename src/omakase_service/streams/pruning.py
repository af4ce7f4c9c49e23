"""Old dead letters go; the outbox says how far it has read the logs."""

from datetime import UTC, datetime

from django.db.models import Min

from omakase_service.streams.contracts import Topic
from omakase_service.streams.models import DeadLetter, StreamState


def count_old(before: int) -> tuple[int, int]:
    """Dead letters of before a moment (Unix seconds), twice: nothing else needs them."""
    number = DeadLetter.objects.filter(created__lt=_moment(before)).count()
    return number, number


def remove_old(before: int, limit: int) -> int:
    """Delete at most so many of them, the oldest first; how many."""
    old = DeadLetter.objects.filter(created__lt=_moment(before)).order_by("pk")
    rows = DeadLetter.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:limit]))
    return rows.delete()[0]


def sent_position(topic: Topic) -> int | None:
    """Number up to which every receiver has a topic; None where there is no receiver."""
    rows = StreamState.objects.filter(name__startswith="out:", name__endswith=f":{topic}")
    found: int | None = rows.aggregate(least=Min("position"))["least"]
    return found


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
