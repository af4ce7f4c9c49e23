"""Old mirrored lists go with the answers of the log: both are lists that people got."""

from datetime import UTC, datetime

from django.db import transaction

from omakase_service.gorse.models import MirroredList
from omakase_settings import settings


def days() -> float:
    """How long mirrored lists are kept."""
    return settings().retention.answers_days


def count_old(before: int) -> tuple[int, int]:
    """Mirrored lists of before a moment (Unix seconds), twice: nothing else needs them."""
    number = MirroredList.objects.filter(time__lt=_moment(before)).count()
    return number, number


@transaction.atomic
def remove_old(before: int, limit: int) -> int:
    """Delete at most so many of them, the oldest first; how many."""
    old = MirroredList.objects.filter(time__lt=_moment(before)).order_by("time")
    rows = MirroredList.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:limit]))
    return rows.delete()[0]


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
