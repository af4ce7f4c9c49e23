"""What the models say of a person beside lists: who is alike, and what is best asked."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from omakase.artifacts.version import Version
from omakase.build.version import EVERYBODYS
from omakase.errors import CapabilityError
from omakase.evaluate.compare import BASELINE as POPULAR
from omakase.event_history import Seen
from omakase.onboarding import category_questions, item_questions
from omakase.queries import one_query
from omakase_service.serving.engine.contracts import EngineRequest
from omakase_service.serving.engine.recommender import LiveRecommender

ASKED_OF = 100
"""Items among which the most telling ones are looked for."""

NEIGHBOURS = "user_knn"
"""The model that knows who is like whom."""


def nearest_users(
    version: Version, *, user_id: str, history: Sequence[Seen]
) -> list[tuple[str, float]]:
    """(user id, likeness) of the people most like somebody with this history, best first.

    As many as the model keeps neighbours; none where the history is empty or unknown.

    Raises:
        CapabilityError: the version holds no model that compares people.
    """
    if NEIGHBOURS not in version.models:
        raise CapabilityError(f"people are compared by {NEIGHBOURS!r}; train it too")
    model: Any = version.model(NEIGHBOURS)
    near = model.near(one_query(version.ids, user_id=user_id, history=history))
    ids = version.ids.users.ids
    neighbours = [
        (ids[row], round(likeness, 6))
        for row, likeness in zip(near.indices.tolist(), near.data.tolist(), strict=True)
    ]
    return sorted(neighbours, key=lambda pair: (-pair[1], pair[0]))


def onboarding_questions(
    live: LiveRecommender, ask: EngineRequest, n: int
) -> tuple[list[tuple[str, float]], list[tuple[str, float]]]:
    """At most n items and n categories to ask somebody about, each with the bits it tells.

    Items are of what many know and this person may be shown; none that they had.
    """
    everybodys = replace(ask, n=ASKED_OF, path="stranger", history=())
    usable = [name for name in live.opened.models if f"models/{name}" not in live.damage]
    names = sorted(usable, key=lambda name: (name != live.best, name))
    model = next((name for name in names if name not in EVERYBODYS), live.choice.stand_in(POPULAR))
    items = item_questions(
        live.opened,
        model,
        live.opened.ids.items,
        [item_id for item_id, _ in live.recommend(everybodys)],
        n,
        answered=[item_id for item_id, _, _ in ask.history],
    )
    return items, category_questions(live.opened, n)
