"""Whom a question is of, and what the models are asked then."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice

from omakase_service.events.contracts import HistoryEvent
from omakase_service.experiments.contracts import AssignedVariant
from omakase_service.experiments.services.assignment import assigned_variant
from omakase_service.online_store.contracts import PastColumns
from omakase_service.serving import live_version
from omakase_service.serving.contracts import LazyEvents, ListRequest, Notice, Path, UserState
from omakase_service.serving.deletions import deleted_items_of
from omakase_service.serving.engine import (
    LIKES,
    NOWHERE,
    POPULAR,
    EngineRequest,
    WeighedPast,
    path_of,
    weigh_past,
)
from omakase_service.serving.shown import shown_before
from omakase_settings import Placement, settings

WAYS = ("model", "strategy", "pipeline")
"""Of which a placement names one at most."""

MOST_POLICIES = 1000
"""People whose variants are remembered, until the next look for what is new."""


def route(
    state: live_version.LiveState, question: ListRequest, who: UserState, now: int
) -> tuple[EngineRequest, Notice]:
    """What is asked of the models, and why that is the same for everybody, where it is.

    Where nothing is named, whoever asks gets the path of what is known of them. A named model or
    strategy that knows nothing of them gives way to what is popular; a placement with a pipeline of
    its own has that answer strangers too.
    """
    ask = asked_of(state, question, who, now)
    if not who.wishes.recommendations_on:
        return _of_nobody(ask), "recommendations_off"
    path = _path(state, question, who, ask)
    if _is_default(question, ask.placement):
        if path == "profile":
            return replace(_of_nobody(ask), model="", path=path), ""
        if path == "stranger":
            return replace(_of_nobody(ask), path=path), "unknown"
        return (ask if ask.strategy else replace(ask, path=path)), ""
    if path not in ("stranger", "profile"):
        return ask, ""
    nobody, is_default = _of_nobody(ask), not (ask.model or ask.strategy)
    return (replace(nobody, model="") if is_default else nobody), "unknown"


def _of_nobody(ask: EngineRequest) -> EngineRequest:
    """The same, asked by a stranger: what is popular."""
    return replace(ask, model=POPULAR, strategy="", user_id="", history=())


def _path(
    state: live_version.LiveState, question: ListRequest, who: UserState, ask: EngineRequest
) -> Path:
    """By how much the models can make of who asks."""
    known = (True for item_id, weight, _ in ask.history if weight and state.live.knows(item_id))
    few = state.live.choice.few
    events = sum(islice(known, few))
    has_profile = any(who.wishes.facts.get(name) for name in LIKES)
    return path_of(events, named=question.user_id is not None, told=has_profile, few=few)


def _is_default(question: ListRequest, place: Placement) -> bool:
    """Whether neither the request nor the place says what answers."""
    named = question.model or question.strategy
    return not (named or place.model or place.strategy or place.pipeline)


def asked_of(
    state: live_version.LiveState, question: ListRequest, who: UserState, now: int
) -> EngineRequest:
    """What is asked of whatever answers, whoever that is."""
    weighed, placement = weigh_events(state, who.past), place_of_list(state, question)
    most = settings().serving.history_events
    model, strategy = _answering(state, question, placement)
    return EngineRequest(
        n=depth(question),
        model=model,
        strategy=strategy,
        place=question.placement,
        placement=placement,
        user_id=row_of(state, question, who),
        history=weighed.events[-most:],
        stances=weighed.stances[-most:],
        seen=weighed.events,
        refused=weighed.refused,
        exclude=_exclusions(state, question, who, placement.shown_days, now),
        now=now,
        context=question.context,
        wishes=who.wishes,
        include=question.include,
        filter=question.filter,
        diversity=_diversity(question, who, placement),
    )


def _exclusions(
    state: live_version.LiveState,
    question: ListRequest,
    who: UserState,
    shown_days: float | None,
    now: int,
) -> tuple[str, ...]:
    """Items that this list does not show, whoever of the models proposes them."""
    shown = () if shown_days is None else shown_before(question, shown_days, now)
    return (*question.exclude, *shown, *deleted_items_of(state.live, who.deletions))


def place_of_list(state: live_version.LiveState, question: ListRequest) -> Placement:
    """What holds where the list is shown, for who asks: by their variant of an experiment there."""
    return _policy(state, question)[1]


def variant_of_list(state: live_version.LiveState, question: ListRequest) -> AssignedVariant | None:
    """What who asks gets by an experiment; None where they take part in none there."""
    return _policy(state, question)[0]


def _policy(state: live_version.LiveState, question: ListRequest) -> live_version.Policy:
    placement = question.placement
    usual = state.placements.get(placement, NOWHERE)
    if not state.experiments or not placement:
        return None, usual
    key = placement, question.user_id or "", question.session_id or ""
    saved = state.policies.get(key)
    if saved is None:
        _, user_id, session_id = key
        assigned = assigned_variant(
            state.experiments, place=placement, user_id=user_id, session_id=session_id
        )
        saved = assigned, usual if assigned is None else overlaid(usual, assigned.placement)
        if len(state.policies) >= MOST_POLICIES:
            state.policies.clear()
        state.policies[key] = saved
    return saved


def overlaid(usual: Placement, variant: Placement) -> Placement:
    """The usual with what the variant says; another way to answer takes the place of the usual."""
    overrides = {name: getattr(variant, name) for name in variant.model_fields_set}
    if any(overrides.get(name) for name in WAYS):
        overrides = {"model": "", "strategy": "", "pipeline": {}, **overrides}
    return usual.model_copy(update=overrides) if overrides else usual


def _answering(
    state: live_version.LiveState, question: ListRequest, place: Placement
) -> tuple[str, str]:
    """Model and strategy: the request's, else the placement's, else by the mode, else the best."""
    if _is_default(question, place):
        return ("", "auto") if question.context.mode else (state.live.best, "")
    if question.model or question.strategy:
        return question.model or "", question.strategy or ""
    return place.model, place.strategy


def row_of(state: live_version.LiveState, question: ListRequest, who: UserState) -> str:
    """Whose row models may look at: nobody's who was forgotten since they learnt."""
    return question.user_id or "" if who.erased < state.live.trained_at else ""


def weigh_events(state: live_version.LiveState, past: Iterable[HistoryEvent]) -> WeighedPast:
    """The events that say something for or against an item."""
    columns = past.columns if isinstance(past, LazyEvents) else PastColumns.of(past)
    return weigh_past(state.weighting, *columns)


def length(question: ListRequest) -> int:
    """Places that are shown."""
    return question.n or settings().serving.default_n


def depth(question: ListRequest) -> int:
    """How much of the list is computed: more than is shown where further parts are wanted."""
    least = max(question.offset + length(question), question.depth)
    return max(least, settings().serving.pool) if question.paged else least


def _diversity(question: ListRequest, who: UserState, place: Placement) -> float:
    wishes = (question.diversity, who.wishes.diversity, place.diversity)
    return next((wish for wish in wishes if wish is not None), 0.0)
