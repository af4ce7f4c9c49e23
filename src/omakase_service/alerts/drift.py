"""Whether what models rest on is as usual: kinds and number of events, types of items, scores."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.utils import timezone

from omakase_service.alerts.contracts import AlertFinding
from omakase_service.alerts.engine import drift_of
from omakase_service.analytics.contracts import DayInputs, day_of
from omakase_service.analytics.selectors import figures, inputs
from omakase_settings import settings

USUAL_DAYS, WEEK = 28, 7
FEWEST_DAYS = 5
"""Days before, without which nothing is usual."""

FEWEST_WEEKS = 2
"""Same days of the week before, likewise."""

ADVICE_EVENTS = (
    "has a page, an app or an import changed what it sends? omakase data imports, omakase stream "
    "status"
)


def today() -> date:
    """The day where the owner is."""
    return day_of(int(timezone.now().timestamp()), settings().analytics.time_zone)


def drifted_kinds() -> AlertFinding | None:
    """A mix of kinds of events that is not as usual."""
    judged, before = _judged_day(_recent_inputs())
    usual = _sum(day.events for day in before)
    if judged is None or len(before) < FEWEST_DAYS or _few(judged.events):
        return None
    index, limit = drift_of(judged.events, usual), settings().alerts.drift
    if index <= limit:
        return None
    kind = _largest_move(judged.events, usual)
    return AlertFinding(
        "drift: kinds of events",
        f"the mix of kinds of events on {judged.day} is not as usual (index {index:.2f}, {limit:g} "
        f"is the limit): {kind}",
        ADVICE_EVENTS,
    )


def unusual_volume() -> AlertFinding | None:
    """Far more or fewer events than on this day of the week otherwise."""
    judged, before = _judged_day(_recent_inputs())
    if judged is None:
        return None
    same = [day for day in before if (judged.day - day.day).days % WEEK == 0]
    numbers = sorted(sum(day.events.values()) for day in same)
    factor, rules = settings().alerts.volume_factor, settings().alerts
    if len(numbers) < FEWEST_WEEKS:
        return None
    usual, number = numbers[len(numbers) // 2], sum(judged.events.values())
    if max(usual, number) < rules.fewest_answers or usual / factor <= number <= usual * factor:
        return None
    return AlertFinding(
        "drift: number of events",
        f"{number:,} events on {judged.day}, where {usual:,} are usual on that day of the week",
        ADVICE_EVENTS,
    )


def drifted_catalog() -> AlertFinding | None:
    """A mix of types of items that is not that of a week ago."""
    days = [day for day in _recent_inputs() if day.catalog]
    if not days or days[-1].day < today() - timedelta(1):
        return None
    now = days[-1]
    earlier = [day for day in days[:-1] if day.day >= now.day - timedelta(WEEK)]
    if not earlier:
        return None
    index, limit = drift_of(now.catalog, earlier[0].catalog), settings().alerts.drift
    if index <= limit:
        return None
    kind = _largest_move(now.catalog, earlier[0].catalog)
    return AlertFinding(
        "drift: catalog",
        f"the mix of types of items is not that of {earlier[0].day} (index {index:.2f}, "
        f"{limit:g} is the limit): {kind}",
        "was an import half done, or a type hidden? omakase data imports",
    )


def drifted_scores() -> AlertFinding | None:
    """Scores of an algorithm that are not spread as they were."""
    last = today()
    rows = figures(start=last - timedelta(USUAL_DAYS), end=last, group="algorithm")
    for algorithm in sorted({row.group for row in rows}):
        scores_by_day = {row.start: row.figures.scores for row in rows if row.group == algorithm}
        now = _sum(
            _buckets(scores_by_day[day]) for day in scores_by_day if day >= last - timedelta(1)
        )
        earlier = {
            day: scores for day, scores in scores_by_day.items() if day < last - timedelta(1)
        }
        usual = _sum(map(_buckets, earlier.values()))
        if len(earlier) < FEWEST_DAYS or _few(now) or _few(usual):
            continue
        index, limit = drift_of(now, usual), settings().alerts.drift
        if index > limit:
            return AlertFinding(
                "drift: scores",
                f"scores of {algorithm} are not spread as in the weeks before (index {index:.2f}, "
                f"{limit:g} is the limit)",
                "what did the live version learn from? omakase models, GET /api/models, "
                "omakase evaluate",
            )
    return None


DRIFTS = (drifted_kinds, unusual_volume, drifted_catalog, drifted_scores)


def _recent_inputs() -> list[DayInputs]:
    last = today()
    return inputs(start=last - timedelta(USUAL_DAYS + 1), end=last)


def _judged_day(days: list[DayInputs]) -> tuple[DayInputs | None, list[DayInputs]]:
    """The newest day that is over, by the clock and by events that came after it; those before.

    What is brought in once a day is not there until it is brought in, and no fall.
    """
    days_with_events = [day for day in days if day.events]
    if len(days_with_events) < 2 or days_with_events[-2].day < today() - timedelta(2):
        return None, []
    return days_with_events[-2], [
        day
        for day in days_with_events[:-2]
        if day.day >= days_with_events[-2].day - timedelta(USUAL_DAYS)
    ]


def _sum(counts: Iterable[Mapping[str, float]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for count in counts:
        total.update(count)
    return total


def _few(counts: Mapping[str, float]) -> bool:
    return sum(counts.values()) < settings().alerts.fewest_answers


def _buckets(scores: Iterable[int]) -> dict[str, int]:
    return {str(n): number for n, number in enumerate(scores)}


def _largest_move(counts: Mapping[str, float], usual: Mapping[str, float]) -> str:
    """The class whose share moved most, in words."""
    total, usual_total = sum(counts.values()) or 1, sum(usual.values()) or 1
    shares = {
        name: (counts.get(name, 0) / total, usual.get(name, 0) / usual_total)
        for name in {*counts, *usual}
    }
    name = max(sorted(shares), key=lambda each: abs(shares[each][0] - shares[each][1]))
    now, then = shares[name]
    return f"{name or 'without a type'} {then:.0%} before, {now:.0%} now"
