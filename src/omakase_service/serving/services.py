"""What serving does, whoever asks: HTTP, a page, a command."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from omakase_service.online_store import services as online
from omakase_service.online_store.contracts import ALL
from omakase_service.platform import tracing
from omakase_service.platform.exceptions import NotFound
from omakase_service.platform.ids import new_id
from omakase_service.platform.nonblocking import require_thread
from omakase_service.serving import live_version
from omakase_service.serving.answer_log import record
from omakase_service.serving.cache import CacheKey, cache, key_of
from omakase_service.serving.contracts import (
    Language,
    ListRequest,
    Notice,
    RankedList,
    Recommendation,
    RequestTrace,
    ResultPage,
    UserState,
)
from omakase_service.serving.deletions import deleted_items_of, deletions_revision
from omakase_service.serving.engine import (
    EVERYBODYS,
    LIKE_NEW,
    EngineList,
    EngineRequest,
    kept_out,
)
from omakase_service.serving.hydration import hydrate, is_offered, part_of
from omakase_service.serving.pagination import held_list, hold, place_of, token
from omakase_service.serving.routing import (
    depth,
    length,
    place_of_list,
    route,
    weigh_events,
)
from omakase_service.serving.user_state import person


def recommend(*, clock: Callable[[], float] = time.time, **asked: Any) -> Recommendation:
    """As `answer`, with the fields of `Question` as arguments; those that are None are left out.

    Without a request id it gets one of its own.
    """
    fields_given = {name: value for name, value in asked.items() if value is not None}
    request_id = fields_given.pop("request_id", "") or new_id()
    return answer(ListRequest(**fields_given), request_id=request_id, clock=clock)


def answer(
    question: ListRequest, *, request_id: str, clock: Callable[[], float] = time.time
) -> Recommendation:
    """At most n items for a person, best first, as their events stand at this moment.

    Who asks is a user, a session, or a history given outright, which then counts instead of what
    is stored. Somebody of whom nothing is known, or only items that the models have not learnt
    of, gets what is popular, as does who switched recommendations off; `notice` says which. Where
    something is away that a list is looked up in, the rest answers, and `notice` says so. What
    the person has seen is left out, also what lies too far back for the models to look at.

    The same question again, with nothing new about the person, the models or the time the cache
    allows, has the answer that was computed before, and `cache_hit` says so.

    Args:
        request_id: under which the answer is found again.

    Raises:
        NotReady: no version is live.
        NotFound: the list of the cursor is no longer held.
        UnknownName: the live version has no such model, or there is no such strategy.
        ConfigError: a model and a strategy at once, or a filter that does not fit.
    """
    started = time.perf_counter()
    now = int(clock())
    with tracing.span("recommend", n=length(question)) as span:
        answering = _next_part if question.cursor else _answer_now
        recommendation = answering(question, request_id, now)
        span.set(
            algorithm=recommendation.algorithm,
            version=recommendation.version,
            cache_hit=recommendation.cache_hit,
            notice=recommendation.notice,
        )
    record(question, recommendation, now, time.perf_counter() - started)
    return recommendation


def _answer_now(question: ListRequest, request_id: str, now: int) -> Recommendation:
    state = live_version.now()
    anew = place_of_list(state, question).shown_days is not None  # each answer changes the next
    if anew or (question.refresh and cache().is_shared):
        require_thread()  # it will come to that, and all before it would be done twice
    state.live.require(
        model=question.model or "", strategy=question.strategy or "", filter=question.filter
    )
    with tracing.span("person"):
        visitor = person(question, now)
    make = partial(_compute, state, question, visitor, now)
    if question.refresh or anew or not visitor.revision:
        ranked, hit = make(), False
        if visitor.revision and not anew:
            cache().put(_key(state, question, visitor), ranked)
    else:
        ranked, hit = cache().get(
            _key(state, question, visitor), make, partial(_is_valid, state, visitor)
        )
    if hit and not question.offset:
        part = hydrate(state.live, ranked, length(question))
    else:
        part = part_of(state.live, ranked, length(question), offset=question.offset)
    return _answer(state, question, ranked, part, request_id, hit=hit)


def ranked_ids(question: ListRequest, *, clock: Callable[[], float] = time.time) -> list[str]:
    """Item ids of the list as it is computed now, best first; not logged, and shown to nobody yet.

    Raises:
        NotReady: no version is live.
    """
    now = int(clock())
    state = live_version.now()
    return [item_id for item_id, _ in _compute(state, question, person(question, now), now).items]


def similar_items(
    *, item_id: str, n: int | None = None, model: str | None = None, request_id: str | None = None
) -> Recommendation:
    """At most n items that go with this one: what models of items say to who has seen only it.

    An item that the models have not learnt of gets what is popular, and `algorithm` says so.

    Raises:
        NotFound: no such item in the catalog.
        NotReady: no version is live.
        UnknownName: the live version has no such model.
    """
    state = live_version.now()
    if item_id not in state.live.cards:
        raise NotFound(f"no item {item_id!r}")
    by: Mapping[str, Any] = {"model": model} if model else state.live.choice.similar_by(item_id)
    return recommend(history=(item_id,), n=n, request_id=request_id, **by)


def everybodys(
    *, model: str, n: int | None = None, request_id: str | None = None
) -> Recommendation:
    """At most n items that a model says to a stranger: popular, trending, newest.

    Raises:
        NotReady: no version is live.
        UnknownName: the live version has no such model.
    """
    started = time.perf_counter()
    state = live_version.now()
    question = ListRequest(n=n or 0, model=model)
    deleted = deleted_items_of(state.live, deletions_revision())
    ask = EngineRequest(n=length(question), model=model, exclude=tuple(deleted))
    engine_list = state.laid_over(ask, state.live.ranked_list(ask))
    notice = notice_of(state, ask, engine_list, "")
    answering = state.live.choice.stand_in(model)
    ranked = RankedList(engine_list.items, (), answering, notice, 0, meaning=engine_list.meaning)
    part = part_of(state.live, ranked, length(question))
    recommendation = _answer(state, question, ranked, part, request_id or new_id())
    record(question, recommendation, int(time.time()), time.perf_counter() - started)
    return recommendation


def recommend_with_trace(
    question: ListRequest,
    *,
    request_id: str,
    item_id: str | None = None,
    clock: Callable[[], float] = time.time,
) -> tuple[Recommendation, RequestTrace]:
    """The answer to a question as it is computed now, and how it comes about; kept nowhere.

    Raises:
        NotReady, NotFound, UnknownName, ConfigError: as in `trace`.
    """
    state, now = live_version.now(), int(clock())
    visitor = person(question, now)
    request_trace = _trace(state, question, visitor, now, item_id)
    ranked = _compute(state, question, visitor, now)
    part = part_of(state.live, ranked, length(question))
    return _answer(state, replace(question, paged=False), ranked, part, request_id), request_trace


def trace(
    question: ListRequest, *, item_id: str | None = None, clock: Callable[[], float] = time.time
) -> RequestTrace:
    """What each stage makes of a question, and of one item; computed anew, kept nowhere.

    Raises:
        NotReady: no version is live.
        NotFound: the catalog has no such item.
        UnknownName, ConfigError: as in `answer`.
    """
    now = int(clock())
    return _trace(live_version.now(), question, person(question, now), now, item_id)


def _trace(
    state: live_version.LiveState,
    question: ListRequest,
    who: UserState,
    now: int,
    item_id: str | None,
) -> RequestTrace:
    if item_id is not None and item_id not in state.live.cards:
        raise NotFound(f"no item {item_id!r}")
    state.live.require(
        model=question.model or "", strategy=question.strategy or "", filter=question.filter
    )
    ask, _ = route(state, question, who, now)
    return state.live.trace_request(replace(ask, n=length(question)), item_id, question.language)


def clear_cache() -> None:
    """Every kept answer of every process is old from now on."""
    online.invalidate([ALL])
    cache().clear()


def _compute(
    state: live_version.LiveState, question: ListRequest, who: UserState, now: int
) -> RankedList:
    """The list, computed: work and no wait, unless a store of vectors is asked for it."""
    if state.live.is_remote:
        require_thread()
    ask, notice = route(state, question, who, now)
    algorithm, events = state.live.choice.stand_in(ask.algorithm), len(ask.seen)
    again = not state.live.hides_seen(ask)
    language = question.language if question.explain else None
    if alike := _like_new(state, question, ask, language):
        return alike
    engine_list = state.laid_over(ask, state.live.ranked_list(ask, language), language)
    notice = notice_of(state, ask, engine_list, notice)
    return RankedList(
        items=engine_list.items,
        whys=engine_list.whys,
        algorithm=algorithm,
        notice=notice,
        events=events,
        again=again,
        meaning=engine_list.meaning,
        path=ask.path,
        probabilities=engine_list.probabilities,
    )


def _like_new(
    state: live_version.LiveState,
    question: ListRequest,
    ask: EngineRequest,
    language: Language | None,
) -> RankedList | None:
    """The list where what goes with one item is asked that the models have not learnt of."""
    if not question.model or question.history is None or len(question.history) != 1:
        return None
    engine_list = state.like_new(ask, question.history[0], language)
    if engine_list is None:
        return None
    return RankedList(
        engine_list.items, engine_list.whys, LIKE_NEW, "", 0, meaning=engine_list.meaning
    )


def notice_of(
    state: live_version.LiveState, ask: EngineRequest, made: EngineList, notice: Notice
) -> Notice:
    """What is to be said of a list: the wish that could not be met before what merely explains."""
    if not made.items:
        placed = ask.placement.filters or ask.placement.include is not None
        filtering = ask.filter or placed or ask.wishes.has_limits
        return "filtered" if filtering else "exhausted"
    if ask.context.diet and not state.live.rules.caters_for(ask.context.diet):
        return "diet_unmet"
    return notice or ("degraded" if state.damage or state.live.lacks(ask) else "")


def _next_part(question: ListRequest, request_id: str, now: int) -> Recommendation:
    """What follows of a list that was held, past what the person has seen meanwhile."""
    state = live_version.now()
    offset = place_of(question.cursor)
    ranked = held_list(question)
    visitor = person(question, now)
    weighed = weigh_events(state, visitor.past)
    placement = place_of_list(state, question)
    hidden = kept_out(weighed.events, weighed.refused, placement, now)
    deleted = deleted_items_of(state.live, visitor.deletions)
    seen = deleted.union(weighed.refused if ranked.again else hidden)
    part = part_of(state.live, ranked, length(question), offset=offset, seen=seen)
    return _answer(state, question, ranked, part, request_id, hit=True)


def _key(state: live_version.LiveState, question: ListRequest, who: UserState) -> CacheKey:
    """All that an answer depends on; the catalog too where something looks at items' facts."""
    wishes, placement = who.wishes, place_of_list(state, question)
    ruled = question.filter or placement.filters or placement.boosts
    picky = bool(ruled or wishes.has_limits)
    key = b"%d %b" % (depth(question), question.canonical_bytes)
    catalog: int | tuple[int, int] = state.revision if picky else state.restocked
    if state.fresh and state.fresh.items.cards:
        everybodys = (question.model or placement.model) in EVERYBODYS
        seq = state.fresh.seq if everybodys else 0
        changed = max(state.fresh.items.revision, state.restocked)
        catalog = (state.revision if everybodys or picky else changed), seq
    versions = (state.live.name, catalog, who.revision, who.generation)
    return key_of(key, *versions, wishes, placement)


def _is_valid(state: live_version.LiveState, who: UserState, found: RankedList) -> bool:
    """Whether all of a kept list may still be shown, and nothing was away when it was made."""
    deleted = deleted_items_of(state.live, who.deletions)
    if deleted and not deleted.isdisjoint(item_id for item_id, _ in found.items):
        return False
    lasting = found.notice != "degraded" or (state.damage and not state.live.away)
    return bool(lasting) and is_offered(state.live, found)


def _answer(
    state: live_version.LiveState,
    question: ListRequest,
    found: RankedList,
    part: ResultPage,
    request_id: str,
    *,
    hit: bool = False,
) -> Recommendation:
    """What is shown of a list, and how it came about."""
    cursor = ""
    if part.end < len(found.items) and (question.paged or question.cursor):
        cursor = token(question.cursor or hold(question, found), part.end)
    return Recommendation(
        part=part,
        algorithm=found.algorithm,
        version=state.live.name,
        events=found.events,
        notice=found.notice,
        request_id=request_id,
        cache_hit=hit,
        time_segment=question.context.time_segment,
        next=cursor,
        meaning=found.meaning,
        path=found.path,
    )
