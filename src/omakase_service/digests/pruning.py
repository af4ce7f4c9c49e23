"""Old mailings go with the answers of the log, which they are clicks of."""

from datetime import UTC, datetime

from django.db import transaction

from omakase_service.digests.models import Mailing
from omakase_settings import settings


def days() -> float:
    """How long mailings are kept."""
    return settings().retention.answers_days


def count_old(before: int) -> tuple[int, int]:
    """Mailings of before a moment (Unix seconds), twice: nothing else needs them."""
    number = Mailing.objects.filter(created__lt=_moment(before)).count()
    return number, number


@transaction.atomic
def remove_old(before: int, limit: int) -> int:
    """Delete at most so many of them, the oldest first; how many."""
    old = Mailing.objects.filter(created__lt=_moment(before)).order_by("created")
    rows = Mailing.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:limit]))
    return rows.delete()[0]


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
