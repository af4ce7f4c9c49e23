"""HTTP: recommendations."""

import time
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from omakase_service.platform.access import OWN_READ, READ, own_person
from omakase_service.platform.text import Id, Word
from omakase_service.serving import services
from omakase_service.serving.contracts import Answer
from omakase_settings import settings

router = Router(tags=["recommendations"], auth=OWN_READ)

N = Annotated[int, Field(ge=1, le=settings().serving.max_n, description="length of the list")]
Ids = Annotated[list[Id], Field(max_length=1000)]
DEFAULT_N = settings().serving.default_n


class Asked(Schema):
    """Who asks, and for what. Name a user, a session or a history; nobody gets what is popular."""

    user_id: Id | None = None
    session_id: Id | None = Field(default=None, description="of somebody without an account")
    history: Ids | None = Field(
        default=None, description="item ids, oldest first, instead of the stored events"
    )
    n: N = DEFAULT_N
    model: Word | None = Field(default=None, description="by itself the best of the live version")
    exclude: Ids = Field(default=[], description="items that must not come back")


class AskedByQuery(Asked):
    """The same in a query string: `exclude=a&exclude=b`."""


class ItemShown(Schema):
    """One place of a list."""

    item_id: str
    title: str
    type: str
    category: str
    brand: str
    price: float | None
    original_price: float | None
    image_url: str
    score: float = Field(description="unitless, comparable within this list only")
    rank: int


class UserContext(Schema):
    """What is known of the person."""

    activity: str = Field(description="new, few, some, active")
    events: int = Field(description="how many of their events the list rests on")


class Recommendations(Schema):
    """A list, and how it came about."""

    items: list[ItemShown]
    total: int
    algorithm: str = Field(description="the model that answered")
    model_version: str
    request_id: str = Field(description="name it in events that follow from this list")
    response_time_ms: float
    cache_hit: bool
    user_context: UserContext


class ShortAsked(Schema):
    """Who asks, and which model."""

    user_id: Id
    model: Word | None = None
    n: N = DEFAULT_N


class ShortItem(Schema):
    """An item in brief."""

    id: str
    title: str
    score: float


class ShortAnswer(Schema):
    """A list in brief."""

    recommendations: list[ShortItem]


class AlikeOut(Schema):
    """A user, and how alike: 1 is the same taste."""

    user_id: str
    score: float


class SimilarUsers(Schema):
    """Users, most alike first."""

    users: list[AlikeOut]
    total: int
    request_id: str


@router.post("/recommendations", response=Recommendations)
def recommend(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """Items for a person, as their events stand at this moment."""
    return shown(request, services.recommend(**_asked(request, asked)))


@router.get("/recommendations", response=Recommendations)
def recommend_by_query(request: HttpRequest, asked: Query[AskedByQuery]) -> dict[str, Any]:
    """The same for simple use."""
    return shown(request, services.recommend(**_asked(request, asked)))


@router.post("/recommend/", response=ShortAnswer)
def recommend_in_brief(request: HttpRequest, asked: ShortAsked) -> dict[str, Any]:
    """Items for a user, in brief."""
    answer = services.recommend(**_asked(request, asked))
    return {
        "recommendations": [
            {"id": r.card.item_id, "title": r.card.title, "score": r.score} for r in answer.items
        ]
    }


@router.get("/items/{path:item_id}/similar", response=Recommendations)
def similar_items(
    request: HttpRequest, item_id: Id, n: N = DEFAULT_N, model: Word | None = None
) -> dict[str, Any]:
    """Items that go with this one."""
    return shown(request, services.similar_items(item_id=item_id, n=n, model=model))


@router.get("/users/{path:user_id}/similar", response=SimilarUsers, auth=READ)
def similar_users(request: HttpRequest, user_id: Id, n: N = DEFAULT_N) -> dict[str, Any]:
    """Users who like what this one likes; 409 where the live version compares no people."""
    users = services.similar_users(user_id=user_id, n=n)
    return {"users": users, "total": len(users), "request_id": request.request_id}


@router.get("/popular", response=Recommendations)
def popular(request: HttpRequest, n: N = DEFAULT_N) -> dict[str, Any]:
    """What most people like."""
    return shown(request, services.everybodys(model="popular", n=n))


@router.get("/trending", response=Recommendations)
def trending(request: HttpRequest, n: N = DEFAULT_N) -> dict[str, Any]:
    """What people like lately."""
    return shown(request, services.everybodys(model="trending", n=n))


@router.get("/newest", response=Recommendations)
def newest(request: HttpRequest, n: N = DEFAULT_N) -> dict[str, Any]:
    """What came last."""
    return shown(request, services.everybodys(model="newest", n=n))


def _asked(request: HttpRequest, asked: Asked | ShortAsked) -> dict[str, Any]:
    """What is asked for; with a token, for its own person, whom it need not name.

    Raises:
        Forbidden: a token asks for somebody else.
    """
    named = asked.model_dump()
    own = own_person(request.auth, user_id=named.get("user_id"), session_id=named.get("session_id"))
    return {**named, "user_id": own.user_id, "session_id": own.session_id}


def shown(request: HttpRequest, answer: Answer) -> dict[str, Any]:
    """An answer as a client sees it."""
    return {
        "items": [_item(r.card, r.score, r.rank) for r in answer.items],
        "total": len(answer.items),
        "algorithm": answer.algorithm,
        "model_version": answer.version,
        "request_id": request.request_id,
        "response_time_ms": round((time.perf_counter() - request.started) * 1000, 3),
        "cache_hit": False,
        "user_context": {"activity": answer.activity, "events": answer.events},
    }


def _item(card: Any, score: float, rank: int) -> dict[str, Any]:
    return {
        "item_id": card.item_id,
        "title": card.title,
        "type": card.type,
        "category": card.category,
        "brand": card.brand,
        "price": card.price,
        "original_price": card.original_price,
        "image_url": card.image_url,
        "score": score,
        "rank": rank,
    }
