"""Old answers go, with what came of them, once everything that counts them has counted them."""

from django.db.models import Max, QuerySet

from omakase_service.platform.database import alias, transaction
from omakase_service.platform.registry import read_by_all
from omakase_service.recommendation_log.models import Answer, Attributed, Outcome


def count_old(before: int) -> tuple[int, int]:
    """Answers of before a moment (Unix seconds): all, and those that nothing needs any more."""
    old = Answer.objects.filter(time__lt=before)
    return old.count(), _removable(before).count()


@transaction.atomic
def remove_old(before: int, limit: int) -> int:
    """Delete at most so many, the oldest first, with their outcomes; how many answers.

    From then on days before that moment are not counted anew: `kept_from`.
    """
    numbers = list(_removable(before).order_by("time").values_list("pk", flat=True)[:limit])
    if not numbers:
        return 0
    progress, _ = Attributed.objects.get_or_create(pk=1)
    if progress.kept_from < before:
        Attributed.objects.filter(pk=1).update(kept_from=before)
    Outcome.objects.filter(answer_id__in=numbers)._raw_delete(alias())
    return int(Answer.objects.filter(pk__in=numbers)._raw_delete(alias()) or 0)


def kept_from() -> int:
    """Unix seconds of before which answers may be gone; 0 where none ever went. One query."""
    return Attributed.objects.aggregate(at=Max("kept_from"))["at"] or 0


def attributed_seq() -> int | None:
    """Number of the last event that was looked at for outcomes; None where nothing was answered."""
    if not Answer.objects.exists():
        return None
    return Attributed.objects.aggregate(at=Max("seq"))["at"] or 0


def _removable(before: int) -> QuerySet[Answer]:
    return Answer.objects.filter(time__lt=before, pk__lte=read_by_all("answers"))
