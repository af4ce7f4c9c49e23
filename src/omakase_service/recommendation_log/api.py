"""HTTP: what was answered, and how the algorithms do."""

import time
from datetime import UTC, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from omakase_service.platform.access import ADMIN, READ
from omakase_service.platform.text import Id, Word
from omakase_service.recommendation_log import selectors, writer
from omakase_service.recommendation_log.contracts import Performance

router = Router(tags=["answers"])

DAY_SECONDS = 86_400
Days = Annotated[int, Field(ge=1, le=3650, description="how far back")]


class LoggedItem(Schema):
    """One place of an answer."""

    item_id: str
    rank: int
    score: float
    probability: float = Field(description="with which the policy put it there")


class OutcomeOut(Schema):
    """What somebody did with a place."""

    item_id: str
    kind: str = Field(description="impression, click or conversion")
    rank: int
    time: datetime
    value: float | None


class AnswerOut(Schema):
    """An answer as it is kept."""

    request_id: str
    time: datetime
    user_id: str | None
    session_id: str | None
    policy: str = Field(
        description="the model or strategy that was asked for, else the path by which the default "
        "answered (stranger, profile, session, few, known)"
    )
    algorithm: str
    model_version: str
    placement: str
    notice: str
    cache_hit: bool
    response_time_ms: float
    context: dict[str, Any]
    items: list[LoggedItem]
    outcomes: list[OutcomeOut]


class PerformanceOut(Schema):
    """How one algorithm does."""

    algorithm: str
    requests: int
    cache_hits: int
    shown: int = Field(description="items returned")
    impressions: int = Field(description="those whose showing was reported")
    clicks: int
    conversions: int
    value: float = Field(description="sum of what conversions brought")
    ctr: float = Field(description="clicks an impression; where none is reported, a returned item")
    conversion_rate: float = Field(description="conversions a click")
    p50_ms: float
    p95_ms: float
    p99_ms: float


@router.get(
    "/algorithms/performance",
    response=list[PerformanceOut],
    auth=ADMIN,
    operation_id="get_algorithm_performance",
    summary="Get clicks, conversions and latency by algorithm",
)
def algorithm_performance(
    request: HttpRequest, days: Days = 7, placement: Word = ""
) -> list[Performance]:
    """Get clicks, conversions and latency by algorithm."""
    writer.flush()
    since = int(time.time()) - days * DAY_SECONDS
    return selectors.performance(since=since, placement=placement)


@router.get(
    "/recommendations/{id:request_id}",
    response=AnswerOut,
    auth=READ,
    operation_id="get_recommendation",
    summary="Get a past answer and its outcomes by request id",
)
def get_answer(request: HttpRequest, request_id: Id) -> dict[str, Any]:
    """Get a past answer and its outcomes by request id."""
    writer.flush()
    logged = selectors.answer_by_request(request_id=request_id)
    return {
        "request_id": logged.request_id,
        "time": moment(logged.time),
        "user_id": logged.user_id,
        "session_id": logged.session_id,
        "policy": logged.policy,
        "algorithm": logged.algorithm,
        "model_version": logged.version,
        "placement": logged.placement,
        "notice": logged.notice,
        "cache_hit": logged.cache_hit,
        "response_time_ms": logged.latency_ms,
        "context": dict(logged.context),
        "items": [
            {"item_id": s.item_id, "rank": rank, "score": s.score, "probability": s.probability}
            for rank, s in enumerate(logged.items, start=logged.first_rank)
        ],
        "outcomes": [
            {
                "item_id": outcome.item_id,
                "kind": outcome.kind.value,
                "rank": outcome.rank,
                "time": moment(outcome.time),
                "value": outcome.value,
            }
            for outcome in selectors.outcomes_of(request_id=request_id)
        ],
    }


def moment(seconds: int) -> datetime:
    """Unix seconds as a time in UTC."""
    return datetime.fromtimestamp(seconds, UTC)
