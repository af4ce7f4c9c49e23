"""What people do: they come, turn to an item, do more with it or go on to the next."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from omakase.synthetic.catalog import created
from omakase.synthetic.days import Visits, moments, visits
from omakase.synthetic.dice import Dice, Positions
from omakase.synthetic.spec import Spec
from omakase.synthetic.tastes import LIKING, Tastes
from omakase.synthetic.vocabulary import numbered, pick_words
from omakase.types import Scores

ACTIVITY_SKEW = 1.4
STAY = 0.5
"""How likely people do something more with the item before them."""

FOCUS = 0.6
"""How likely the next item is of the session's category."""

DEVICES = ("mobile", "mobile", "desktop", "tablet")
CHANNELS = ("mobile", "web", "web", "email")


def behaviour(
    spec: Spec, tastes: Tastes, numbers: Positions, *, n_users: int, n_events: int, days: int
) -> pl.DataFrame:
    """Events by number, in the order of their sessions' starts."""
    dice = tastes.dice
    when = visits(dice, numbers)
    anchors = _anchors(dice, numbers, when)
    users = _visitors(dice, when.sessions, n_users)
    begun = moments(dice, Visits(when.sessions, np.zeros_like(when.places)), n_events, days)
    items = _turned_to(tastes, users, anchors, when.sessions, begun, days)
    likes = tastes.affinity(users, items[:, None])[:, 0]
    liked = likes + 0.3 * dice.normal("mood", anchors) > LIKING
    kinds = _kinds(spec, dice, numbers, numbers - anchors, liked)
    device = dice.whole("device", when.sessions, len(DEVICES))
    return pl.DataFrame(
        {
            "user_id": numbered("U", users),
            "item_id": numbered(spec.prefix, items),
            "kind": kinds,
            "value": _values(dice, numbers, likes, kinds),
            "time": moments(dice, when, n_events, days),
            "session_id": numbered("S", when.sessions),
            "device": pick_words(DEVICES, device),
            "source": pick_words(CHANNELS, device),
        }
    )


def _anchors(dice: Dice, numbers: Positions, when: Visits) -> Positions:
    """The event by which each event's item came up: itself, or an earlier one of the session."""
    anchors = numbers - when.places
    for back in range(int(when.places.max(initial=0)), -1, -1):
        earlier = numbers - back
        fresh = (back <= when.places) & (dice.uniform("stay", earlier) >= STAY)
        anchors = np.where(fresh, earlier, anchors)
    return anchors


def _visitors(dice: Dice, sessions: Positions, n_users: int) -> Positions:
    """Who comes; lower numbers come oftener."""
    throw = dice.uniform("visitor", sessions) ** ACTIVITY_SKEW
    return (throw * n_users).astype(np.int64)


def _turned_to(
    tastes: Tastes,
    users: Positions,
    anchors: Positions,
    sessions: Positions,
    begun: Positions,
    days: int,
) -> Positions:
    """The item before each person; one that has not come yet gives way to an older one."""
    focused = tastes.dice.uniform("focus", anchors) < FOCUS
    items = tastes.chosen(users, np.where(focused, sessions, anchors), anchors)
    older = items - tastes.n_leaves * tastes.n_styles
    unborn = (created(tastes, items, days) > begun) & (older >= 0)
    return np.where(unborn, older, items)


def _kinds(
    spec: Spec, dice: Dice, numbers: Positions, depths: Positions, liked: NDArray[np.bool_]
) -> pl.Series:
    ways = [words for step in spec.steps for words in (step.unliked, step.liked)]
    sizes = np.asarray([len(words) for words in ways])
    way = 2 * np.minimum(depths, len(spec.steps) - 1) + liked
    column = (dice.uniform("kind", numbers) * sizes[way]).astype(np.int64)
    return pick_words(
        [word for words in ways for word in words], (np.cumsum(sizes) - sizes)[way] + column
    )


def _values(dice: Dice, numbers: Positions, likes: Scores, kinds: pl.Series) -> pl.Series:
    """Stars of a rating, pieces of a purchase, otherwise 1."""
    stars = np.clip(np.rint(2.2 + 1.1 * likes + 0.6 * dice.normal("stars", numbers)), 1, 5)
    pieces = 1 + (4 * dice.uniform("pieces", numbers) ** 4).astype(np.int64)
    rated, bought = ((kinds == kind).to_numpy() for kind in ("rating", "purchase"))
    return pl.Series(np.where(rated, stars, np.where(bought, pieces, 1)), dtype=pl.Float32)
