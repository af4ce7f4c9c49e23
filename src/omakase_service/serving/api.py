"""HTTP: recommendations."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema, Status
from pydantic import BaseModel

from omakase_service.platform.access import ADMIN, OWN_READ, READ, own_person, require
from omakase_service.platform.contracts import Scope
from omakase_service.platform.json import Fragment, answered, written
from omakase_service.platform.strict import Strict
from omakase_service.platform.text import Id, Word
from omakase_service.serving import services
from omakase_service.serving.contracts import (
    Answer,
    Circumstances,
    Language,
    Mode,
    Part,
    Question,
    Recommended,
    ScoreMeaning,
    Traced,
    Why,
)
from omakase_service.serving.placements import (
    delete_placement,
    placement_named,
    save_placement,
)
from omakase_service.serving.selectors import placements
from omakase_settings import Placement, settings

router = Router(tags=["recommendations"], auth=OWN_READ)

N = Annotated[int, Field(ge=1, le=settings().serving.max_n, description="length of the list")]
Ids = Annotated[list[Id], Field(max_length=1000)]
Rule = Annotated[Word, Field(max_length=1000)]
DEFAULT_N = settings().serving.default_n


TRACED = ("trace", "trace_item")


class ContextIn(Strict):
    """Where and how somebody asks."""

    device: Word = Field(default="", description="mobile, desktop, …")
    page: Word = Field(default="", description="home, cart, …")
    hour: int | None = Field(default=None, ge=0, le=23, description="where the person is")
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    budget: float | None = Field(default=None, ge=0, le=1e15, allow_inf_nan=False)
    mode: Mode = Field(default="", description="exploration: more new; precision: more certain")


class Wanted(Strict):
    """What every form of the question may hold."""

    user_id: Id | None = None
    session_id: Id | None = Field(default=None, description="of somebody without an account")
    history: Ids | None = Field(
        default=None, description="item ids, oldest first, instead of the stored events"
    )
    n: N = DEFAULT_N
    model: Word | None = Field(default=None, description="by itself the best of the live version")
    strategy: Word | None = Field(
        default=None, description="how models are put together, instead of one; auto: by the person"
    )
    placement: Word = Field(
        default="", description="where the list is shown; what was saved for that name holds there"
    )
    exclude: Ids = Field(default=[], description="items that must not come back")
    filter: Rule = Field(
        default="", description='every item passes it: item.price < 30000 and "vegan" in item.tags'
    )
    diversity: float | None = Field(
        default=None, ge=0, le=1, description="0: by score alone; 1: as varied as can be"
    )
    explain: bool = Field(default=False, description="say why each item is there")
    refresh: bool = Field(default=False, description="do not answer from the cache")
    language: Language = Field(default="en", description="of the reasons")
    paged: bool = Field(default=False, description="hold the list; `next` gives its further parts")
    trace: bool = Field(
        default=False, description="tell every stage, of a list computed anew; for admin only"
    )
    trace_item: Id | None = Field(
        default=None, description="tell what became of this item too; for admin only"
    )
    cursor: Word = Field(default="", description="the `next` of the part before")


class Asked(Wanted):
    """Who asks, and for what. Name a user, a session or a history; nobody gets what is popular."""

    context: ContextIn = Field(default_factory=ContextIn)

    @cached_property
    def question(self) -> Question:
        """The same for the service."""
        fields = self.model_dump(exclude={"context", *TRACED})
        return Question(**fields, context=Circumstances(**self.context.model_dump()))


class AskedByQuery(Wanted, ContextIn):
    """The same in a query string: `exclude=a&exclude=b`."""

    @cached_property
    def question(self) -> Question:
        """The same for the service."""
        told = self.model_dump(exclude=set(TRACED))
        context = Circumstances(**{name: told.pop(name) for name in ContextIn.model_fields})
        return Question(**told, context=context)


class CitedOut(Schema):
    """Something of the person's past."""

    item_id: str
    title: str
    share: float = Field(description="of all that speaks for the item, 0..1")


class ProposedOut(Schema):
    """Who proposed the item."""

    algorithm: str
    place: int = Field(description="from 1, in the list of that algorithm alone")


class Explanation(Schema):
    """What a place rests on."""

    primary: str = Field(
        description="history, taste, profile (what they said they like), near, budget, new, list "
        "(everybody's) or fill"
    )
    because: list[CitedOut]
    algorithms: list[ProposedOut]


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
    rating: float | None = Field(description="mean of what people gave, as of the last training")
    ratings: int = Field(description="how many people's")
    score: float = Field(description="0..1; `score_meaning` says of what")
    rank: int
    reason: str | None = Field(description="for people; where `explain` was asked")
    confidence: float | None = Field(description="0..1; where `explain` was asked")
    explanation: Explanation | None = Field(description="where `explain` was asked")


class UserContext(Schema):
    """What is known of the person."""

    activity: str = Field(description="new, few, some, active")
    events: int = Field(description="how many of their events the list rests on")
    path: str = Field(
        description="by which the default answered: stranger (nothing is known), profile (what "
        "they say they like), session (under five events without a user), few (under five), "
        "known; empty where a model, a strategy or a place's own was asked for"
    )
    time_segment: str = Field(description="night, morning, afternoon, evening; by context.hour")


