"""What serving does, whoever asks: HTTP, a page, a command."""

import time
from collections.abc import Callable, Iterable, Sequence

from omakase_service.catalog.selectors import known_users
from omakase_service.events.contracts import Past
from omakase_service.events.selectors import recent_of_session, recent_of_user
from omakase_service.platform.refusals import NotFound
from omakase_service.serving import live
from omakase_service.serving.contracts import Alike, Answer, Recommended
from omakase_service.serving.engine import POPULAR
from omakase_settings import settings


def recommend(
    *,
    user_id: str | None = None,
    session_id: str | None = None,
    history: Sequence[str] | None = None,
    n: int | None = None,
    model: str | None = None,
    exclude: Iterable[str] = (),
    clock: Callable[[], float] = time.time,
) -> Answer:
    """At most n items for a person, best first, as their events stand at this moment.

    Who asks is a user, a session, or a history given outright (item ids, oldest first), which
    then counts instead of what is stored. Somebody of whom nothing is known, or only items that
    the models have not learnt of, gets what is popular, and `algorithm` says so. What the person
    has seen is left out, also what lies too far back for the models to look at.

    Args:
        n: by itself the setting's.
        model: its name in the live version; by itself the best one.
        exclude: item ids that must not come back; unknown ones do no harm.

    Raises:
        NotReady: no version is live.
        UnknownName: the live version has no such model.
    """
    state = live.now()
    now = int(clock())
    past = _past(user_id, session_id, history, now)
    weighed = [(p.item_id, _weight(state, p), p.time) for p in past]
    told = [seen for seen in weighed if seen[1] != 0]
    recent = told[-settings().serving.history_events :]
    state.live.pipeline(model or state.live.best)
    known = any(state.live.knows(item_id) for item_id, _, _ in recent)
    algorithm = (model or state.live.best) if known else POPULAR
    scored = state.live.recommend(
        model=algorithm,
        n=n or settings().serving.default_n,
        user_id=user_id or "",
        history=recent,
        exclude=[*exclude, *(item_id for item_id, _, _ in told)],
        now=now,
    )
    return _answer(state, scored, algorithm, events=len(told))


def similar_items(*, item_id: str, n: int | None = None, model: str | None = None) -> Answer:
    """At most n items that go with this one: what the model says to who has seen only it.

    An item that the models have not learnt of gets what is popular, and `algorithm` says so.

    Raises:
        NotFound: no such item in the catalog.
        NotReady: no version is live.
        UnknownName: the live version has no such model.
    """
    if item_id not in live.now().live.cards:
        raise NotFound(f"no item {item_id!r}")
    return recommend(history=[item_id], n=n, model=model)


def similar_users(*, user_id: str, n: int | None = None) -> list[Alike]:
    """At most n users who like what this one likes, best first; sessions are not users.

    Nobody is like somebody of whom nothing is known. Who was deleted is never named.

    Raises:
        NotReady: no version is live.
        CapabilityError: the live version holds no model that compares people.
    """
    state = live.now()
    past = _past(user_id, None, None, 0)
    told = [(p.item_id, _weight(state, p), p.time) for p in past]
    found = state.live.similar_users(user_id=user_id, history=[t for t in told if t[1] != 0])
    living = known_users(user_ids=[key for key, _ in found])
    alike = [Alike(key, likeness) for key, likeness in found if key in living]
    return alike[: n or settings().serving.default_n]


def everybodys(*, model: str, n: int | None = None) -> Answer:
    """At most n items that a model says to a stranger: popular, trending, newest.

    Raises:
        NotReady: no version is live.
        UnknownName: the live version has no such model.
    """
    state = live.now()
    scored = state.live.recommend(model=model, n=n or settings().serving.default_n)
    return _answer(state, scored, model, events=0)


def _past(
    user_id: str | None, session_id: str | None, history: Sequence[str] | None, now: int
) -> list[Past]:
    limit = settings().serving.seen_events
    if history is not None:
        return [Past(item_id, "view", None, now) for item_id in history]
    if user_id is not None:
        return recent_of_user(user_id=user_id, limit=limit)
    return recent_of_session(session_id=session_id, limit=limit) if session_id else []


def _weight(state: live.Now, past: Past) -> float:
    """What the event counts; one whose kind nobody declares any more counts 1."""
    rule = state.kinds.get(past.kind)
    return 1.0 if rule is None else rule.weigh(past.value)


def _answer(
    state: live.Now, scored: Sequence[tuple[str, float]], algorithm: str, *, events: int
) -> Answer:
    items = [
        Recommended(state.live.cards[item_id], score, rank)
        for rank, (item_id, score) in enumerate(scored, start=1)
    ]
    return Answer(items, algorithm, state.live.name, events)
