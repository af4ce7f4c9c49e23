"""Old conversations go, with their turns."""

from datetime import UTC, datetime

from django.db import transaction

from omakase_service.chat.models import Conversation


def count_old(before: int) -> tuple[int, int]:
    """Conversations whose last message was before a moment (Unix seconds), twice."""
    number = Conversation.objects.filter(changed__lt=_moment(before)).count()
    return number, number


@transaction.atomic
def remove_old(before: int, limit: int) -> int:
    """Delete at most so many of them; how many."""
    old = Conversation.objects.filter(changed__lt=_moment(before)).order_by("changed")
    names = list(old.values_list("pk", flat=True)[:limit])
    Conversation.objects.filter(pk__in=names).delete()
    return len(names)


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
