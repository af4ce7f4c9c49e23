"""What serving does, whoever asks: HTTP, a page, a command."""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import partial
from itertools import islice
from typing import Any, get_args

from omakase_service.answers import behind
from omakase_service.answers.contracts import Logged, Shown
from omakase_service.answers.selectors import answer_named, newest_with
from omakase_service.catalog.selectors import known_users
from omakase_service.events.contracts import Past
from omakase_service.events.selectors import recent_of_user
from omakase_service.online import services as online
from omakase_service.online.contracts import ALL
from omakase_service.platform import metrics, tracing
from omakase_service.platform.ids import new_id
from omakase_service.platform.refusals import Invalid, NotFound
from omakase_service.platform.waiting import may_wait
from omakase_service.serving import live
from omakase_service.serving.cache import Key, cache, key_of, why_of
from omakase_service.serving.contracts import (
    Alike,
    Answer,
    Explained,
    Found,
    Language,
    Notice,
    Onboarding,
    Part,
    Path,
    Person,
    Question,
    Recommended,
    Traced,
    Why,
)
from omakase_service.serving.dressing import dressed, is_offered, part_of
from omakase_service.serving.engine import FEW, LIKES, NOWHERE, POPULAR, Ask, path_of
from omakase_service.serving.pages import held_list, hold, place_of, token
from omakase_service.serving.people import person
from omakase_settings import Placement, settings


def recommend(*, clock: Callable[[], float] = time.time, **asked: Any) -> Answer:
    """As `answer`, with the fields of `Question` as arguments; those that are None are left out.

    Without a request id it gets one of its own.
    """
    given = {name: value for name, value in asked.items() if value is not None}
    request_id = given.pop("request_id", "") or new_id()
    return answer(Question(**given), request_id=request_id, clock=clock)


def answer(
    question: Question, *, request_id: str, clock: Callable[[], float] = time.time
) -> Answer:
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
    with tracing.span("recommend", n=_n(question)) as told:
        answering = _next_part if question.cursor else _answered
        given = answering(question, request_id, now)
        told.set(
            algorithm=given.algorithm,
            version=given.version,
            cache_hit=given.cache_hit,
            notice=given.notice,
        )
    _note(question, given, now, time.perf_counter() - started)
    return given


def _answered(question: Question, request_id: str, now: int) -> Answer:
    state = live.now()
    state.live.require(
        model=question.model or "", strategy=question.strategy or "", filter=question.filter
    )
    with tracing.span("person"):
        who = person(question, now)
    make = partial(_found, state, question, who, now)
    if question.refresh or not who.revision:
        found, hit = make(), False
        if who.revision:
            cache().put(_key(state, question, who), found)
    else:
        found, hit = cache().get(_key(state, question, who), make, partial(_offered, state))
    part = (dressed if hit else part_of)(state.live, found, _n(question))
    return _answer(state, question, found, part, request_id, hit=hit)


def similar_items(
    *, item_id: str, n: int | None = None, model: str | None = None, request_id: str | None = None
) -> Answer:
    """At most n items that go with this one: what the model says to who has seen only it.

    An item that the models have not learnt of gets what is popular, and `algorithm` says so.

    Raises:
        NotFound: no such item in the catalog.
        NotReady: no version is live.
        UnknownName: the live version has no such model.
    """
    state = live.now()
    if item_id not in state.live.cards:
        raise NotFound(f"no item {item_id!r}")
    named = model or state.live.best
    return recommend(history=(item_id,), n=n, model=named, request_id=request_id)


def similar_users(*, user_id: str, n: int | None = None) -> list[Alike]:
    """At most n users who like what this one likes, best first; sessions are not users.

    Nobody is like somebody of whom nothing is known. Who was deleted is never named.

    Raises:
        NotReady: no version is live.
        CapabilityError: the live version holds no model that compares people.
    """
    state = live.now()
    past = recent_of_user(user_id=user_id, limit=settings().serving.seen_events)
    told = [(p.item_id, _weight(state, p), p.time) for p in past]
    found = state.live.similar_users(user_id=user_id, history=[t for t in told if t[1] != 0])
    living = known_users(user_ids=[key for key, _ in found])
    alike = [Alike(key, likeness) for key, likeness in found if key in living]
    return alike[: n or settings().serving.default_n]


