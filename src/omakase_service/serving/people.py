"""What the models say of a person beside lists: neighbours, likes, questions to ask."""

import time
from collections.abc import Sequence

from omakase_service.catalog.selectors import known_users
from omakase_service.events.contracts import HistoryEvent
from omakase_service.events.selectors import recent_of_user
from omakase_service.serving import live_version
from omakase_service.serving.contracts import ListRequest, NeighborUser, Onboarding
from omakase_service.serving.engine import nearest_users, onboarding_questions
from omakase_service.serving.routing import asked_of, length, weigh_events
from omakase_service.serving.user_state import person
from omakase_settings import settings


def similar_users(*, user_id: str, n: int | None = None) -> list[NeighborUser]:
    """At most n users who like what this one likes, best first; sessions are not users.

    Nobody is like somebody of whom nothing is known. Who was deleted is never named.

    Raises:
        NotReady: no version is live.
        CapabilityError: the live version holds no model that compares people.
    """
    state = live_version.now()
    past = recent_of_user(user_id=user_id, limit=settings().serving.seen_events)
    neighbours = nearest_users(
        state.live.opened, user_id=user_id, history=weigh_events(state, past).events
    )
    living = known_users(user_ids=[key for key, _ in neighbours])
    alike = [NeighborUser(key, likeness) for key, likeness in neighbours if key in living]
    return alike[: n or settings().serving.default_n]


def liked_items(*, past: Sequence[HistoryEvent]) -> frozenset[str]:
    """Items that somebody's events, oldest first, speak for; none that they refused or took back.

    Raises:
        NotReady: no version is live.
    """
    weighed = weigh_events(live_version.now(), past)
    likes = zip(weighed.events, weighed.stances, strict=True)
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
    visitor = person(question, now)
    items, words = onboarding_questions(
        state.live, asked_of(state, question, visitor, now), length(question)
    )
    shunned = visitor.wishes.excluded_categories
    return Onboarding(
        items=tuple((state.live.card(item_id), round(bits, 4)) for item_id, bits in items),
        categories=tuple((word, round(bits, 4)) for word, bits in words if word not in shunned),
    )
