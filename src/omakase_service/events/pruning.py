"""Old events go, once everything that reads the log by number has read them."""

from omakase_service.events.models import Event, QuarantinedEvent
from omakase_service.platform.database import alias, transaction
from omakase_service.platform.registry import read_by_all


def count_old(before: int) -> tuple[int, int]:
    """Events of before a moment (Unix seconds): all, and those that nothing needs any more."""
    old = Event.objects.filter(time__lt=before)
    return old.count(), old.filter(seq__lte=_last_removable()).count()


@transaction.atomic
def remove_old(before: int, limit: int) -> int:
    """Delete at most so many of them, the oldest numbers first; how many."""
    old = Event.objects.filter(time__lt=before, seq__lte=_last_removable()).order_by("seq")
    numbers = list(old.values_list("seq", flat=True)[:limit])
    return int(Event.objects.filter(seq__in=numbers)._raw_delete(alias()) or 0)


def count_old_aside(before: int) -> tuple[int, int]:
    """Events in quarantine of before a moment (Unix seconds); nothing needs any of them."""
    number = QuarantinedEvent.objects.filter(time__lt=before).count()
    return number, number


@transaction.atomic
def remove_old_aside(before: int, limit: int) -> int:
    """Delete at most so many of them; how many."""
    old = QuarantinedEvent.objects.filter(time__lt=before).order_by("pk")
    numbers = list(old.values_list("pk", flat=True)[:limit])
    return int(QuarantinedEvent.objects.filter(pk__in=numbers)._raw_delete(alias()) or 0)


def _last_removable() -> int:
    """Number up to which events may go; the newest stays, by which the log is known to go on."""
    newest = Event.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    return min(read_by_all("events"), newest - 1)
