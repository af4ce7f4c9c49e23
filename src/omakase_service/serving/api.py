"""HTTP: recommendations."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from omakase_service.platform.access import ADMIN, OWN_READ, READ, own_person, require
from omakase_service.platform.contracts import Scope
from omakase_service.platform.json import answered
from omakase_service.platform.text import Id, Word
from omakase_service.serving import services
from omakase_service.serving.contracts import ListRequest
from omakase_service.serving.placements import delete_placement, placement_named, save_placement
from omakase_service.serving.schemas.requests import (
    DEFAULT_N,
    BriefRequest,
    ExplanationQuery,
    N,
    RecommendationQuery,
    RecommendationRequest,
)
from omakase_service.serving.schemas.responses import (
    BriefAnswer,
    ExplanationsOut,
    OnboardingOut,
    Recommendations,
    SimilarUsers,
    in_brief,
    item_shown,
    shown,
    traced,
)
from omakase_service.serving.selectors import placements
from omakase_settings import Placement

router = Router(tags=["recommendations"], auth=OWN_READ)


@router.post("/recommendations", response=Recommendations)
def recommend(request: HttpRequest, asked: RecommendationRequest) -> HttpResponse:
    """Items for a person, as their events stand at this moment."""
    return answered(_answered(request, asked))


@router.get("/recommendations", response=Recommendations)
def recommend_by_query(request: HttpRequest, asked: Query[RecommendationQuery]) -> HttpResponse:
    """The same for simple use."""
    return answered(_answered(request, asked))


@router.get("/recommendations/explanation", response=ExplanationsOut)
def explain(request: HttpRequest, asked: Query[ExplanationQuery]) -> dict[str, Any]:
    """Why an item was recommended: by the request of a past answer, or by user and item."""
    own = own_person(request.auth, user_id=asked.user_id)
    told = services.explanation(**asked.model_dump() | {"user_id": own.user_id})
    past = told.answer
    own_person(request.auth, user_id=past.user_id, session_id=past.session_id)
    return {
        "request_id": past.request_id,
        "answered": datetime.fromtimestamp(past.time, UTC),
        "algorithm": past.algorithm,
        "model_version": past.version,
        "recomputed": told.recomputed,
        "items": [item_shown(each) for each in told.items],
    }


@router.post("/recommend/", response=BriefAnswer)
def recommendin_brief(request: HttpRequest, asked: BriefRequest) -> HttpResponse:
    """Items for a user, in brief."""
    answer = services.answer(_question(request, asked), request_id=request.request_id)
    return answered({"recommendations": answer.part.once(in_brief)})


@router.get("/items/{path:item_id}/similar", response=Recommendations)
def similar_items(
    request: HttpRequest, item_id: Id, n: N = DEFAULT_N, model: Word | None = None
) -> HttpResponse:
    """Items that go with this one."""
    named = {"item_id": item_id, "request_id": request.request_id}
    return answered(shown(request, services.similar_items(**named, n=n, model=model)))


@router.get("/users/{path:user_id}/similar", response=SimilarUsers, auth=READ)
def similar_users(request: HttpRequest, user_id: Id, n: N = DEFAULT_N) -> dict[str, Any]:
    """Users who like what this one likes; 409 where the live version compares no people."""
    users = services.similar_users(user_id=user_id, n=n)
    return {"users": users, "total": len(users), "request_id": request.request_id}


@router.get("/onboarding", response=OnboardingOut)
def onboarding(
    request: HttpRequest, n: N = DEFAULT_N, user_id: Id | None = None, session_id: Id | None = None
) -> dict[str, Any]:
    """What to ask somebody new, chosen by how much the answers would tell of their taste."""
    own = own_person(request.auth, user_id=user_id, session_id=session_id)
    found = services.onboarding(user_id=own.user_id, session_id=own.session_id, n=n)
    shown = ("item_id", "title", "type", "category", "brand", "image_url")
    return {
        "items": [
            {**{name: getattr(card, name) for name in shown}, "bits": bits}
            for card, bits in found.items
        ],
        "categories": [{"category": word, "bits": bits} for word, bits in found.categories],
        "request_id": request.request_id,
    }


@router.get("/popular", response=Recommendations)
def popular(request: HttpRequest, n: N = DEFAULT_N) -> HttpResponse:
    """What most people like."""
    return _everybodys(request, "popular", n)


@router.get("/trending", response=Recommendations)
def trending(request: HttpRequest, n: N = DEFAULT_N) -> HttpResponse:
    """What people like lately."""
    return _everybodys(request, "trending", n)


@router.get("/newest", response=Recommendations)
def newest(request: HttpRequest, n: N = DEFAULT_N) -> HttpResponse:
    """What came last."""
    return _everybodys(request, "newest", n)


@router.get("/placements", response=dict[str, Placement], auth=ADMIN)
def list_placements(request: HttpRequest) -> dict[str, Placement]:
    """What holds where: of the settings, and saved here."""
    return placements()


@router.get("/placements/{path:placement}", response=Placement, auth=ADMIN)
def get_placement(request: HttpRequest, placement: Id) -> Placement:
    """What holds at one place."""
    return placement_named(name=placement)


@router.put("/placements/{path:placement}", response=Placement, auth=ADMIN)
def save(request: HttpRequest, placement: Id, said: Placement) -> Placement:
    """Let this hold at a place, for every request that names it; checked against the catalog."""
    return save_placement(name=placement, placement=said)


@router.delete("/placements/{path:placement}", response={204: None}, auth=ADMIN)
def forget(request: HttpRequest, placement: Id) -> Status:
    """Forget what was saved for a place; what the settings say of it holds again."""
    delete_placement(name=placement)
    return Status(204, None)


@router.post("/cache/clear", response={204: None}, auth=ADMIN)
def clear_cache(request: HttpRequest) -> Status:
    """Forget every kept answer, in every process."""
    services.clear_cache()
    return Status(204, None)


def _answered(
    request: HttpRequest, asked: RecommendationRequest | RecommendationQuery
) -> dict[str, Any]:
    """The answer; to who may ask for it, with its trace, and then neither kept nor logged.

    Raises:
        Forbidden: a trace is wanted by who has no scope `admin`.
    """
    question = _question(request, asked)
    if not (asked.trace or asked.trace_item):
        return shown(request, services.answer(question, request_id=request.request_id))
    require(request.auth, Scope.ADMIN)
    named = {"request_id": request.request_id, "item_id": asked.trace_item}
    answer, found = services.traced(question, **named)
    return {**shown(request, answer), "trace": traced(found, asked.trace_item)}


def _everybodys(request: HttpRequest, model: str, n: int) -> HttpResponse:
    named = {"model": model, "request_id": request.request_id}
    return answered(shown(request, services.everybodys(**named, n=n)))


def _question(
    request: HttpRequest, asked: RecommendationRequest | RecommendationQuery | BriefRequest
) -> ListRequest:
    """What is asked for; with a token, for its own person, whom it need not name.

    Raises:
        Forbidden: a token asks for somebody else.
    """
    question = asked.question
    own = own_person(request.auth, user_id=question.user_id, session_id=question.session_id)
    if (own.user_id, own.session_id) == (question.user_id, question.session_id):
        return question
    return replace(question, user_id=own.user_id, session_id=own.session_id)
