"""How things stand, and what to do next."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.core.cache import cache
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from omakase_service.alerts.selectors import incidents
from omakase_service.analytics.contracts import Figures, Group
from omakase_service.analytics.selectors import targets
from omakase_service.catalog.selectors import counts
from omakase_service.console import days
from omakase_service.console.charts import line_chart, spark
from omakase_service.console.next_steps import Standing, next_steps
from omakase_service.console.pages import needs, page, param
from omakase_service.console.pins import SPANS as PIN_SPANS
from omakase_service.console.pins import pins_of
from omakase_service.console.translations import say
from omakase_service.events.selectors import event_count, newest_event_time
from omakase_service.jobs.contracts import OPEN_STATES
from omakase_service.jobs.selectors import jobs
from omakase_service.platform.registry import DEGRADED, health_parts
from omakase_service.platform.requests import ServiceRequest
from omakase_service.platform.roles import Role
from omakase_service.serving.selectors import placements
from omakase_service.training.selectors import versions

SPANS = (7, 14, 28)
EARLIEST = date(1970, 1, 1)
"""Days before it hold no figures, and the first ones of the calendar have none before them."""

LATEST_JOBS = 50
COUNTS, COUNTED_SECONDS = "omakase.console.counts", 60
GROUPS: tuple[tuple[Group, str], ...] = (
    ("placement", "Placements"),
    ("algorithm", "Algorithms"),
    ("version", "Versions"),
    ("variant", "Variants"),
    ("channel", "Channels"),
)
CHARTS = (
    ("requests", "Answers", ""),
    ("clicks", "Clicks", ""),
    ("click_rate", "Clicks a shown item", "%"),
)
"""Figure, title and unit."""

PACE = (
    ("answers", "Answers"),
    ("milliseconds", "Milliseconds an answer"),
    ("events", "Events"),
    ("clicks", "Clicks"),
    ("purchases", "Purchases"),
)
"""Figures of the minute that is running, and their titles; a WebSocket fills them in."""


@needs(Role.SEE)
@require_GET
def overview(request: ServiceRequest) -> HttpResponse:
    """The first page."""
    newest_jobs = jobs(limit=LATEST_JOBS)
    standing = Standing(versions(), incidents(open_only=True), newest_jobs)
    span = days.span(days.today(), 7)
    tiles = days.tiles(span)[:6]
    return page(
        request,
        "overview",
        "overview",
        live=standing.live,
        steps=next_steps(standing),
        pins=pins_of(request.user.get_username()),
        measures=[(name, title) for name, title, *_ in days.MEASURES],
        places=sorted(placements()),
        pin_spans=PIN_SPANS,
        minute=PACE,
        incidents=standing.incidents,
        jobs=[each for each in newest_jobs if each.state in OPEN_STATES],
        tiles=[(tile, spark(say(tile.title), tile.series)) for tile in tiles],
        health=[(name, *_health(part.check())) for name, part in health_parts.items()],
        counts=cache.get_or_set(COUNTS, _counts, COUNTED_SECONDS),
        newest=newest_event_time(),
    )


@needs(Role.SEE)
@require_GET
def figures(request: ServiceRequest) -> HttpResponse:
    """Figures over some days, by placement, algorithm, version, variant or channel."""
    length = next((n for n in SPANS if str(n) == param(request, "days")), SPANS[0])
    last = _last(param(request, "last"))
    named = param(request, "by")
    group: Group = next((name for name, _ in GROUPS if name == named), "placement")
    span = days.span(last, length)
    yesterday = days.today() - timedelta(days=1)
    return page(
        request,
        "figures",
        "figures",
        spans=SPANS,
        length=length,
        last=last,
        today=days.today(),
        group=group,
        groups=GROUPS,
        tiles=[(tile, "") for tile in days.tiles(span)],
        charts=[(title, _chart(span, name, title, unit)) for name, title, unit in CHARTS],
        rows=days.rows_by(span.days[0], span.days[-1], group),
        yesterday=yesterday,
        yesterday_rows=days.rows_by(yesterday, yesterday, group),
        targets=targets(last=last, days=length),
        daily=list(zip(span.days, span.now, strict=True))[::-1],
    )


def _counts() -> dict[str, int]:
    """How much is stored. Counting a long log takes a while, so it is kept for a minute."""
    return {**counts(), "events": event_count()}


def _chart(span: days.Span, name: str, title: str, unit: str) -> str:
    labels = [f"{day:%m-%d}" for day in span.days]
    return line_chart(
        say(title), labels, _values(span.now, name), _values(span.before, name), unit=unit
    )


def _values(series: Sequence[Figures], name: str) -> list[float]:
    return [float(getattr(each, name)) for each in series]


def _last(text: str) -> date:
    """The last day that is looked at: today where the text is no day that has passed."""
    try:
        return max(EARLIEST, min(date.fromisoformat(text), days.today()))
    except ValueError:
        return days.today()


def _health(state: str) -> tuple[str, str]:
    """The colour of a part's state, and the state itself."""
    if state == "ok":
        return "good", state
    return ("warn" if state.startswith(DEGRADED) else "bad"), state