def onboarding(
    *, user_id: str | None = None, session_id: str | None = None, n: int | None = None
) -> Onboarding:
    """What to ask somebody of whom little is known, the most telling first.

    Nothing that they had, shun, or that may not be shown. What they answer about an item is an
    event (like, dislike), about a category a setting of theirs; the next list follows either.

    Raises:
        NotReady: no version is live.
    """
    state, now = live.now(), int(time.time())
    question = Question(user_id=user_id, session_id=session_id, n=n or 0)
    who = person(question, now)
    items, words = state.live.telling(_ask(state, question, who, now), _n(question))
    shunned = who.wishes.excluded_categories
    return Onboarding(
        items=tuple((state.live.card(item_id), round(bits, 4)) for item_id, bits in items),
        categories=tuple((word, round(bits, 4)) for word, bits in words if word not in shunned),
    )


def everybodys(*, model: str, n: int | None = None, request_id: str | None = None) -> Answer:
    """At most n items that a model says to a stranger: popular, trending, newest.

    Raises:
        NotReady: no version is live.
        UnknownName: the live version has no such model.
    """
    started = time.perf_counter()
    state = live.now()
    question = Question(n=n or 0, model=model)
    made = state.live.answered(Ask(n=_n(question), model=model))
    found = Found(made.items, (), model, "", 0, meaning=made.meaning)
    part = part_of(state.live, found, _n(question))
    given = _answer(state, question, found, part, request_id or new_id())
    _note(question, given, int(time.time()), time.perf_counter() - started)
    return given


def explanation(
    *,
    request_id: str | None = None,
    user_id: str | None = None,
    item_id: str | None = None,
    language: Language = "en",
) -> Explained:
    """Why the items of a past answer were there, found by its request or by who saw which item.

    Where no reason was given then, one is made now, of the live version and of what the person
    had done by then, and `recomputed` says so.

    Raises:
        Invalid: neither a request, nor a user and an item.
        NotFound: no such answer, or the item is not in it.
        NotReady: no version is live.
    """
    behind.flush()
    past = _past_answer(request_id, user_id, item_id)
    wanted = [shown for shown in past.items if item_id in (None, shown.item_id)]
    if not wanted:
        raise NotFound(f"{item_id!r} is not in this answer")
    recomputed = any(shown.why is None for shown in wanted)
    whys = _reasons_now(past, wanted, language) if recomputed else [why_of(s.why) for s in wanted]
    state = live.now()
    ranks = {s.item_id: rank for rank, s in enumerate(past.items, start=past.first_rank)}
    shown = [
        Recommended(state.live.card(s.item_id), s.score, ranks[s.item_id], why)
        for s, why in zip(wanted, whys, strict=True)
    ]
    return Explained(past, shown, recomputed)


def _past_answer(request_id: str | None, user_id: str | None, item_id: str | None) -> Logged:
    if request_id is not None:
        return answer_named(request_id=request_id)
    if user_id is None or item_id is None:
        raise Invalid("name a request_id, or a user_id and an item_id")
    return newest_with(user_id=user_id, item_id=item_id)


def _reasons_now(past: Logged, wanted: Sequence[Shown], language: Language) -> list[Why]:
    state = live.now()
    question = Question(user_id=past.user_id, session_id=past.session_id)
    who = person(question, past.time)
    before = replace(who, past=[each for each in who.past if each.time <= past.time])
    if past.policy in get_args(Path):
        ask, _ = _judged(state, question, before, past.time)
    else:
        algorithm = past.algorithm if past.algorithm in state.live.pipelines else state.live.best
        ask = replace(_ask(state, question, before, past.time), model=algorithm)
    ask = replace(ask, exclude=(), seen=(), n=len(wanted))
    return state.live.reasons_for(ask, [shown.item_id for shown in wanted], language)


