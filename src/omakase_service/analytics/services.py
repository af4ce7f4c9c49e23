"""Roll-ups: each day that something new belongs to is counted anew, in one pass over its rows.

A cursor says how far answers and outcomes were looked through; what comes late, twice or is erased
makes its day count again, so a row of figures always equals a count of the log.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from datetime import date

from omakase_service.analytics.contracts import bounds_of, day_of
from omakase_service.analytics.counting import BATCH, count
from omakase_service.analytics.engine import ListJudge
from omakase_service.analytics.inputs import catalog_of
from omakase_service.analytics.item_popularity import list_judge
from omakase_service.analytics.models import Cursor, DailyFigures, Sale
from omakase_service.analytics.pruning import first_whole_day
from omakase_service.catalog.selectors import prices_of
from omakase_service.jobs.contracts import JobContext, JobSkipped, NoParameters
from omakase_service.platform.batches import batches
from omakase_service.platform.database import transaction
from omakase_service.recommendation_log.figures import (
    conversions_after,
    hours_after,
    newest_outcome,
)
from omakase_service.recommendation_log.pruning import kept_from
from omakase_service.recommendation_log.selectors import answer_times_of
from omakase_service.recommendation_log.store import settled_answer
from omakase_settings import settings


def roll_up_job(context: JobContext, parameters: NoParameters) -> Mapping[str, int]:
    """Count anew every day that something new belongs to.

    Raises:
        JobSkipped: nothing is new.
    """
    marks = _cursor().marks
    answer, outcome = settled_answer(), newest_outcome()
    first_day = first_whole_day(kept_from())
    days = {day for day in due_days(answer, outcome) if day >= first_day}
    if not days:
        raise JobSkipped("no answer and no outcome came in since the last roll-up")
    price_conversions(until=outcome)
    judge = list_judge()
    for done, day in enumerate(sorted(days)):
        context.progress(done, len(days), f"counting {day}")
        roll_up(day, judge)
    _move_cursor(answer, outcome, days, marks)
    return {"days": len(days)}


def due_days(answer: int, outcome: int) -> set[date]:
    """Days of answers and outcomes that came in behind the cursor, and days marked to count."""
    cursor, zone = _cursor(), settings().analytics.time_zone
    hours = hours_after(
        answer=cursor.answer, outcome=cursor.outcome, until_answer=answer, until_outcome=outcome
    )
    return {day_of(time, zone) for time in hours} | {date.fromisoformat(d) for d in cursor.days}


@transaction.atomic
def _move_cursor(answer: int, outcome: int, days: Collection[date], marks: int) -> None:
    """Say how far everything was counted; days that were marked meanwhile are counted again."""
    cursor = _cursor(locked=True)
    cursor.answer, cursor.outcome = answer, outcome
    if cursor.marks == marks:
        cursor.days = [day for day in cursor.days if date.fromisoformat(day) not in days]
    cursor.save(update_fields=["answer", "outcome", "days"])


@transaction.atomic
def roll_up(day: date, judge: ListJudge) -> None:
    """Count one day and put its rows in the place of the old ones.

    Args:
        judge: of `list_judge`.
    """
    begin, end = bounds_of(day, settings().analytics.time_zone)
    counted = count(begin, end, catalog=catalog_of(day), judge=judge)
    DailyFigures.objects.filter(day=day).delete()
    DailyFigures.objects.bulk_create(
        DailyFigures(day=day, figures=asdict(figures), **key._asdict())
        for key, figures in counted.items()
    )


def price_conversions(*, until: int) -> None:
    """Keep what conversions are worth when they come: the item's price times the quantity.

    Args:
        until: number of the last outcome to look at; the first is behind the cursor.
    """
    new = conversions_after(outcome=_cursor().outcome, until=until)
    for rows in batches(new, BATCH):
        prices = prices_of(item_ids={row.item_id for row in rows})
        Sale.objects.bulk_create(
            (
                Sale(outcome=row.pk, amount=(prices.get(row.item_id) or 0.0) * (row.value or 1.0))
                for row in rows
            ),
            ignore_conflicts=True,
        )


def mark_days_of_user(user_id: str, session_ids: Collection[str]) -> int:
    """Let the days of somebody who is being erased be counted anew; nothing of them lies here."""
    zone = settings().analytics.time_zone
    days = {
        day_of(time, zone) for time in answer_times_of(user_id=user_id, session_ids=session_ids)
    }
    mark_days(days)
    return 0


@transaction.atomic
def mark_days(days: Iterable[date]) -> None:
    """Let days be counted anew by the next roll-up."""
    marked = {day.isoformat() for day in days}
    if marked:
        cursor = _cursor(locked=True)
        cursor.days = sorted({*cursor.days, *marked})
        cursor.marks += 1
        cursor.save(update_fields=["days", "marks"])


def _cursor(*, locked: bool = False) -> Cursor:
    rows = Cursor.objects.select_for_update() if locked else Cursor.objects
    return rows.get_or_create(pk=1)[0]
