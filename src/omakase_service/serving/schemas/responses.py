"""What is told of a list: its schemas, and how answers are written in them."""

import time
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from ninja import Field, Schema
from orjson import Fragment

from omakase_service.catalog.plain_rows import item_facts
from omakase_service.platform.json import json_fragment
from omakase_service.platform.requests import ServiceRequest
from omakase_service.serving.contracts import (
    ItemReason,
    Recommendation,
    RequestTrace,
    ResultItem,
    ResultPage,
    ScoreMeaning,
)


class CitedItem(Schema):
    """Something of the person's past."""

    item_id: str
    title: str
    share: float = Field(description="of all that speaks for the item, 0..1")


class SourceRank(Schema):
    """Who proposed the item."""

    algorithm: str
    place: int = Field(description="from 1, in the list of that algorithm alone")


class Explanation(Schema):
    """What a place rests on."""

    primary: str = Field(
        description="history, taste, profile (what they said they like), near, diet, budget, open, "
        "new, list (everybody's) or fill"
    )
    because: list[CitedItem]
    algorithms: list[SourceRank]


class RecommendedItem(Schema):
    """One place of a list."""

    item_id: str
    title: str
    type: str
    category: str
    brand: str
    price: float | None
    original_price: float | None
    image_url: str
    rating: float | None = Field(description="mean of what people gave, as of the last training")
    ratings: int = Field(description="how many people's")
    score: float = Field(description="0..1; `score_meaning` says of what")
    rank: int
    reason: str | None = Field(description="for people; where `explain` was asked")
    confidence: float | None = Field(description="0..1; where `explain` was asked")
    explanation: Explanation | None = Field(description="where `explain` was asked")
    attributes: dict[str, Any] = Field(
        default={}, description="by name, where `fields` were asked for; null: nothing is known"
    )


class UserContext(Schema):
    """What is known of the person."""

    activity: str = Field(description="new, few, some, active")
    events: int = Field(description="how many of their events the list rests on")
    path: str = Field(
        description="by which the default answered: stranger (nothing is known), profile (what "
        "they say they like), session (too few events without a user for the models to answer "
        "alone), few (the same of a user), known; empty where a model, a strategy or a place's "
        "own was asked for"
    )
    time_segment: str = Field(description="night, morning, afternoon, evening; by context.hour")


class ScoredItem(Schema):
    """An item as a stage left it."""

    item_id: str
    score: float = Field(description="of that stage, unitless")


class TraceStageOut(Schema):
    """What came out of one stage."""

    name: str = Field(description="source …, merge, ranker …, boosts, gate, answer")
    count: int = Field(description="items")
    milliseconds: float
    first: list[ScoredItem]
    place: int | None = Field(description="from 1, of the item asked about; none: not there")
    score: float | None = Field(description="likewise")


class TraceOut(Schema):
    """One request from end to end."""

    stages: list[TraceStageOut]
    item_id: str | None = Field(description="that was asked about")
    shown: bool | None
    lost_at: str = Field(description="the stage that it did not survive; empty if shown")
    reason: str = Field(
        description="unknown, unavailable, excluded, disliked, seen, ruled_out, not_proposed, "
        "ranked_out, beyond_k; empty if shown"
    )
    told: str = Field(description="the same for people")


class Recommendations(Schema):
    """A list, and how it came about."""

    items: list[RecommendedItem]
    total: int
    algorithm: str = Field(description="the model or strategy that answered")
    notice: str = Field(
        description="unknown, recommendations_off: it is everybody's list; degraded: something "
        "that it is made of is away or damaged; diet_unmet: no item caters for the diet; of an "
        "empty list filtered: nothing meets the filter, the place or the person's limits; "
        "exhausted: they have had all there is; else empty"
    )
    model_version: str
    request_id: str = Field(description="name it in events that follow from this list")
    response_time_ms: float
    cache_hit: bool
    user_context: UserContext
    next: str | None = Field(description="send as `cursor` for what follows; none: nothing does")
    score_meaning: ScoreMeaning = Field(
        description="chance: how often an item with this score was among the next events of "
        "people, when the models were judged on events they had not seen; relative: place "
        "between the best (1) and the last (0) candidate of this person"
    )
    trace: TraceOut | None = Field(default=None, description="where `trace` was asked")


class BriefItem(Schema):
    """An item in brief."""

    id: str
    title: str
    score: float


class BriefAnswer(Schema):
    """A list in brief."""

    recommendations: list[BriefItem]


class SimilarUser(Schema):
    """A user, and how alike: 1 is the same taste."""

    user_id: str
    score: float


class OnboardingItem(Schema):
    """An item to ask somebody about."""

    item_id: str
    title: str
    type: str
    category: str
    brand: str
    image_url: str
    bits: float = Field(description="that the answer is expected to tell of their taste")


class OnboardingCategory(Schema):
    """A category to ask somebody about."""

    category: str = Field(description="its path, or its name in the tree")
    bits: float = Field(description="that a yes or no is expected to tell")


class OnboardingOut(Schema):
    """What to ask somebody of whom little is known, the most telling first."""

    items: list[OnboardingItem] = Field(description="answer by events: like, dislike")
    categories: list[OnboardingCategory] = Field(
        description="answer by `categories` and `excluded_categories` of the user's settings"
    )
    request_id: str