def traced(
    question: Question,
    *,
    request_id: str,
    item_id: str | None = None,
    clock: Callable[[], float] = time.time,
) -> tuple[Answer, Traced]:
    """The answer to a question as it is computed now, and how it comes about; kept nowhere.

    Raises:
        NotReady, NotFound, UnknownName, ConfigError: as in `trace`.
    """
    state, now = live.now(), int(clock())
    who = person(question, now)
    found = _trace(state, question, who, now, item_id)
    made = _found(state, question, who, now)
    part = part_of(state.live, made, _n(question))
    return _answer(state, replace(question, paged=False), made, part, request_id), found


def trace(
    question: Question, *, item_id: str | None = None, clock: Callable[[], float] = time.time
) -> Traced:
    """What each stage makes of a question, and of one item; computed anew, kept nowhere.

    Raises:
        NotReady: no version is live.
        NotFound: the catalog has no such item.
        UnknownName, ConfigError: as in `answer`.
    """
    now = int(clock())
    return _trace(live.now(), question, person(question, now), now, item_id)


def _trace(
    state: live.Now, question: Question, who: Person, now: int, item_id: str | None
) -> Traced:
    if item_id is not None and item_id not in state.live.cards:
        raise NotFound(f"no item {item_id!r}")
    state.live.require(
        model=question.model or "", strategy=question.strategy or "", filter=question.filter
    )
    ask, _ = _judged(state, question, who, now)
    return state.live.traced(replace(ask, n=_n(question)), item_id, question.language)


def clear_cache() -> None:
    """Every kept answer of every process is old from now on."""
    online.changed([ALL])
    cache().clear()


def _found(state: live.Now, question: Question, who: Person, now: int) -> Found:
    """The list, computed."""
    may_wait()
    ask, notice = _judged(state, question, who, now)
    algorithm, events = ask.algorithm, len(ask.seen)
    again = not state.live.hides_seen(ask)
    made = state.live.answered(ask, question.language if question.explain else None)
    if not notice and state.live.lacks(ask):
        notice = "degraded"
    return Found(made.items, made.whys, algorithm, notice, events, again, made.meaning, ask.path)


def _judged(state: live.Now, question: Question, who: Person, now: int) -> tuple[Ask, Notice]:
    """What is asked of the models, and why that is the same for everybody, where it is.

    Where nothing is named, whoever asks gets the path of what is known of them. A named model or
    strategy that knows nothing of them gives way to what is popular; a placement with a pipeline of
    its own has that answer strangers too.
    """
    ask = _ask(state, question, who, now)
    nobody = replace(ask, model=POPULAR, strategy="", user_id="", history=())
    if not who.wishes.recommendations_on:
        return nobody, "recommendations_off"
    path = _path(state, question, who, ask)
    if _is_default(question, ask.placement):
        if path == "profile":
            return replace(nobody, model="", path=path), ""
        if path == "stranger":
            return replace(nobody, path=path), "unknown"
        return (ask if ask.strategy else replace(ask, path=path)), ""
    if path not in ("stranger", "profile"):
        return ask, ""
    own = not (ask.model or ask.strategy)
    return (replace(nobody, model="") if own else nobody), "unknown"


def _path(state: live.Now, question: Question, who: Person, ask: Ask) -> Path:
    """By how much the models can make of who asks."""
    known = (True for item_id, _, _ in ask.history if state.live.knows(item_id))
    told = any(who.wishes.facts.get(name) for name in LIKES)
    return path_of(sum(islice(known, FEW)), named=question.user_id is not None, told=told)


def _is_default(question: Question, place: Placement) -> bool:
    """Whether neither the request nor the place says what answers."""
    named = question.model or question.strategy
    return not (named or place.model or place.strategy or place.pipeline)


def _ask(state: live.Now, question: Question, who: Person, now: int) -> Ask:
    told, place = _told(state, who), _place(state, question)
    model, strategy = _answering(state, question, place)
    return Ask(
        n=_depth(question),
        model=model,
        strategy=strategy,
        place=question.placement,
        placement=place,
        user_id=_row_of(state, question, who),
        history=told[-settings().serving.history_events :],
        seen=told,
        exclude=question.exclude,
        now=now,
        context=question.context,
        wishes=who.wishes,
        filter=question.filter,
        diversity=_diversity(question, who, place),
    )


