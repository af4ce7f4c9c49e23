"""Old daily figures go where the owner says so; worths of sales go with their outcomes."""

from datetime import date, timedelta

from omakase_service.analytics.contracts import day_of
from omakase_service.analytics.models import Cursor, DailyFigures, DailyInputs, DailyTotals
from omakase_service.platform.database import transaction
from omakase_service.recommendation_log.pruning import kept_from
from omakase_settings import settings


def count_old(before: int) -> tuple[int, int]:
    """Rows of figures of days that ended before a moment (Unix seconds), twice."""
    number = DailyFigures.objects.filter(day__lt=_first_day(before)).count()
    return number, number


@transaction.atomic
def remove_old(before: int, limit: int) -> int:
    """Delete at most so many of them, the oldest first; how many.

    Inputs and totals of these days go with them.
    """
    for table in (DailyInputs, DailyTotals):
        table.objects.filter(day__lt=_first_day(before)).delete()
    old = DailyFigures.objects.filter(day__lt=_first_day(before)).order_by("day")
    rows = DailyFigures.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:limit]))
    return rows.delete()[0]


def counted_answer() -> int:
    """Number of the last answer whose day was counted; 0 where a day waits to be counted anew."""
    row = Cursor.objects.filter(pk=1).first()
    if row is None:
        return 0
    first = first_whole_day(kept_from()).isoformat()
    return 0 if any(day >= first for day in row.days) else row.answer


def _first_day(before: int) -> date:
    return day_of(before, settings().analytics.time_zone)


def first_whole_day(kept_from: int) -> date:
    """The first day of which no answer is gone; days before it are never counted anew."""
    if not kept_from:
        return date.min
    day = day_of(kept_from, settings().analytics.time_zone)
    return day + timedelta(days=1)
