"""Values of the app. No Django."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Period = Literal["day", "week", "month"]
Group = Literal["none", "algorithm", "version", "placement"]

LATENCY_MS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
"""Upper ends of the buckets in which answer times are counted; what is slower is in one more."""

SCORE_BUCKETS = 10
"""Of equal width between 0 and 1, in which scores are counted."""


@dataclass(frozen=True, slots=True)
class FiguresKey:
    """What figures are counted apart by."""

    algorithm: str
    version: str
    placement: str


@dataclass
class Figures:
    """Sums over some answers; sums of sums add up.

    Attributes:
        requests: answers.
        people: different users and sessions of a day, added up over days ("person days").
        shown: items in the answers.
        seen: impressions that clients reported.
        clicks, conversions: items that were clicked, bought.
        revenue: price at the time of the roll-up times quantity.
        cache_hits, degraded: answers from the cache; answers whose notice says degraded.
        score: sum of the scores of shown items.
        latency: answers in each bucket of `LATENCY_MS`, and slower ones last.
        scores: shown items by their score, in buckets of equal width between 0 and 1.
        items: different items of a day, the largest day.
        catalog: items that may be shown, the largest day.
    """

    requests: int = 0
    people: int = 0
    shown: int = 0
    seen: int = 0
    clicks: int = 0
    conversions: int = 0
    revenue: float = 0.0
    cache_hits: int = 0
    degraded: int = 0
    score: float = 0.0
    latency: list[int] = field(default_factory=lambda: [0] * (len(LATENCY_MS) + 1))
    scores: list[int] = field(default_factory=lambda: [0] * SCORE_BUCKETS)
    items: int = 0
    catalog: int = 0

    def add(self, more: "Figures") -> None:
        """Add the figures of other answers."""
        for name in SUMS:
            setattr(self, name, getattr(self, name) + getattr(more, name))
        self.latency = [a + b for a, b in zip(self.latency, more.latency, strict=True)]
        self.scores = [a + b for a, b in zip(self.scores, more.scores, strict=True)]
        self.items, self.catalog = max(self.items, more.items), max(self.catalog, more.catalog)

    @property
    def click_rate(self) -> float:
        """Clicks a seen item; a shown one where clients report no impressions."""
        return _share(self.clicks, self.seen or self.shown)

    @property
    def conversion_rate(self) -> float:
        """Conversions a click."""
        return _share(self.conversions, self.clicks)

    @property
    def coverage(self) -> float:
        """Share of the catalog that a day's lists showed, on the best day."""
        return _share(self.items, self.catalog)

    @property
    def cache_hit_rate(self) -> float:
        """Share of answers from the cache."""
        return _share(self.cache_hits, self.requests)

    @property
    def mean_score(self) -> float:
        """Mean score of shown items."""
        return _share(self.score, self.shown)

    def within(self, milliseconds: int) -> float:
        """Share of answers that took no longer; exact at the ends of buckets."""
        bucket = LATENCY_MS.index(milliseconds)
        return _share(sum(self.latency[: bucket + 1]), self.requests)

    def percentile(self, share: float) -> float | None:
        """Milliseconds within which this share of the answers came; the upper end of a bucket."""
        wanted, counted = share * self.requests, 0
        for end, number in zip((*LATENCY_MS, None), self.latency, strict=True):
            counted += number
            if counted >= wanted and counted:
                return float(end) if end is not None else None
        return None


SUMS = (
    "requests", "people", "shown", "seen", "clicks", "conversions", "revenue", "cache_hits",
    "degraded", "score",
)  # fmt: skip


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


@dataclass(frozen=True, slots=True)
class Row:
    """Figures of one period and one group."""

    start: date
    group: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class DayInputs:
    """What came in on one day.

    Attributes:
        events: by kind.
        catalog: items that could be shown, by type; empty where nobody counted them.
    """

    day: date
    events: Mapping[str, int]
    catalog: Mapping[str, int]


def bounds_of(day: date, zone: str) -> tuple[int, int]:
    """Unix seconds of a day's begin and of the next one's, where the owner is.

    A day on which the clock changes has 23 or 25 hours.
    """
    begin = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    following = day + timedelta(days=1)
    end = datetime(following.year, following.month, following.day, tzinfo=ZoneInfo(zone))
    return int(begin.timestamp()), int(end.timestamp())


def day_of(seconds: int, zone: str) -> date:
    """The day of a moment, where the owner is."""
    return datetime.fromtimestamp(seconds, ZoneInfo(zone)).date()


def start_of(day: date, period: Period) -> date:
    """The first day of the period in which a day lies; weeks begin on Monday."""
    if period == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if period == "month" else day


def summed(
    days: Iterable[tuple[date, FiguresKey, Figures]], period: Period, group: Group
) -> list[Row]:
    """Daily figures by period and group, in order."""
    sums: dict[tuple[date, str], Figures] = {}
    for day, key, figures in days:
        name = "" if group == "none" else str(getattr(key, group))
        sums.setdefault((start_of(day, period), name), Figures()).add(figures)
    return [Row(start, name, figures) for (start, name), figures in sorted(sums.items())]


def plain(row: Row) -> Mapping[str, object]:
    """A row as plain values, with its rates."""
    figures = row.figures
    return {
        "start": row.start.isoformat(),
        "group": row.group,
        **{name: getattr(figures, name) for name in SUMS if name != "score"},
        "click_rate": round(figures.click_rate, 6),
        "conversion_rate": round(figures.conversion_rate, 6),
        "cache_hit_rate": round(figures.cache_hit_rate, 6),
        "coverage": round(figures.coverage, 6),
        "mean_score": round(figures.mean_score, 6),
        "p50_ms": figures.percentile(0.5),
        "p95_ms": figures.percentile(0.95),
        "p99_ms": figures.percentile(0.99),
        "within_100_ms": round(figures.within(100), 6),
        "within_500_ms": round(figures.within(500), 6),
        "within_1000_ms": round(figures.within(1_000), 6),
    }
