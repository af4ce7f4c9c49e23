"""Reads of the app: figures come from roll-ups, never from raw rows."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import date

from omakase_service.analytics.contracts import (
    DayInputs,
    Figures,
    FiguresKey,
    Group,
    Period,
    Row,
    summed,
)
from omakase_service.analytics.models import DailyFigures, DailyInputs

NAMES = tuple(each.name for each in fields(Figures))


def figures(
    *, start: date, end: date, period: Period = "day", group: Group = "algorithm"
) -> list[Row]:
    """Figures from one day to another, both included. One query."""
    return summed(_days(start, end), period, group)


def inputs(*, start: date, end: date) -> list[DayInputs]:
    """What came in from one day to another, both included, in order. One query."""
    rows = DailyInputs.objects.filter(day__gte=start, day__lte=end).order_by("day")
    return [DayInputs(row.day, row.events, row.catalog) for row in rows]


def figures_of(row: DailyFigures) -> Figures:
    """A row's figures; of an older release, those that it knew."""
    return Figures(**{name: row.figures[name] for name in NAMES if name in row.figures})


def _days(start: date, end: date) -> Iterator[tuple[date, FiguresKey, Figures]]:
    for row in DailyFigures.objects.filter(day__gte=start, day__lte=end).order_by("day"):
        yield row.day, FiguresKey(row.algorithm, row.version, row.placement), figures_of(row)