class ExplanationsOut(Schema):
    """Why the items of a past answer were there."""

    request_id: str = Field(description="of that answer")
    answered: datetime
    algorithm: str
    model_version: str = Field(description="that answered then")
    recomputed: bool = Field(description="no reasons were given then; these are made now")
    items: list[RecommendedItem]


class SimilarUsers(Schema):
    """Users, most alike first."""

    users: list[SimilarUser]
    total: int
    request_id: str


def trace_fields(found: RequestTrace, item_id: str | None) -> dict[str, Any]:
    """What each stage did; see `TraceOut`."""
    return {
        "stages": [
            {
                "name": stage.name,
                "count": stage.count,
                "milliseconds": stage.milliseconds,
                "first": [{"item_id": key, "score": score} for key, score in stage.first],
                "place": stage.place,
                "score": stage.score,
            }
            for stage in found.stages
        ],
        "item_id": item_id,
        "shown": found.shown,
        "lost_at": found.lost_at,
        "reason": found.reason,
        "told": found.told,
    }


def answer_fields(
    request: ServiceRequest, answer: Recommendation, fields: Collection[str] = ()
) -> dict[str, Any]:
    """An answer as a client sees it. The items are written already, where others get them too.

    Args:
        fields: of the catalog that each item names beside; one query where there are any.
    """
    return {
        "items": _with_facts(answer.items, fields) if fields else answer.part.once(_items),
        "total": len(answer.items),
        "algorithm": answer.algorithm,
        "notice": answer.notice,
        "model_version": answer.version,
        "request_id": request.request_id,
        "response_time_ms": round((time.perf_counter() - request.started) * 1000, 3),
        "cache_hit": answer.cache_hit,
        "user_context": {
            "activity": answer.activity,
            "events": answer.events,
            "path": answer.path,
            "time_segment": answer.time_segment,
        },
        "next": answer.next or None,
        "score_meaning": answer.meaning,
        "trace": None,
    }


def _items(part: ResultPage) -> Fragment:
    return json_fragment([item_fields(item) for item in part.items])


def _with_facts(items: Sequence[ResultItem], fields: Collection[str]) -> list[dict[str, Any]]:
    facts = item_facts(item_ids=[item.card.item_id for item in items], names=fields)
    return [{**item_fields(item), "attributes": facts.get(item.card.item_id, {})} for item in items]


def in_brief(part: ResultPage) -> Fragment:
    """Items with a title and a score."""
    return json_fragment(
        [{"id": r.card.item_id, "title": r.card.title, "score": r.score} for r in part.items]
    )


def item_fields(shown: ResultItem) -> dict[str, Any]:
    """One place of a list; see `ItemShown`."""
    card, why = shown.card, shown.why
    return {
        "item_id": card.item_id,
        "title": card.title,
        "type": card.type,
        "category": card.category,
        "brand": card.brand,
        "price": card.price,
        "original_price": card.original_price,
        "image_url": card.image_url,
        "rating": card.rating,
        "ratings": card.ratings,
        "score": shown.score,
        "rank": shown.rank,
        "reason": why.text if why else None,
        "confidence": why.confidence if why else None,
        "explanation": _explanation(why) if why else None,
    }


def _explanation(why: ItemReason) -> dict[str, Any]:
    return {
        "primary": why.primary,
        "because": [
            {"item_id": c.item_id, "title": c.title, "share": c.share} for c in why.because
        ],
        "algorithms": [{"algorithm": name, "place": rank} for name, rank in why.algorithms],
    }


class PolicyEstimateOut(Schema):
    """Clicks a place that a policy would have brought, by one estimator."""

    estimator: str = Field(description="snips, or dr: doubly robust")
    mean: float
    low: float = Field(description="of the 95 % interval")
    high: float = Field(description="of the 95 % interval")
    effective_size: float = Field(description="places of its own that would tell as much")
    is_trustworthy: bool
    diagnosis: list[str] = Field(description="what speaks against it, or that nothing does")


class SideFiguresOut(Schema):
    """How one version answers what people asked."""

    version: str
    clicks_held: float | None = Field(
        description="of the items that were clicked, the share that its lists hold too; it favours "
        "the version that was shown"
    )
    median_ms: float
    p95_ms: float
    items: int = Field(description="different ones in all lists")


class SideListOut(Schema):
    """What one version would recommend to one person now."""

    version: str
    items: list[tuple[str, str, float]] = Field(description="item id, title, score")


class VersionComparisonOut(Schema):
    """Two versions over the same questions."""

    answers: int = Field(description="questions that were asked again")
    overlap: float = Field(description="mean share of a list's items that are in the other one's")
    same_first: float = Field(description="share of the questions with the same first item")
    live: SideFiguresOut
    other: SideFiguresOut
    lists: list[SideListOut]


class PolicyVerdictOut(Schema):
    """What a policy would have brought where another one was shown."""

    answers: int = Field(description="logged lists that were looked at")
    places: int = Field(description="of all of them")
    logged_mean: float = Field(description="clicks a place that came of what was shown")
    estimates: list[PolicyEstimateOut]
    learnt_share: float = Field(
        description="share of the lists from before the version began to learn; of these it may "
        "know what came, and is judged too well"
    )