def _place(state: live.Now, question: Question) -> Placement:
    """What holds where the list is shown."""
    return state.placements.get(question.placement, NOWHERE)


def _answering(state: live.Now, question: Question, place: Placement) -> tuple[str, str]:
    """Model and strategy: the request's, else the placement's, else by the mode, else the best."""
    if _is_default(question, place):
        return ("", "auto") if question.context.mode else (state.live.best, "")
    if question.model or question.strategy:
        return question.model or "", question.strategy or ""
    return place.model, place.strategy


def _note(question: Question, answer: Answer, now: int, seconds: float) -> None:
    """Have the answer logged, and count it."""
    behind.note(logged(question, answer, now, seconds * 1000))
    cache_word = "hit" if answer.cache_hit else "miss"
    metrics.count_answer(answer.algorithm, cache_word, answer.notice, seconds)


def logged(question: Question, answer: Answer, now: int, latency_ms: float) -> Logged:
    """The answer as it is kept."""
    return Logged(
        request_id=answer.request_id,
        time=now,
        items=answer.part.once(_shown),
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
        context=question.told,
    )


def _shown(part: Part) -> tuple[Shown, ...]:
    return tuple(
        Shown(r.card.item_id, r.score, why=asdict(r.why) if r.why else None) for r in part.items
    )


def _next_part(question: Question, request_id: str, now: int) -> Answer:
    """What follows of a list that was held, past what the person has seen meanwhile."""
    state = live.now()
    offset = place_of(question.cursor)
    found = held_list(question)
    told = [] if found.again else _told(state, person(question, now))
    seen = {item_id for item_id, _, _ in told}
    part = part_of(state.live, found, _n(question), offset=offset, seen=seen)
    return _answer(state, question, found, part, request_id, hit=True)


def _row_of(state: live.Now, question: Question, who: Person) -> str:
    """Whose row models may look at: nobody's who was forgotten since they learnt."""
    return question.user_id or "" if who.erased < state.live.learnt else ""


def _told(state: live.Now, who: Person) -> list[tuple[str, float, int]]:
    """The events that say something for or against an item."""
    weighed = ((p.item_id, _weight(state, p), p.time) for p in who.past)
    return [seen for seen in weighed if seen[1] != 0]


def _weight(state: live.Now, past: Past) -> float:
    """What the event counts; one whose kind nobody declares any more counts 1."""
    rule = state.kinds.get(past.kind)
    return 1.0 if rule is None else rule.weigh(past.value)


def _n(question: Question) -> int:
    return question.n or settings().serving.default_n


def _depth(question: Question) -> int:
    """How much of the list is computed: more than is shown where further parts are wanted."""
    return max(_n(question), settings().serving.pool) if question.paged else _n(question)


def _diversity(question: Question, who: Person, place: Placement) -> float:
    asked = (question.diversity, who.wishes.diversity, place.diversity)
    return next((wish for wish in asked if wish is not None), 0.0)


def _key(state: live.Now, question: Question, who: Person) -> Key:
    """All that an answer depends on; the catalog too where something looks at items' facts."""
    wishes = who.wishes
    priced = wishes.price_min is not None or wishes.price_max is not None
    place = _place(state, question)
    ruled = question.filter or place.filters or place.boosts
    picky = bool(ruled or wishes.excluded_categories or priced)
    said = b"%d %b" % (_depth(question), question.said)
    catalog = state.revision if picky else 0
    return key_of(said, state.live.name, catalog, who.revision, who.generation, wishes, place)


def _offered(state: live.Now, found: Found) -> bool:
    """Whether all of a kept list may still be shown, and nothing was away when it was made."""
    return found.notice != "degraded" and is_offered(state.live, found)


def _answer(
    state: live.Now,
    question: Question,
    found: Found,
    part: Part,
    request_id: str,
    *,
    hit: bool = False,
) -> Answer:
    """What is shown of a list, and how it came about."""
    more = ""
    if part.end < len(found.items) and (question.paged or question.cursor):
        more = token(question.cursor or hold(question, found), part.end)
    return Answer(
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
