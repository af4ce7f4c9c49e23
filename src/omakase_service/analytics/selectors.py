"""Reads of the app: figures come from roll-ups, never from raw rows."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import date, timedelta

from omakase_service.analytics.contracts import (
    TOTALS,
    DayInputs,
    Figures,
    FiguresKey,
    Group,
    Period,
    Row,
    Target,
    start_before,
    start_of,
    summed,
)
from omakase_service.analytics.models import DailyFigures, DailyInputs, DailyTotals
from omakase_settings import settings

NAMES = tuple(field.name for field in fields(Figures))


def figures(
    *, start: date, end: date, period: Period = "day", group: Group = "algorithm"
) -> list[Row]:
    """Figures from one day to another, both included, with those of the period before each.

    Of the first period, the days that were asked for count. One query; two where nothing is
    counted apart.
    """
    first = start_of(start, period)
    days = (day for day in _days(start_before(first, period), end) if not first <= day[0] < start)
    rows = summed(days, period, group, _totals(start, end) if group == "none" else ())
    return [row for row in rows if row.start >= first]


def targets(*, last: date, days: int) -> list[Target]:
    """The owner's targets, and where they stand over some days up to one. Two queries."""
    rows = figures(start=last - timedelta(days=days - 1), end=last, group="none")
    sums, rules = Figures(), settings().analytics
    for row in rows:
        sums.add(row.figures)
    return [
        Target("click_rate", rules.target_click_rate, sums.click_rate),
        Target("conversion_rate", rules.target_conversion_rate, sums.conversion_rate),
        Target("availability", rules.target_availability, sums.availability),
    ]


def inputs(*, start: date, end: date) -> list[DayInputs]:
    """What came in from one day to another, both included, in order. One query."""
    rows = DailyInputs.objects.filter(day__gte=start, day__lte=end).order_by("day")
    return [DayInputs(row.day, row.events, row.catalog) for row in rows]


def figures_of(row: DailyFigures) -> Figures:
    """A row's figures; of an older release, those that it knew."""
    return Figures(**{name: row.figures[name] for name in NAMES if name in row.figures})


def _totals(start: date, end: date) -> Iterator[tuple[date, Figures]]:
    rows = DailyTotals.objects.filter(day__gte=start, day__lte=end)
    for row in rows:
        yield row.day, Figures(**{name: row.counts.get(name, 0) for name in TOTALS})


def _days(start: date, end: date) -> Iterator[tuple[date, FiguresKey, Figures]]:
    for row in DailyFigures.objects.filter(day__gte=start, day__lte=end).order_by("day"):
        key = FiguresKey(row.algorithm, row.version, row.placement, row.variant, row.channel)
        yield row.day, key, figures_of(row)
