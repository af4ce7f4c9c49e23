"""What can be wrong, each a function that finds it or gives None. Figures come from roll-ups."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from django.utils import timezone

from omakase_service.alerts.anomalies import ANOMALIES
from omakase_service.alerts.contracts import AlertFinding
from omakase_service.alerts.drift import DRIFTS, today
from omakase_service.alerts.readings import latest_requests
from omakase_service.analytics.contracts import Figures
from omakase_service.analytics.selectors import figures, inputs
from omakase_service.events.selectors import newest_event_time
from omakase_service.jobs.contracts import OPEN_STATES, JobState
from omakase_service.jobs.selectors import jobs, oldest_waiting
from omakase_service.platform.registry import health_parts
from omakase_service.training.selectors import live_card
from omakase_settings import settings

SURE = 3.0
"""Standard errors beyond which chance is no explanation."""

LATEST_JOBS, IN_A_ROW = 200, 3


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
    day, rules = _today(), settings().alerts
    p95 = day.percentile(0.95)
    if day.requests < rules.fewest_answers or (p95 is not None and p95 <= rules.p95_ms):
        return None
    words = f"{p95:.0f} ms" if p95 is not None else "more than 5 s"
    return AlertFinding(
        "latency",
        f"95 % of today's {day.requests:,} answers took up to {words}; {rules.p95_ms:.0f} ms is "
        "the limit",
        "fewer models in the hybrid, an index for large catalogs, more workers (web.workers)",
    )


def failing_requests() -> AlertFinding | None:
    """Requests that failed lately."""
    number, failures = latest_requests()
    limit = settings().alerts.errors
    if not number or failures / number <= limit + _noise(limit, number):
        return None
    return AlertFinding(
        "errors",
        f"{failures / number:.1%} of the latest {number:,} requests failed; {limit:.1%} is the "
        "limit",
        "what the server writes on standard error says why; omakase health --detailed",
    )


def degraded_answers() -> AlertFinding | None:
    """Answers of today that were made without something that was away."""
    day, limit = _today(), settings().alerts.errors
    share = day.degraded / day.requests if day.requests else 0.0
    if day.requests < settings().alerts.fewest_answers:
        return None
    if share <= limit + _noise(limit, day.requests):
        return None
    return AlertFinding(
        "degraded answers",
        f"{share:.1%} of today's {day.requests:,} answers lack something that was away; "
        f"{limit:.1%} is the limit",
        "omakase health --detailed: is the online store up, is a file of the version damaged?",
    )


def fewer_cache_hits() -> AlertFinding | None:
    """A cache that answers far less than it did."""
    now, usual, rules = _days(1), _days(14, back=1), settings().alerts
    if min(now.requests, usual.requests) < rules.fewest_answers:
        return None
    least = (1 - rules.cache_fall) * usual.cache_hit_rate
    if now.cache_hit_rate + _noise(least, now.requests) >= least:
        return None
    return AlertFinding(
        "cache",
        f"{now.cache_hit_rate:.1%} of today's answers came from the cache, "
        f"{usual.cache_hit_rate:.1%} in the two weeks before",
        "has Redis lost its memory, cache.megabytes become small, or does something change the "
        "catalog all the time?",
    )


def few_clicks() -> AlertFinding | None:
    """Clicks below what is hoped for."""
    week, rules = _days(7), settings().alerts
    if week.clicks + week.seen == 0 or week.requests < rules.fewest_answers:
        return None
    impressions = week.seen or week.shown
    if week.click_rate + _noise(rules.click_rate, impressions) >= rules.click_rate:
        return None
    return AlertFinding(
        "clicks",
        f"{week.click_rate:.2%} of the items shown this week were clicked; {rules.click_rate:.2%} "
        "is the limit",
        "compare models (omakase evaluate), look at a list (omakase recommend --user)",
    )


def falling_clicks() -> AlertFinding | None:
    """Clicks that fell against the week before."""
    week, last_week, rules = _days(7), _days(7, back=7), settings().alerts
    fewest = min(week.requests, last_week.requests)
    if fewest < rules.fewest_answers or not last_week.click_rate:
        return None
    fall = 1 - week.click_rate / last_week.click_rate
    expected = last_week.click_rate * (week.seen or week.shown)
    chance = SURE * (1 / max(expected, 1) + 1 / last_week.clicks) ** 0.5
    if fall <= max(rules.weekly_fall, chance):
        return None
    return AlertFinding(
        "clicks week on week",
        f"clicks fell by {fall:.1%} against the week before ({last_week.click_rate:.2%} to "
        f"{week.click_rate:.2%})",
        "what changed: omakase job list --kind train, GET /api/models",
    )


def narrow_lists() -> AlertFinding | None:
    """Lists that show too little of the catalog."""
    week, rules = _days(2), settings().alerts
    if week.requests < rules.fewest_answers or week.coverage >= rules.coverage:
        return None
    return AlertFinding(
        "coverage",
        f"today and yesterday lists showed at most {week.coverage:.1%} of the catalog a day; "
        f"{rules.coverage:.1%} is the limit",
        "raise diversity or serving.exploration, or train a model that covers more",
    )


def shrunken_catalog() -> AlertFinding | None:
    """A catalog that lost much at once."""
    days = [day for day in inputs(start=today() - timedelta(1), end=today()) if day.catalog]
    if len(days) < 2:
        return None
    items_before, now = (sum(day.catalog.values()) for day in days)
    if now >= (1 - settings().alerts.catalog_fall) * items_before:
        return None
    return AlertFinding(
        "catalog",
        f"items that may be shown fell from {items_before:,} to {now:,} since yesterday",
        "was an import half done, or much hidden? omakase data imports, omakase data undo",
    )


def silent_events() -> AlertFinding | None:
    """Events that stopped coming in."""
    newest, rules = newest_event_time(), settings().alerts
    if not newest or not rules.silent_hours:
        return None
    hours = (timezone.now().timestamp() - newest) / 3_600
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


def failing_jobs() -> AlertFinding | None:
    """A kind of job that has failed several times and not succeeded since."""
    over = [job for job in jobs(limit=LATEST_JOBS) if job.state not in OPEN_STATES]
    for kind in sorted({job.kind for job in over if job.state is JobState.FAILED}):
        states = [job.state for job in over if job.kind == kind][:IN_A_ROW]
        if len(states) == IN_A_ROW and set(states) == {JobState.FAILED}:
            note = next(job.note for job in over if job.kind == kind)
            return AlertFinding(
                "failing jobs",
                f"the last {IN_A_ROW} jobs of the kind {kind} failed: {note}",
                f"omakase job list --kind {kind}",
            )
    return None


CHECKS: tuple[Callable[[], AlertFinding | None], ...] = (
    slow_answers,
    failing_requests,
    degraded_answers,
    fewer_cache_hits,
    few_clicks,
    falling_clicks,
    narrow_lists,
    shrunken_catalog,
    silent_events,
    stale_model,
    dead_worker,
    failing_jobs,
    *DRIFTS,
    *ANOMALIES,
)


def _today() -> Figures:
    return _days(1)


def _days(number: int, back: int = 0) -> Figures:
    """Figures of so many days up to today, or to some days ago."""
    last = today() - timedelta(days=back)
    total = Figures()
    for row in figures(start=last - timedelta(days=number - 1), end=last, group="none"):
        total.add(row.figures)
    return total


def _noise(rate: float, number: int) -> float:
    """How far above or below a rate chance may bring a share of so many."""
    return SURE * (rate * (1 - rate) / max(number, 1)) ** 0.5
