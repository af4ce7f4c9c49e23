"""Values of the app. No Django."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

Period = Literal["day", "week", "month"]
Group = Literal["none", "algorithm", "version", "placement", "variant", "channel"]

LATENCY_MS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
"""Upper ends of the buckets in which answer times are counted; what is slower is in one more."""

SCORE_BUCKETS = 10
"""Of equal width between 0 and 1, in which scores are counted."""


class FiguresKey(NamedTuple):
    """What figures are counted apart by.

    Attributes:
        variant: "experiment: variant" by which lists were made; empty without.
        channel: where they were shown, as callers say; where they do not, the device.
    """

    algorithm: str
    version: str
    placement: str
    variant: str = ""
    channel: str = ""


@dataclass
class Figures:
    """Sums over some answers; sums of sums add up.

    Attributes:
        requests: answers.
        people: different users and sessions of a day, added up over days ("person days").
        sessions: different sessions of a day, likewise.
        shown: items in the answers.
        seen: impressions that clients reported.
        clicks, conversions: items that were clicked, bought.
        engaged: answers of which anything was clicked or bought.
        revenue: price at the time of the roll-up times quantity.
        cache_hits, degraded: answers from the cache; answers whose notice says degraded.
        score: sum of the scores of shown items.
        latency: answers in each bucket of `LATENCY_MS`, and slower ones last.
        scores: shown items by their score, in buckets of equal width between 0 and 1.
        items: different items of a day, the largest day.
        catalog: items that may be shown, the largest day.
        spread: lists whose diversity was measured; `diversity` is the sum of it.
        judged: shown items of which it was known how often each item was taken when they were
            counted; `bits` is the sum of how surprising they are, `tail` how many of them are of
            the long tail, `unexpected` the sum of how unexpected those are that were clicked.
        conversations, successes: talks of the days, and those that went well; in totals alone.
        calls, failures: requests over HTTP of the days, and those that failed (5xx); likewise.
    """

    requests: int = 0
    people: int = 0
    sessions: int = 0
    shown: int = 0
    seen: int = 0
    clicks: int = 0
    conversions: int = 0
    engaged: int = 0
    revenue: float = 0.0
    cache_hits: int = 0
    degraded: int = 0
    score: float = 0.0
    latency: list[int] = field(default_factory=lambda: [0] * (len(LATENCY_MS) + 1))
    scores: list[int] = field(default_factory=lambda: [0] * SCORE_BUCKETS)
    items: int = 0
    catalog: int = 0
    spread: int = 0
    diversity: float = 0.0
    judged: int = 0
    bits: float = 0.0
    tail: int = 0
    unexpected: float = 0.0
    conversations: int = 0
    successes: int = 0
    calls: int = 0
    failures: int = 0

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

    @property
    def engagement_rate(self) -> float:
        """Share of answers of which anything was clicked or bought."""
        return _share(self.engaged, self.requests)

    @property
    def list_diversity(self) -> float | None:
        """Mean of 1 - likeness over the pairs of a list, by labels; None where not measured."""
        return _measured(self.diversity, self.spread)

    @property
    def novelty(self) -> float | None:
        """Mean bits of surprise of a shown item; None where not measured."""
        return _measured(self.bits, self.judged)

    @property
    def tail_share(self) -> float | None:
        """Share of shown items that are of the long tail; None where not measured."""
        return _measured(self.tail, self.judged)

    @property
    def serendipity(self) -> float | None:
        """Of a shown item, whether it was clicked times how unexpected it was; None likewise."""
        return _measured(self.unexpected, self.judged)

    @property
    def conversation_success(self) -> float | None:
        """Share of talks that went well; None where nobody talked."""
        return _measured(self.successes, self.conversations)

    @property
    def availability(self) -> float | None:
        """Share of requests over HTTP that did not fail; None where none was counted."""
        return _measured(self.calls - self.failures, self.calls)

    def within(self, milliseconds: int) -> float:
        """Share of answers that took no longer; exact at the ends of buckets."""
        bucket = LATENCY_MS.index(milliseconds)
        return _share(sum(self.latency[: bucket + 1]), self.requests)

    @property
    def p95_ms(self) -> float | None:
        """Milliseconds within which 95 of 100 answers came."""
        return self.percentile(0.95)

    def percentile(self, share: float) -> float | None:
        """Milliseconds within which this share of the answers came; the upper end of a bucket."""
        threshold, counted = share * self.requests, 0
        for end, number in zip((*LATENCY_MS, None), self.latency, strict=True):
            counted += number
            if counted >= threshold and counted:
                return float(end) if end is not None else None
        return None


COUNTS = (
    "requests", "people", "sessions", "shown", "seen", "clicks", "conversions", "engaged",
    "revenue", "cache_hits", "degraded", "conversations", "successes", "calls", "failures",
)  # fmt: skip
"""Sums that say something by themselves."""

SUMS = (*COUNTS, "score", "spread", "diversity", "judged", "bits", "tail", "unexpected")

RATES = (
    "click_rate", "conversion_rate", "engagement_rate", "cache_hit_rate", "coverage", "mean_score",
    "list_diversity", "novelty", "tail_share", "serendipity", "conversation_success",
    "availability",
)  # fmt: skip

TOTALS = ("conversations", "successes", "calls", "failures")
"""Counts of days that belong to no answers."""

TRENDS = ("requests", "click_rate", "revenue")
"""Of what it is said how much more it is than in the period before."""


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _measured(total: float, number: int) -> float | None:
    return total / number if number else None


@dataclass(frozen=True, slots=True)
class Row:
    """Figures of one period and one group.

    Attributes:
        before: of the period before; none where nothing was counted, or it was not asked for.
    """

    start: date
    group: str
    figures: Figures
    before: Figures | None = None

    def trend(self, name: str) -> float | None:
        """How much more a figure is than in the period before, relatively; None if unknown."""
        earlier = float(getattr(self.before, name)) if self.before is not None else 0.0
        return float(getattr(self.figures, name)) / earlier - 1 if earlier else None


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure should come to, and where it stands.

    Attributes:
        value: none where nothing was counted that tells.
    """

    name: str
    target: float
    value: float | None

    @property
    def met(self) -> bool | None:
        """Whether it is reached; None where nobody knows."""
        return None if self.value is None else self.value >= self.target


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