class ScoredOut(Schema):
    """An item as a stage left it."""

    item_id: str
    score: float = Field(description="of that stage, unitless")


class StageOut(Schema):
    """What came out of one stage."""

    name: str = Field(description="source …, merge, ranker …, boosts, gate, answer")
    count: int = Field(description="items")
    milliseconds: float
    first: list[ScoredOut]
    place: int | None = Field(description="from 1, of the item asked about; none: not there")
    score: float | None = Field(description="likewise")


class TraceOut(Schema):
    """One request from end to end."""

    stages: list[StageOut]
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

    items: list[ItemShown]
    total: int
    algorithm: str = Field(description="the model or strategy that answered")
    notice: str = Field(
        description="unknown, recommendations_off: it is everybody's list; degraded: something "
        "that it should be looked up in is away; else empty"
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


class ExplanationAsked(Schema):
    """Which answer: its request, or a user and an item of their newest that showed it."""

    request_id: Id | None = None
    user_id: Id | None = None
    item_id: Id | None = None
    language: Language = "en"


class ShortAsked(BaseModel):
    """Who asks, and which model."""

    user_id: Id
    model: Word | None = None
    n: N = DEFAULT_N

    @cached_property
    def question(self) -> Question:
        """The same for the service."""
        return Question(user_id=self.user_id, model=self.model, n=self.n)


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


class ItemAsked(Schema):
    """An item to ask somebody about."""

    item_id: str
    title: str
    type: str
    category: str
    brand: str
    image_url: str
    bits: float = Field(description="that the answer is expected to tell of their taste")


class CategoryAsked(Schema):
    """A category to ask somebody about."""

    category: str = Field(description="its path, or its name in the tree")
    bits: float = Field(description="that a yes or no is expected to tell")


class OnboardingOut(Schema):
    """What to ask somebody of whom little is known, the most telling first."""

    items: list[ItemAsked] = Field(description="answer by events: like, dislike")
    categories: list[CategoryAsked] = Field(
        description="answer by `categories` and `excluded_categories` of the user's settings"
    )
    request_id: str


class ExplainedOut(Schema):
    """Why the items of a past answer were there."""

    request_id: str = Field(description="of that answer")
    answered: datetime
    algorithm: str
    model_version: str = Field(description="that answered then")
    recomputed: bool = Field(description="no reasons were given then; these are made now")
    items: list[ItemShown]


class SimilarUsers(Schema):
    """Users, most alike first."""

    users: list[AlikeOut]
    total: int
    request_id: str


@router.post("/recommendations", response=Recommendations)
def recommend(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Items for a person, as their events stand at this moment."""
    return answered(_answered(request, asked))


@router.get("/recommendations", response=Recommendations)
def recommend_by_query(request: HttpRequest, asked: Query[AskedByQuery]) -> HttpResponse:
    """The same for simple use."""
    return answered(_answered(request, asked))


@router.get("/recommendations/explanation", response=ExplainedOut)
def explain(request: HttpRequest, asked: Query[ExplanationAsked]) -> dict[str, Any]:
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
        "items": [_item(each) for each in told.items],
    }


@router.post("/recommend/", response=ShortAnswer)
def recommend_in_brief(request: HttpRequest, asked: ShortAsked) -> HttpResponse:
    """Items for a user, in brief."""
    answer = services.answer(_question(request, asked), request_id=request.request_id)
    return answered({"recommendations": answer.part.once(_in_brief)})


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


def _answered(request: HttpRequest, asked: Asked | AskedByQuery) -> dict[str, Any]:
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
    return {**shown(request, answer), "trace": _traced(found, asked.trace_item)}


def _everybodys(request: HttpRequest, model: str, n: int) -> HttpResponse:
    named = {"model": model, "request_id": request.request_id}
    return answered(shown(request, services.everybodys(**named, n=n)))


def _traced(found: Traced, item_id: str | None) -> dict[str, Any]:
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


def _question(request: HttpRequest, asked: Asked | AskedByQuery | ShortAsked) -> Question:
    """What is asked for; with a token, for its own person, whom it need not name.

    Raises:
        Forbidden: a token asks for somebody else.
    """
    question = asked.question
    own = own_person(request.auth, user_id=question.user_id, session_id=question.session_id)
    if (own.user_id, own.session_id) == (question.user_id, question.session_id):
        return question
    return replace(question, user_id=own.user_id, session_id=own.session_id)


def shown(request: HttpRequest, answer: Answer) -> dict[str, Any]:
    """An answer as a client sees it. The items are written already, where others get them too."""
    return {
        "items": answer.part.once(_items),
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


def _items(part: Part) -> Fragment:
    return written([_item(each) for each in part.items])


def _in_brief(part: Part) -> Fragment:
    return written(
        [{"id": r.card.item_id, "title": r.card.title, "score": r.score} for r in part.items]
    )


def _item(shown: Recommended) -> dict[str, Any]:
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


def _explanation(why: Why) -> dict[str, Any]:
    return {
        "primary": why.primary,
        "because": [
            {"item_id": c.item_id, "title": c.title, "share": c.share} for c in why.because
        ],
        "algorithms": [{"algorithm": name, "place": place} for name, place in why.algorithms],
    }
