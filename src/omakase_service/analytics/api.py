"""HTTP: figures and reports, for administrators."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Router, Schema

from omakase_service.analytics import report, selectors
from omakase_service.analytics.contracts import Group, Period, day_of, plain
from omakase_service.platform.access import ADMIN
from omakase_service.platform.exceptions import Invalid
from omakase_settings import settings

router = Router(tags=["analytics"], auth=ADMIN)
TYPES = {"html": "text/html", "markdown": "text/markdown", "csv": "text/csv"}


class FiguresOut(Schema):
    """Figures of one period and one group."""

    start: date = Field(description="first day of the period")
    group: str
    requests: int
    people: int = Field(description="different people a day, added up over days")
    sessions: int = Field(description="different sessions a day, likewise")
    shown: int = Field(description="items in the answers")
    seen: int = Field(description="impressions that clients reported")
    clicks: int
    conversions: int
    engaged: int = Field(description="answers of which anything was clicked or bought")
    revenue: float = Field(description="price at the time times quantity")
    cache_hits: int
    degraded: int
    conversations: int = Field(description="talks, where nothing is counted apart")
    successes: int = Field(description="talks that went well, likewise")
    calls: int = Field(description="requests over HTTP, likewise")
    failures: int = Field(description="requests over HTTP that failed (5xx), likewise")
    click_rate: float
    conversion_rate: float
    engagement_rate: float = Field(description="engaged answers of all")
    cache_hit_rate: float
    coverage: float
    mean_score: float
    list_diversity: float | None = Field(description="mean of 1 - likeness of two items of a list")
    novelty: float | None = Field(description="bits of surprise of a shown item")
    tail_share: float | None = Field(description="of shown items, those of the long tail")
    serendipity: float | None = Field(description="a shown item: clicked times unexpected")
    conversation_success: float | None
    availability: float | None = Field(description="requests over HTTP that did not fail")
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    within_100_ms: float
    within_500_ms: float
    within_1000_ms: float
    requests_trend: float | None = Field(description="relative change since the period before")
    click_rate_trend: float | None
    revenue_trend: float | None


class TargetOut(Schema):
    """A target and where it stands."""

    name: str
    target: float
    value: float | None = Field(description="none: nothing was counted that tells")
    met: bool | None


@router.get(
    "/figures",
    response=list[FiguresOut],
    operation_id="get_figures",
    summary="Get figures by period and group",
)
def get_figures(
    request: HttpRequest,
    start: date | None = None,
    end: date | None = None,
    period: Period = "day",
    group: Group = "algorithm",
) -> list[Mapping[str, object]]:
    """Get figures by period and group."""
    first, last = _between(start, end)
    rows = selectors.figures(start=first, end=last, period=period, group=group)
    return [plain(row) for row in rows]


@router.get(
    "/targets",
    response=list[TargetOut],
    operation_id="get_targets",
    summary="Get targets and where they stand over the last days",
)
def get_targets(request: HttpRequest, days: int = 7) -> list[dict[str, Any]]:
    """Get targets and where they stand over the last days."""
    return [
        {**asdict(target), "met": target.met}
        for target in selectors.targets(last=_today(), days=max(1, days))
    ]


@router.get(
    "/report",
    operation_id="get_report",
    summary="Get a report as HTML, Markdown or CSV",
)
def get_report(
    request: HttpRequest,
    start: date | None = None,
    end: date | None = None,
    period: Period = "day",
    group: Group = "algorithm",
    form: Literal["html", "markdown", "csv"] = "html",
) -> HttpResponse:
    """Get a report as HTML, Markdown or CSV."""
    first, last = _between(start, end)
    rows = selectors.figures(start=first, end=last, period=period, group=group)
    title = f"Omakase, {first} to {last}"
    makers = {
        "html": lambda: report.to_html(rows, title),
        "markdown": lambda: report.to_markdown(rows, title),
        "csv": lambda: report.to_csv(rows),
    }
    return HttpResponse(makers[form](), content_type=f"{TYPES[form]}; charset=utf-8")


def _today() -> date:
    return day_of(int(timezone.now().timestamp()), settings().analytics.time_zone)


def _between(start: date | None, end: date | None) -> tuple[date, date]:
    """The days asked for; by itself the last thirty.

    Raises:
        Invalid: the first lies behind the last.
    """
    last = end or _today()
    first = start or last - timedelta(days=29)
    if first > last:
        raise Invalid(f"start {first} lies behind end {last}")
    return first, last
