"""HTTP: recommendations."""

import time
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse
from ninja import Query, Router, Status

from omakase_service.platform.access import ADMIN, OWN_READ, READ, own_person, require
from omakase_service.platform.contracts import Scope
from omakase_service.platform.json import json_response
from omakase_service.platform.requests import ServiceRequest
from omakase_service.platform.text import Id, Word
from omakase_service.serving import explanations, live_version, people, policies, services, shadow
from omakase_service.serving.contracts import ListRequest
from omakase_service.serving.placements import delete_placement, placement_by_name, save_placement
from omakase_service.serving.policy_contracts import PolicyQuestion
from omakase_service.serving.schemas.requests import (
    DEFAULT_N,
    BriefRequest,
    ComparisonQuery,
    ExplanationQuery,
    N,
    PolicyRequest,
    RecommendationQuery,
    RecommendationRequest,
    ShortQuery,
    SimilarQuery,
)
from omakase_service.serving.schemas.responses import (
    BriefAnswer,
    ExplanationsOut,
    OnboardingOut,
    PolicyVerdictOut,
    Recommendations,
    SimilarUsers,
    VersionComparisonOut,
    answer_fields,
    in_brief,
    item_fields,
    trace_fields,
)
from omakase_service.serving.selectors import placements
from omakase_settings import Placement

DAY_SECONDS = 86_400
router = Router(tags=["recommendations"], auth=OWN_READ)


@router.post(
    "/recommendations",
    response=Recommendations,
    operation_id="recommend",
    summary="Recommend items for a user, a session or a history",
)
def recommend(request: ServiceRequest, asked: RecommendationRequest) -> HttpResponse:
    """Recommend items for a user, a session or a history."""
    return json_response(_answer(request, asked))


@router.get(
    "/recommendations",
    response=Recommendations,
    operation_id="recommend_by_query",
    summary="Recommend items (query-string form)",
)
def recommend_by_query(request: ServiceRequest, asked: Query[RecommendationQuery]) -> HttpResponse:
    """Recommend items (query-string form)."""
    return json_response(_answer(request, asked))


@router.get(
    "/recommendations/explanation",
    response=ExplanationsOut,
    operation_id="explain_recommendation",
    summary="Explain why items were recommended, by request id or by user and item",
)
def explain_recommendation(
    request: ServiceRequest, asked: Query[ExplanationQuery]
) -> dict[str, Any]:
    """Explain why items were recommended, by request id or by user and item."""
    visitor = own_person(request.auth, user_id=asked.user_id)
    explained = explanations.explanation(**asked.model_dump() | {"user_id": visitor.user_id})
    past = explained.answer
    own_person(request.auth, user_id=past.user_id, session_id=past.session_id)
    return {
        "request_id": past.request_id,
        "answered": datetime.fromtimestamp(past.time, UTC),
        "algorithm": past.algorithm,
        "model_version": past.version,
        "recomputed": explained.recomputed,
        "items": [item_fields(item) for item in explained.items],
    }


@router.post(
    "/recommend/",
    response=BriefAnswer,
    operation_id="recommend_brief",
    summary="Recommend items for a user, ids and titles only",
)
def recommend_brief(request: ServiceRequest, asked: BriefRequest) -> HttpResponse:
    """Recommend items for a user, ids and titles only."""
    answer = services.answer(_question(request, asked), request_id=request.request_id)
    return json_response({"recommendations": answer.part.once(in_brief)})


@router.get(
    "/items/{id:item_id}/similar",
    response=Recommendations,
    operation_id="similar_items",
    summary="List items similar to an item",
)
def similar_items(request: ServiceRequest, item_id: Id, asked: Query[SimilarQuery]) -> HttpResponse:
    """List items similar to an item."""
    answer = services.similar_items(
        item_id=item_id, n=asked.n, model=asked.model, request_id=request.request_id
    )
    return json_response(answer_fields(request, answer, asked.fields))


router.get("/products/{id:item_id}/similar", response=Recommendations, include_in_schema=False)(
    similar_items
)


@router.get(
    "/users/{id:user_id}/similar",
    response=SimilarUsers,
    auth=READ,
    operation_id="similar_users",
    summary="List users with similar taste; 409 if the live version compares no users",
)
def similar_users(request: ServiceRequest, user_id: Id, n: N = DEFAULT_N) -> dict[str, Any]:
    """List users with similar taste; 409 if the live version compares no users."""
    users = people.similar_users(user_id=user_id, n=n)
    return {"users": users, "total": len(users), "request_id": request.request_id}


@router.get(
    "/onboarding",
    response=OnboardingOut,
    operation_id="onboarding_questions",
    summary="Choose items and categories to ask a new user about",
)
def onboarding(
    request: ServiceRequest,
    n: N = DEFAULT_N,
    user_id: Id | None = None,
    session_id: Id | None = None,
) -> dict[str, Any]:
    """Choose items and categories to ask a new user about."""
    visitor = own_person(request.auth, user_id=user_id, session_id=session_id)
    questions = people.onboarding(user_id=visitor.user_id, session_id=visitor.session_id, n=n)
    card_fields = ("item_id", "title", "type", "category", "brand", "image_url")
    return {
        "items": [
            {**{name: getattr(card, name) for name in card_fields}, "bits": bits}
            for card, bits in questions.items
        ],
        "categories": [{"category": word, "bits": bits} for word, bits in questions.categories],
        "request_id": request.request_id,
    }


