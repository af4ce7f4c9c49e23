"""What can be wrong, each a function that finds it or gives None. Figures come from roll-ups."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

from django.utils import timezone

from omakase_service.alerts.contracts import AlertFinding
from omakase_service.analytics.contracts import Figures, day_of
from omakase_service.analytics.selectors import figures
from omakase_service.events.selectors import newest_event_time
from omakase_service.jobs.selectors import oldest_waiting
from omakase_service.platform.registry import health_parts
from omakase_service.training.selectors import live_card
from omakase_settings import settings


def findings() -> Iterator[AlertFinding]:
    """Everything that is wrong now."""
    yield from unhealthy_parts()
    for check in CHECKS:
        finding = check()
        if finding is not None:
            yield finding


def unhealthy_parts() -> Iterator[AlertFinding]:
    """Parts of the service that are not ok."""
    for name, part in health_parts.items():
        state = part.check()
        if state != "ok":
            yield AlertFinding(f"health: {name}", f"{name}: {state}", "see /health/ready")


def slow_answers() -> AlertFinding | None:
    """Answers of today that are slower than they should be."""
    today, rules = _today(), settings().alerts
    p95 = today.percentile(0.95)
    if today.requests < rules.fewest_answers or (p95 is not None and p95 <= rules.p95_ms):
        return None
    words = f"{p95:.0f} ms" if p95 is not None else "more than 5 s"
    return AlertFinding(
        "latency",
        f"95 % of today's {today.requests:,} answers took up to {words}; {rules.p95_ms:.0f} ms is "
        "the limit",
        "fewer models in the hybrid, an index for large catalogs, more workers (web.workers)",
    )


def few_clicks() -> AlertFinding | None:
    """Clicks below what is hoped for."""
    week, rules = _days(7), settings().alerts
    if week.clicks + week.seen == 0 or week.requests < rules.fewest_answers:
        return None
    if week.click_rate >= rules.click_rate:
        return None
    return AlertFinding(
        "clicks",
        f"{week.click_rate:.2%} of the items shown this week were clicked; {rules.click_rate:.2%} "
        "is the limit",
        "compare models (omakase evaluate), look at a list (omakase recommend --user)",
    )


def falling_clicks() -> AlertFinding | None:
    """Clicks that fell against the week before."""
    week, before, rules = _days(7), _days(7, back=7), settings().alerts
    if min(week.requests, before.requests) < rules.fewest_answers or not before.click_rate:
        return None
    fall = 1 - week.click_rate / before.click_rate
    if fall <= rules.weekly_fall:
        return None
    return AlertFinding(
        "clicks week on week",
        f"clicks fell by {fall:.1%} against the week before ({before.click_rate:.2%} to "
        f"{week.click_rate:.2%})",
        "what changed: omakase job list --kind train, GET /api/models",
    )


def narrow_lists() -> AlertFinding | None:
    """Lists that show too little of the catalog."""
    week, rules = _days(7), settings().alerts
    if week.requests < rules.fewest_answers or week.coverage >= rules.coverage:
        return None
    return AlertFinding(
        "coverage",
        f"on the best day of this week lists showed {week.coverage:.1%} of the catalog; "
        f"{rules.coverage:.1%} is the limit",
        "raise diversity or serving.exploration, or train a model that covers more",
    )


def shrunken_catalog() -> AlertFinding | None:
    """A catalog that lost much at once."""
    today, before, rules = _days(1), _days(1, back=1), settings().alerts
    if not before.catalog or today.catalog >= (1 - rules.catalog_fall) * before.catalog:
        return None
    if not today.requests:
        return None
    return AlertFinding(
        "catalog",
        f"the catalog fell from {before.catalog:,} to {today.catalog:,} items since yesterday",
        "was an import half done? omakase data imports, omakase data undo",
    )


def silent_events() -> AlertFinding | None:
    """Events that stopped coming in."""
    newest, rules = newest_event_time(), settings().alerts
    if newest is None or not rules.silent_hours:
        return None
    hours = (time.time() - newest) / 3_600
    if hours <= rules.silent_hours or _days(7).requests < rules.fewest_answers:
        return None
    return AlertFinding(
        "events",
        f"the newest event is {hours:.0f} hours old",
        "is the page still sending? POST /api/events, omakase doctor",
    )


def stale_model() -> AlertFinding | None:
    """A live version that nobody renewed for long."""
    live, rules = live_card(), settings().alerts
    if live is None or not rules.model_days:
        return None
    days = (timezone.now() - live.created).days
    if days <= rules.model_days:
        return None
    return AlertFinding(
        "model age",
        f"the live version {live.name} was trained {days} days ago",
        "omakase schedule list; omakase job list --kind train says why none took its place",
    )


def dead_worker() -> AlertFinding | None:
    """Jobs that wait for long: nobody does them."""
    oldest, rules = oldest_waiting(), settings().alerts
    if oldest is None or not rules.job_minutes:
        return None
    minutes = (timezone.now() - oldest).total_seconds() / 60
    if minutes <= rules.job_minutes:
        return None
    return AlertFinding(
        "worker",
        f"a job has waited for {minutes:.0f} minutes",
        "start omakase serve or omakase worker, and look at omakase job list",
    )


CHECKS: tuple[Callable[[], AlertFinding | None], ...] = (
    slow_answers,
    few_clicks,
    falling_clicks,
    narrow_lists,
    shrunken_catalog,
    silent_events,
    stale_model,
    dead_worker,
)


def _today() -> Figures:
    return _days(1)


def _days(number: int, back: int = 0) -> Figures:
    """Figures of so many days up to today, or to some days ago."""
    zone = settings().analytics.time_zone
    last = day_of(int(timezone.now().timestamp()), zone) - timedelta(days=back)
    total = Figures()
    for row in figures(start=last - timedelta(days=number - 1), end=last, group="none"):
        total.add(row.figures)
    return total
