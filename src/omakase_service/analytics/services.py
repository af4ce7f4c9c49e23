"""Roll-ups: each day that something new belongs to is counted anew, in one pass over its rows.

A cursor says how far answers and outcomes were looked through; what comes late, twice or is erased
makes its day count again, so a row of figures always equals a count of the log.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from itertools import islice
from typing import TypeVar

from django.db import transaction

from omakase_service.analytics.contracts import (
    LATENCY_MS,
    SCORE_BUCKETS,
    Figures,
    FiguresKey,
    bounds_of,
    day_of,
)
from omakase_service.analytics.inputs import catalog_of
from omakase_service.analytics.models import Cursor, DailyFigures, Sale
from omakase_service.analytics.pruning import first_whole_day
from omakase_service.catalog.selectors import prices_of
from omakase_service.jobs.contracts import JobContext, JobSkipped, NoParameters
from omakase_service.recommendation_log.contracts import OutcomeKind
from omakase_service.recommendation_log.pruning import kept_from
from omakase_service.recommendation_log.selectors import (
    AnswerFigures,
    answer_times_of,
    answers_between,
    conversions_after,
    hours_after,
    newest_outcome,
    outcomes_between,
)
from omakase_service.recommendation_log.store import settled_answer
from omakase_settings import settings

Row = TypeVar("Row")
BATCH = 500
"""Rows asked for by number at a time; SQLite takes some thousand parameters."""


def roll_up_job(context: JobContext, parameters: NoParameters) -> Mapping[str, int]:
    """Count anew every day that something new belongs to.

    Raises:
        JobSkipped: nothing is new.
    """
    marks = _cursor().marks
    answer, outcome = settled_answer(), newest_outcome()
    kept = first_whole_day(kept_from())
    days = {day for day in due_days(answer, outcome) if day >= kept}
    if not days:
        raise JobSkipped("no answer and no outcome came in since the last roll-up")
    price_conversions(until=outcome)
    for done, day in enumerate(sorted(days)):
        context.progress(done, len(days), f"counting {day}")
        roll_up(day)
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
def roll_up(day: date) -> None:
    """Count one day and put its rows in the place of the old ones."""
    begin, end = bounds_of(day, settings().analytics.time_zone)
    counted = count(begin, end, catalog=catalog_of(day))
    DailyFigures.objects.filter(day=day).delete()
    DailyFigures.objects.bulk_create(
        DailyFigures(day=day, figures=asdict(figures), **asdict(key))
        for key, figures in counted.items()
    )


def count(begin: int, end: int, *, catalog: int) -> dict[FiguresKey, Figures]:
    """Figures of the answers of some time (Unix seconds), and of what came of them since.

    Args:
        catalog: items that could be shown then.
    """
    counted: dict[FiguresKey, Figures] = defaultdict(Figures)
    people: dict[FiguresKey, set[str]] = defaultdict(set)
    shown: dict[FiguresKey, set[str]] = defaultdict(set)
    for row in answers_between(begin=begin, end=end):
        key = FiguresKey(row.algorithm, row.version, row.placement)
        _count_answer(counted[key], row)
        people[key].update(_person(row.user_id, row.session_id))
        shown[key].update(item for item, *_ in row.items)
    for rows in _batches(outcomes_between(begin=begin, end=end)):
        amounts = _amounts([row.pk for row in rows if row.kind == OutcomeKind.CONVERSION])
        for outcome in rows:
            key = FiguresKey(outcome.algorithm, outcome.version, outcome.placement)
            amount = amounts.get(outcome.pk, 0.0)
            _count_outcome(counted[key], OutcomeKind(outcome.kind), amount)
    for key, figures in counted.items():
        figures.people, figures.items = len(people[key]), len(shown[key])
        figures.catalog = catalog
    return dict(counted)


def price_conversions(*, until: int) -> None:
    """Keep what conversions are worth when they come: the item's price times the quantity.

    Args:
        until: number of the last outcome to look at; the first is behind the cursor.
    """
    new = conversions_after(outcome=_cursor().outcome, until=until)
    for rows in _batches(new):
        prices = prices_of(item_ids={row.item_id for row in rows})
        Sale.objects.bulk_create(
            (
                Sale(outcome=row.pk, amount=(prices.get(row.item_id) or 0.0) * (row.value or 1.0))
                for row in rows
            ),
            ignore_conflicts=True,
        )


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _amounts(outcomes: Sequence[int]) -> dict[int, float]:
    """What these conversions were worth."""
    return dict(Sale.objects.filter(pk__in=outcomes).values_list("pk", "amount"))


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
    wanted = {day.isoformat() for day in days}
    if wanted:
        cursor = _cursor(locked=True)
        cursor.days = sorted({*cursor.days, *wanted})
        cursor.marks += 1
        cursor.save(update_fields=["days", "marks"])


def _cursor(*, locked: bool = False) -> Cursor:
    rows = Cursor.objects.select_for_update() if locked else Cursor.objects
    return rows.get_or_create(pk=1)[0]


def _person(user_id: str | None, session_id: str | None) -> tuple[str, ...]:
    if user_id:
        return (f"u{user_id}",)
    return (f"s{session_id}",) if session_id else ()


def _count_answer(figures: Figures, row: AnswerFigures) -> None:
    figures.requests += 1
    figures.shown += len(row.items)
    scores = figures.scores
    for place in row.items:
        score = place[1] or 0.0
        figures.score += score
        scores[min(int(score * SCORE_BUCKETS), SCORE_BUCKETS - 1)] += 1
    figures.cache_hits += row.cache_hit
    figures.degraded += row.notice == "degraded"
    figures.latency[bisect_left(LATENCY_MS, row.latency_ms)] += 1


def _count_outcome(figures: Figures, kind: OutcomeKind, amount: float) -> None:
    if kind is OutcomeKind.IMPRESSION:
        figures.seen += 1
    elif kind is OutcomeKind.CLICK:
        figures.clicks += 1
    elif kind is OutcomeKind.CONVERSION:
        figures.conversions += 1
        figures.revenue += amount
