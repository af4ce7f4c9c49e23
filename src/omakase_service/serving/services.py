"""What serving does, whoever asks: HTTP, a page, a command."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from functools import partial
from typing import Any, get_args

from omakase_service.catalog.selectors import known_users
from omakase_service.events.contracts import HistoryEvent
from omakase_service.events.selectors import recent_of_user
from omakase_service.online_store import services as online
from omakase_service.online_store.contracts import ALL
from omakase_service.platform import metrics, tracing
from omakase_service.platform.exceptions import Invalid, NotFound
from omakase_service.platform.ids import new_id
from omakase_service.platform.nonblocking import require_thread
from omakase_service.recommendation_log import writer
from omakase_service.recommendation_log.contracts import LoggedAnswer, ShownItem
from omakase_service.recommendation_log.selectors import answer_by_request, newest_with
from omakase_service.serving import live_version
from omakase_service.serving.cache import CacheKey, cache, key_of, why_of
from omakase_service.serving.contracts import (
    Explanations,
    ItemReason,
    Language,
    ListRequest,
    NeighborUser,
    Notice,
    Onboarding,
    Path,
    RankedList,
    Recommendation,
    RequestTrace,
    ResultItem,
    ResultPage,
    UserState,
)
from omakase_service.serving.engine import (
    EVERYBODYS,
    LIKE_NEW,
    EngineList,
    EngineRequest,
    kept_out,
)
from omakase_service.serving.hydration import dressed, is_offered, part_of
from omakase_service.serving.pagination import held_list, hold, place_of, token
from omakase_service.serving.routing import (
    asked_of,
    depth,
    judged,
    length,
    place_of_list,
    told_by,
    variant_of_list,
)
from omakase_service.serving.user_state import person
from omakase_settings import settings


def recommend(*, clock: Callable[[], float] = time.time, **asked: Any) -> Recommendation:
    """As `answer`, with the fields of `Question` as arguments; those that are None are left out.

    Without a request id it gets one of its own.
    """
    given = {name: value for name, value in asked.items() if value is not None}
    request_id = given.pop("request_id", "") or new_id()
    return answer(ListRequest(**given), request_id=request_id, clock=clock)


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
    with tracing.span("recommend", n=length(question)) as told:
        answering = _next_part if question.cursor else _answer_now
        given = answering(question, request_id, now)
        told.set(
            algorithm=given.algorithm,
            version=given.version,
            cache_hit=given.cache_hit,
            notice=given.notice,
        )
    _note(question, given, now, time.perf_counter() - started)
    return given


def _answer_now(question: ListRequest, request_id: str, now: int) -> Recommendation:
    state = live_version.now()
    anew = place_of_list(state, question).shown_days is not None  # each answer changes the next
    if anew or (question.refresh and cache().is_shared):
        require_thread()  # it will come to that, and all before it would be done twice
    state.live.require(
        model=question.model or "", strategy=question.strategy or "", filter=question.filter
    )
    with tracing.span("person"):
        who = person(question, now)
    make = partial(_compute, state, question, who, now)
    if question.refresh or anew or not who.revision:
        found, hit = make(), False
        if who.revision and not anew:
            cache().put(_key(state, question, who), found)
    else:
        found, hit = cache().get(_key(state, question, who), make, partial(_is_valid, state))
    if hit and not question.offset:
        part = dressed(state.live, found, length(question))
    else:
        part = part_of(state.live, found, length(question), offset=question.offset)
    return _answer(state, question, found, part, request_id, hit=hit)


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
    by: Mapping[str, Any] = {"model": model} if model else state.live.similar_by(item_id)
    return recommend(history=(item_id,), n=n, request_id=request_id, **by)


def similar_users(*, user_id: str, n: int | None = None) -> list[NeighborUser]:
    """At most n users who like what this one likes, best first; sessions are not users.

    Nobody is like somebody of whom nothing is known. Who was deleted is never named.

    Raises:
        NotReady: no version is live.
        CapabilityError: the live version holds no model that compares people.
    """
    state = live_version.now()
    past = recent_of_user(user_id=user_id, limit=settings().serving.seen_events)
    found = state.live.similar_users(user_id=user_id, history=told_by(state, past).events)
    living = known_users(user_ids=[key for key, _ in found])
    alike = [NeighborUser(key, likeness) for key, likeness in found if key in living]
    return alike[: n or settings().serving.default_n]


def liked_items(*, past: Sequence[HistoryEvent]) -> frozenset[str]:
    """Items that somebody's events, oldest first, speak for; none that they refused or took back.

    Raises:
        NotReady: no version is live.
    """
    told = told_by(live_version.now(), past)
    likes = zip(told.events, told.stances, strict=True)
    return frozenset(item_id for (item_id, _, _), stance in likes if stance > 0)


def onboarding(
    *, user_id: str | None = None, session_id: str | None = None, n: int | None = None
) -> Onboarding:
    """What to ask somebody of whom little is known, the most telling first.

    Nothing that they had, shun, or that may not be shown. What they answer about an item is an
    event (like, dislike), about a category a setting of theirs; the next list follows either.

    Raises:
        NotReady: no version is live.
    """
    state, now = live_version.now(), int(time.time())
    question = ListRequest(user_id=user_id, session_id=session_id, n=n or 0)
    who = person(question, now)
    items, words = state.live.telling(asked_of(state, question, who, now), length(question))
    shunned = who.wishes.excluded_categories
    return Onboarding(
        items=tuple((state.live.card(item_id), round(bits, 4)) for item_id, bits in items),
        categories=tuple((word, round(bits, 4)) for word, bits in words if word not in shunned),
    )


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
    ask = EngineRequest(n=length(question), model=model)
    made = state.laid_over(ask, state.live.answered(ask))
    notice = notice_of(state, ask, made, "")
    answering = state.live.stand_in(model)
    found = RankedList(made.items, (), answering, notice, 0, meaning=made.meaning)
    part = part_of(state.live, found, length(question))
    given = _answer(state, question, found, part, request_id or new_id())
    _note(question, given, int(time.time()), time.perf_counter() - started)
    return given


def explanation(
    *,
    request_id: str | None = None,
    user_id: str | None = None,
    item_id: str | None = None,
    language: Language = "en",
) -> Explanations:
    """Why the items of a past answer were there, found by its request or by who saw which item.

    Where no reason was given then, one is made now, of the live version and of what the person
    had done by then, and `recomputed` says so.

    Raises:
        Invalid: neither a request, nor a user and an item.
        NotFound: no such answer, or the item is not in it.
        NotReady: no version is live.
    """
    writer.flush()
    past = _past_answer(request_id, user_id, item_id)
    wanted = [shown for shown in past.items if item_id in (None, shown.item_id)]
    if not wanted:
        raise NotFound(f"{item_id!r} is not in this answer")
    recomputed = any(shown.why is None for shown in wanted)
    kept = [why_of(shown.why) for shown in wanted if shown.why is not None]
    whys = _reasons_now(past, wanted, language) if recomputed else kept
    state = live_version.now()
    ranks = {s.item_id: rank for rank, s in enumerate(past.items, start=past.first_rank)}
    shown = [
        ResultItem(state.live.card(s.item_id), s.score, ranks[s.item_id], why)
        for s, why in zip(wanted, whys, strict=True)
    ]
    return Explanations(past, shown, recomputed)


def _past_answer(request_id: str | None, user_id: str | None, item_id: str | None) -> LoggedAnswer:
    if request_id is not None:
        return answer_by_request(request_id=request_id)
    if user_id is None or item_id is None:
        raise Invalid("name a request_id, or a user_id and an item_id")
    return newest_with(user_id=user_id, item_id=item_id)


def _reasons_now(
    past: LoggedAnswer, wanted: Sequence[ShownItem], language: Language
) -> list[ItemReason]:
    state = live_version.now()
    question = ListRequest(user_id=past.user_id, session_id=past.session_id)
    who = person(question, past.time)
    before = replace(who, past=[each for each in who.past if each.time <= past.time])
    if past.policy in get_args(Path):
        ask, _ = judged(state, question, before, past.time)
    else:
        algorithm = past.algorithm if past.algorithm in state.live.pipelines else state.live.best
        ask = replace(asked_of(state, question, before, past.time), model=algorithm)
    ask = replace(ask, exclude=(), seen=(), n=len(wanted))
    return state.live.reasons_for(ask, [shown.item_id for shown in wanted], language)


def traced(
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
    who = person(question, now)
    found = _trace(state, question, who, now, item_id)
    made = _compute(state, question, who, now)
    part = part_of(state.live, made, length(question))
    return _answer(state, replace(question, paged=False), made, part, request_id), found


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
    ask, _ = judged(state, question, who, now)
    return state.live.traced(replace(ask, n=length(question)), item_id, question.language)


def clear_cache() -> None:
    """Every kept answer of every process is old from now on."""
    online.changed([ALL])
    cache().clear()


def _compute(
    state: live_version.LiveState, question: ListRequest, who: UserState, now: int
) -> RankedList:
    """The list, computed: work and no wait, unless a store of vectors is asked for it."""
    if state.live.is_remote:
        require_thread()
    ask, notice = judged(state, question, who, now)
    algorithm, events = state.live.stand_in(ask.algorithm), len(ask.seen)
    again = not state.live.hides_seen(ask)
    language = question.language if question.explain else None
    if alike := _like_new(state, question, ask, language):
        return alike
    made = state.laid_over(ask, state.live.answered(ask, language), language)
    notice = notice_of(state, ask, made, notice)
    return RankedList(
        items=made.items,
        whys=made.whys,
        algorithm=algorithm,
        notice=notice,
        events=events,
        again=again,
        meaning=made.meaning,
        path=ask.path,
        probabilities=made.probabilities,
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
    made = state.like_new(ask, question.history[0], language)
    if made is None:
        return None
    return RankedList(made.items, made.whys, LIKE_NEW, "", 0, meaning=made.meaning)


def notice_of(
    state: live_version.LiveState, ask: EngineRequest, made: EngineList, notice: Notice
) -> Notice:
    """What is to be said of a list: the wish that could not be met before what merely explains."""
    if not made.items:
        limits = (ask.wishes.excluded_categories, ask.wishes.price_min, ask.wishes.price_max)
        place = ask.placement
        filtering = ask.filter or place.filters or place.include is not None or any(limits)
        return "filtered" if filtering else "exhausted"
    if ask.context.diet and not state.live.rules.caters_for(ask.context.diet):
        return "diet_unmet"
    return notice or ("degraded" if state.damage or state.live.lacks(ask) else "")


def _note(question: ListRequest, answer: Recommendation, now: int, seconds: float) -> None:
    """Have the answer logged, and count it."""
    writer.note(logged(question, answer, now, seconds * 1000))
    cache_word = "hit" if answer.cache_hit else "miss"
    metrics.count_answer(answer.algorithm, cache_word, answer.notice, seconds)


def logged(
    question: ListRequest, answer: Recommendation, now: int, latency_ms: float
) -> LoggedAnswer:
    """The answer as it is kept."""
    return LoggedAnswer(
        request_id=answer.request_id,
        time=now,
        items=answer.part.once(_log_items),
        algorithm=answer.algorithm,
        version=answer.version,
        policy=question.strategy or question.model or answer.path,
        user_id=question.user_id,
        session_id=question.session_id,
        placement=question.placement,
        notice=answer.notice,
        cache_hit=answer.cache_hit,
        latency_ms=round(latency_ms, 3),
        first_rank=answer.items[0].rank if answer.items else 1,
        context={**question.told, **_assignment(question)},
    )


def _assignment(question: ListRequest) -> dict[str, str]:
    """The experiment and variant by which the list was made, for the log."""
    assigned = variant_of_list(live_version.now(), question)
    return (
        {} if assigned is None else {"experiment": assigned.experiment, "variant": assigned.variant}
    )


def _log_items(part: ResultPage) -> tuple[ShownItem, ...]:
    return tuple(
        ShownItem(r.card.item_id, r.score, r.probability, _fields(r.why) if r.why else None)
        for r in part.items
    )


def _fields(why: ItemReason) -> dict[str, Any]:
    """A reason for the log, which writes what is in it as it is; `asdict` would copy that, too."""
    return {field.name: getattr(why, field.name) for field in fields(why)}


def _next_part(question: ListRequest, request_id: str, now: int) -> Recommendation:
    """What follows of a list that was held, past what the person has seen meanwhile."""
    state = live_version.now()
    offset = place_of(question.cursor)
    found = held_list(question)
    told = told_by(state, person(question, now).past)
    place = place_of_list(state, question)
    hidden = kept_out(told.events, told.refused, place, now)
    seen = told.refused if found.again else set(hidden)
    part = part_of(state.live, found, length(question), offset=offset, seen=seen)
    return _answer(state, question, found, part, request_id, hit=True)


def _key(state: live_version.LiveState, question: ListRequest, who: UserState) -> CacheKey:
    """All that an answer depends on; the catalog too where something looks at items' facts."""
    wishes = who.wishes
    priced = wishes.price_min is not None or wishes.price_max is not None
    place = place_of_list(state, question)
    ruled = question.filter or place.filters or place.boosts
    picky = bool(ruled or wishes.excluded_categories or priced)
    said = b"%d %b" % (depth(question), question.said)
    catalog: int | tuple[int, int] = state.revision if picky else state.restocked
    if state.fresh and state.fresh.items.cards:
        everybodys = (question.model or place.model) in EVERYBODYS
        seq = state.fresh.seq if everybodys else 0
        changed = max(state.fresh.items.revision, state.restocked)
        catalog = (state.revision if everybodys or picky else changed), seq
    return key_of(said, state.live.name, catalog, who.revision, who.generation, wishes, place)


def _is_valid(state: live_version.LiveState, found: RankedList) -> bool:
    """Whether all of a kept list may still be shown, and nothing was away when it was made."""
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
    more = ""
    if part.end < len(found.items) and (question.paged or question.cursor):
        more = token(question.cursor or hold(question, found), part.end)
    return Recommendation(
        part=part,
        algorithm=found.algorithm,
        version=state.live.name,
        events=found.events,
        notice=found.notice,
        request_id=request_id,
        cache_hit=hit,
        time_segment=question.context.time_segment,
        next=more,
        meaning=found.meaning,
        path=found.path,
    )