@router.get(
    "/popular",
    response=Recommendations,
    operation_id="popular_items",
    summary="List the most popular items",
)
def popular_items(request: ServiceRequest, asked: Query[ShortQuery]) -> HttpResponse:
    """List the most popular items."""
    return _everybodys(request, "popular", asked)


@router.get(
    "/trending",
    response=Recommendations,
    operation_id="trending_items",
    summary="List items that are popular lately",
)
def trending_items(request: ServiceRequest, asked: Query[ShortQuery]) -> HttpResponse:
    """List items that are popular lately."""
    return _everybodys(request, "trending", asked)


@router.get(
    "/newest",
    response=Recommendations,
    operation_id="newest_items",
    summary="List the newest items",
)
def newest_items(request: ServiceRequest, asked: Query[ShortQuery]) -> HttpResponse:
    """List the newest items."""
    return _everybodys(request, "newest", asked)


@router.get(
    "/placements",
    response=dict[str, Placement],
    auth=ADMIN,
    operation_id="list_placements",
    summary="List placements: configured ones and saved ones",
)
def list_placements(request: ServiceRequest) -> dict[str, Placement]:
    """List placements: configured ones and saved ones."""
    return placements()


@router.get(
    "/placements/{id:placement}",
    response=Placement,
    auth=ADMIN,
    operation_id="get_placement",
    summary="Get a placement",
)
def get_placement(request: ServiceRequest, placement: Id) -> Placement:
    """Get a placement."""
    return placement_by_name(name=placement)


@router.put(
    "/placements/{id:placement}",
    response=Placement,
    auth=ADMIN,
    operation_id="save_placement",
    summary="Create or replace a placement; validated against the live model and the catalog",
)
def put_placement(request: ServiceRequest, placement: Id, said: Placement) -> Placement:
    """Create or replace a placement; validated against the live model and the catalog."""
    return save_placement(name=placement, placement=said)


@router.delete(
    "/placements/{id:placement}",
    response={204: None},
    auth=ADMIN,
    operation_id="delete_placement",
    summary="Delete a saved placement; the configured one applies again",
)
def remove_placement(request: ServiceRequest, placement: Id) -> Status[Any]:
    """Delete a saved placement; the configured one applies again."""
    delete_placement(name=placement)
    return Status(204, None)


@router.post(
    "/policies/estimate",
    response=PolicyVerdictOut,
    auth=ADMIN,
    operation_id="estimate_policy",
    summary="Estimate from the log what a version or a placement would bring",
)
def estimate_policy(request: ServiceRequest, policy: PolicyRequest) -> dict[str, Any]:
    """Estimate from the log what a version or a placement would bring."""
    since = int(time.time() - policy.days * DAY_SECONDS)
    question = PolicyQuestion(
        at=policy.at,
        version=policy.version,
        placement=policy.placement,
        since=since,
        answers=policy.answers,
        draws=policy.draws,
    )
    return asdict(policies.estimate_policy(question, language=policy.language))


@router.get(
    "/models/{name}/comparison",
    response=VersionComparisonOut,
    auth=ADMIN,
    operation_id="compare_versions",
    summary="Compare a version with the live one on what people asked lately",
)
def compare_versions(
    request: ServiceRequest, name: Word, asked: Query[ComparisonQuery]
) -> dict[str, Any]:
    """Compare a version with the live one, or with another, on what people asked lately.

    With `user_id` the lists of that person stand side by side.
    """
    beside = asked.beside or live_version.now().live.name
    compared = shadow.compare_versions(
        live=beside, other=name, placement=asked.placement, limit=asked.answers
    )
    lists = (
        shadow.lists_of(user_id=asked.user_id, names=(beside, name), n=asked.n)
        if asked.user_id
        else ()
    )
    return {**asdict(compared), "lists": [asdict(version_list) for version_list in lists]}


@router.post(
    "/cache/clear",
    response={204: None},
    auth=ADMIN,
    operation_id="clear_cache",
    summary="Clear the response cache in all processes",
)
def clear_cache(request: ServiceRequest) -> Status[Any]:
    """Clear the response cache in all processes."""
    services.clear_cache()
    return Status(204, None)


def _answer(
    request: ServiceRequest, asked: RecommendationRequest | RecommendationQuery
) -> dict[str, Any]:
    """The answer; to who may ask for it, with its trace, and then neither kept nor logged.

    Raises:
        Forbidden: a trace is wanted by who has no scope `admin`.
    """
    question = _question(request, asked)
    if not (asked.trace or asked.trace_item):
        answer = services.answer(question, request_id=request.request_id)
        return answer_fields(request, answer, asked.fields)
    require(request.auth, Scope.ADMIN)
    answer, trace = services.recommend_with_trace(
        question, request_id=request.request_id, item_id=asked.trace_item
    )
    return {
        **answer_fields(request, answer, asked.fields),
        "trace": trace_fields(trace, asked.trace_item),
    }


def _everybodys(request: ServiceRequest, model: str, asked: ShortQuery) -> HttpResponse:
    answer = services.everybodys(model=model, n=asked.n, request_id=request.request_id)
    return json_response(answer_fields(request, answer, asked.fields))


def _question(
    request: ServiceRequest, asked: RecommendationRequest | RecommendationQuery | BriefRequest
) -> ListRequest:
    """What is asked for; with a token, for its own person, whom it need not name.

    Raises:
        Forbidden: a token asks for somebody else.
    """
    question = asked.question
    visitor = own_person(request.auth, user_id=question.user_id, session_id=question.session_id)
    if (visitor.user_id, visitor.session_id) == (question.user_id, question.session_id):
        return question
    return replace(question, user_id=visitor.user_id, session_id=visitor.session_id)