def start_before(start: date, period: Period) -> date:
    """The first day of the period before the one that begins on a day."""
    return start_of(start - timedelta(days=1), period)


def summed(
    days: Iterable[tuple[date, FiguresKey, Figures]],
    period: Period,
    group: Group,
    totals: Iterable[tuple[date, Figures]] = (),
) -> list[Row]:
    """Daily figures by period and group, in order, each with those of the period before.

    Args:
        totals: of days, which are told with their answers where these are not counted apart.
    """
    sums: dict[tuple[date, str], Figures] = {}
    for day, key, figures in days:
        name = "" if group == "none" else str(getattr(key, group))
        sums.setdefault((start_of(day, period), name), Figures()).add(figures)
    for day, figures in totals:
        if group == "none" and (start_of(day, period), "") in sums:
            sums[start_of(day, period), ""].add(figures)
    return [
        Row(start, name, figures, sums.get((start_before(start, period), name)))
        for (start, name), figures in sorted(sums.items())
    ]


def plain(row: Row) -> Mapping[str, object]:
    """A row as plain values, with its rates."""
    figures = row.figures
    return {
        "start": row.start.isoformat(),
        "group": row.group,
        **{name: getattr(figures, name) for name in COUNTS},
        **{name: _rounded(getattr(figures, name)) for name in RATES},
        "p50_ms": figures.percentile(0.5),
        "p95_ms": figures.percentile(0.95),
        "p99_ms": figures.percentile(0.99),
        "within_100_ms": round(figures.within(100), 6),
        "within_500_ms": round(figures.within(500), 6),
        "within_1000_ms": round(figures.within(1_000), 6),
        **{f"{name}_trend": _rounded(row.trend(name)) for name in TRENDS},
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
