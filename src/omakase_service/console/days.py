"""Figures of the last days beside those of the days before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from omakase_service.analytics.contracts import Figures, Group, Row, day_of
from omakase_service.analytics.selectors import figures
from omakase_settings import settings


@dataclass(frozen=True, slots=True)
class Span:
    """Some days, and as many before them.

    Attributes:
        days: the first one first.
        now, before: figures of each day, and of the day as long before.
    """

    days: Sequence[date]
    now: Sequence[Figures]
    before: Sequence[Figures]

    @property
    def total(self) -> Figures:
        """Sums over the days."""
        return total_of(self.now)

    @property
    def total_before(self) -> Figures:
        """Sums over the days before."""
        return total_of(self.before)


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure beside that of the days before.

    Attributes:
        unit: "%" where it is a share.
        before: none where the days before have no answers.
        change: relative; none where nothing was there before.
        is_better: none where neither way is better, or nothing has changed.
        series: its values day by day.
    """

    title: str
    value: float | None
    before: float | None
    unit: str = ""
    change: float | None = None
    is_better: bool | None = None
    series: Sequence[float] = ()


MEASURES: Sequence[tuple[str, str, str, int]] = (
    ("requests", "Answers", "", 0),
    ("people", "People a day, added up", "", 1),
    ("clicks", "Clicks", "", 1),
    ("click_rate", "Clicks a shown item", "%", 1),
    ("conversions", "Purchases", "", 1),
    ("revenue", "Revenue", "", 1),
    ("coverage", "Catalog shown on the best day", "%", 1),
    ("cache_hit_rate", "Answers from the cache", "%", 0),
    ("sessions", "Sessions a day, added up", "", 1),
    ("engagement_rate", "Answers with a click or purchase", "%", 1),
    ("list_diversity", "Difference of two items of a list", "%", 0),
    ("novelty", "Bits of surprise of a shown item", "", 0),
    ("tail_share", "Shown items of the long tail", "%", 0),
    ("serendipity", "Clicks on what is unexpected", "%", 1),
    ("conversation_success", "Talks that went well", "%", 1),
    ("availability", "Requests that did not fail", "%", 1),
)
"""Figure, title, unit, and which way is better (0: neither)."""


def today() -> date:
    """The day of now, where the owner is."""
    return day_of(int(timezone.now().timestamp()), settings().analytics.time_zone)


def span(last: date, days: int, placement: str = "") -> Span:
    """So many days up to one, and as many before. One query; two where all placements count.

    Args:
        placement: whose lists are counted; "": all.
    """
    first = last - timedelta(days=2 * days - 1)
    group: Group = "placement" if placement else "none"
    found = figures(start=first, end=last, group=group)
    rows = {row.start: row.figures for row in found if row.group == placement}
    both = [first + timedelta(days=n) for n in range(2 * days)]
    series = [rows.get(day, Figures()) for day in both]
    return Span(both[days:], series[days:], series[:days])


def tiles(span: Span) -> list[Tile]:
    """The figures that an owner looks at first."""
    now, before = span.total, span.total_before
    return [_tile(span, now, before, *measure) for measure in MEASURES]


def tile_of(span: Span, name: str) -> Tile:
    """One of the figures of `MEASURES`, by its name."""
    measure = next(each for each in MEASURES if each[0] == name)
    return _tile(span, span.total, span.total_before, *measure)


def rows_by(start: date, end: date, group: Group) -> list[Row]:
    """Figures of some days by what they are counted apart by, the most answers first."""
    sums: dict[str, Figures] = {}
    for row in figures(start=start, end=end, group=group):
        sums.setdefault(row.group, Figures()).add(row.figures)
    rows = [Row(start, name, each) for name, each in sums.items()]
    return sorted(rows, key=lambda row: -row.figures.requests)


def total_of(series: Sequence[Figures]) -> Figures:
    """Sums of figures."""
    total = Figures()
    for each in series:
        total.add(each)
    return total


def _tile(
    span: Span, now: Figures, before: Figures, name: str, title: str, unit: str, way: int
) -> Tile:
    value, earlier = value_of(now, name), value_of(before, name)
    known = bool(before.requests) and earlier is not None
    change = None
    if now.requests and earlier and value is not None:
        change = (value - earlier) / earlier
    turned = None if not (change and way) else (change > 0) == (way > 0)
    series = [value_of(each, name) or 0.0 for each in span.now]
    return Tile(title, value, earlier if known else None, unit, change, turned, series)


def value_of(figures: Figures, name: str) -> float | None:
    """A figure; None where it was not measured."""
    value = getattr(figures, name)
    return None if value is None else float(value)
