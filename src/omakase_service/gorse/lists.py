"""Lists by Gorse's rules: made by our models, filled up by what is popular and what is newest."""

import re
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.utils import timezone

from omakase_service.catalog import selectors as catalog
from omakase_service.events.replacement import declare_unknown_kinds
from omakase_service.gorse import selectors
from omakase_service.gorse.contracts import (
    BadRequest,
    GorseFeedback,
    ListWish,
    MoveSettings,
    ScoredId,
)
from omakase_service.gorse.services import store_feedback
from omakase_service.platform.exceptions import NotReady
from omakase_service.serving import live_version
from omakase_service.serving.contracts import ListRequest
from omakase_service.serving.engine import EngineRefusal
from omakase_service.serving.people import similar_users
from omakase_service.serving.services import ranked_ids, recommend

COUNTED_SECONDS = 60.0
"""How long counts of positive feedback are believed; Gorse counts once in its `fit_period`."""

DURATION = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)")
SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}

LONGEST_SPAN = 2**63 / 1e9
"""Seconds; Go counts nanoseconds in 64 bits."""


@dataclass(frozen=True, slots=True)
class PopularItems:
    """Items by how often feedback spoke for them.

    Attributes:
        counts: (item id, count), most first, then by id.
        time: when they were counted.
    """

    counts: Sequence[tuple[str, int]]
    time: datetime


@dataclass
class Scores:
    """A list as it grows: each id once, none that is excluded, none outside of what is allowed."""

    excluded: set[str]
    allowed: Collection[str] | None
    places: list[ScoredId] = field(default_factory=list)

    def add(self, more: Iterable[tuple[str, float]]) -> None:
        """Put places behind those that are there."""
        for item_id, score in more:
            if item_id in self.excluded or (
                self.allowed is not None and item_id not in self.allowed
            ):
                continue
            self.excluded.add(item_id)
            self.places.append(ScoredId(item_id, score))


def recommendations(wish: ListWish, config: MoveSettings) -> list[ScoredId]:
    """A person's list: by our models, then what is popular, then what is newest.

    Nothing that they did anything with, nothing hidden or deleted.
    """
    touched = sorted(selectors.touched_items(user_id=wish.user_id))
    allowed = _allowed_ids(wish)
    if allowed is not None and not allowed:
        return []
    wishes = {"user_id": wish.user_id, "exclude": touched, "include": _sort(allowed)}
    ranking = _rank(config, wish, **wishes)
    if 0 < wish.n == len(ranking):
        return ranking
    ids_before = _ranked_ids(config, wishes)
    filling = Scores({*touched, *ids_before}, allowed)
    filling.add(popular(config).counts)
    filling.add(_newest(config.cache_size + len(filling.excluded), allowed))
    rest = _visible(filling.places)[max(0, wish.offset - len(ids_before)) :]
    return [*ranking, *(rest[: wish.n - len(ranking)] if wish.n > 0 else rest)]


def collaborative(wish: ListWish, config: MoveSettings) -> list[ScoredId]:
    """A person's list by our models alone; nothing for somebody who did nothing."""
    touched = selectors.touched_items(user_id=wish.user_id)
    allowed = _allowed_ids(wish)
    if not touched or (allowed is not None and not allowed):
        return []
    return _rank(
        config,
        wish,
        user_id=wish.user_id,
        exclude=sorted(touched),
        include=_sort(allowed),
    )


def neighbors(item_id: str, wish: ListWish, config: MoveSettings) -> list[ScoredId]:
    """Items that go with one; nothing for one that nobody knows."""
    return of_history([item_id], wish, config)


def of_session(
    rows: Sequence[GorseFeedback], wish: ListWish, config: MoveSettings
) -> list[ScoredId]:
    """A list for somebody without a name, by the feedback of their visit that speaks for items."""
    dated = sorted(rows, key=lambda row: row.timestamp or datetime.min.replace(tzinfo=UTC))
    liked = [row.item_id for row in dated if config.is_positive(row.kind, row.value)]
    return of_history(list(dict.fromkeys(liked)), wish, config)


def of_history(history: Sequence[str], wish: ListWish, config: MoveSettings) -> list[ScoredId]:
    """A list for items, oldest first; nothing where the catalog knows none of them."""
    known_ids = catalog.known_items(item_ids=list(history))
    liked = [item_id for item_id in history if item_id in known_ids]
    allowed = _allowed_ids(wish)
    if not liked or (allowed is not None and not allowed):
        return []
    touched = selectors.touched_items(user_id=wish.user_id) if wish.user_id else set()
    return _rank(
        config,
        wish,
        history=tuple(liked),
        exclude=sorted(touched | set(liked)),
        include=_sort(allowed),
    )


def alike(user_id: str, wish: ListWish) -> list[ScoredId]:
    """Users who like the same; by the items that both liked where no model compares people."""
    depth = wish.offset + wish.n
    try:
        near = similar_users(user_id=user_id, n=depth)
        neighbours = [ScoredId(neighbour.user_id, neighbour.score) for neighbour in near]
    except (NotReady, EngineRefusal):
        neighbours = [
            ScoredId(*pair) for pair in selectors.users_sharing(user_id=user_id, limit=depth)
        ]
    return _part(neighbours, wish)


def latest(wish: ListWish) -> list[ScoredId]:
    """Items by their time, newest first; the score is the time in Unix seconds."""
    allowed = _allowed_ids(wish)
    touched = selectors.touched_items(user_id=wish.user_id) if wish.user_id else set()
    scores = Scores(set(touched), allowed)
    scores.add(_newest(wish.offset + max(wish.n, 0) + len(touched), allowed))
    return _part(scores.places, wish)


def most_popular(wish: ListWish, config: MoveSettings) -> tuple[list[ScoredId], datetime]:
    """Items by how often feedback spoke for them, and when that was counted."""
    counted = popular(config)
    touched = selectors.touched_items(user_id=wish.user_id) if wish.user_id else set()
    scores = Scores(set(touched), _allowed_ids(wish))
    scores.add(counted.counts)
    return _part(_visible(scores.places), wish), counted.time


def popular(config: MoveSettings) -> PopularItems:
    """Counts of positive feedback, as of the last minute."""
    return _popular(config, int(time.monotonic() / COUNTED_SECONDS))


def write_back(user_id: str, items: Sequence[ScoredId], kind: str, delay: timedelta) -> None:
    """Note that items were shown, now or after a while; they leave the person's lists then."""
    if not items:
        return
    declare_unknown_kinds(names=[kind], weight=0.0)
    moment = timezone.now() + delay
    rows = [
        GorseFeedback(kind, user_id, entry.id, timestamp=moment, updated=moment) for entry in items
    ]
    store_feedback(rows=rows, overwrite=False)


def duration_of(text: str) -> timedelta:
    """A time span as Go writes it: `10m`, `1h30m`.

    Raises:
        BadRequest: it is written otherwise, or longer than Go can count.
    """
    parts = DURATION.findall(text)
    if text == "0" or not text:
        return timedelta()
    if "".join(number + unit for number, unit in parts) != text:
        raise BadRequest(f"the time span {text[:40]!r} cannot be read; write it as 10m or 1h30m")
    seconds = sum(float(number) * SECONDS[unit] for number, unit in parts)
    if seconds > LONGEST_SPAN:
        raise BadRequest(f"the time span {text[:40]!r} is too long")
    return timedelta(seconds=seconds)


def _rank(config: MoveSettings, wish: ListWish, **wishes: Any) -> list[ScoredId]:
    """The places of our models' list from the offset on, logged as shown; none without a model.

    The list is computed as deep as Gorse keeps one, so that its parts fit together.
    """
    n = wish.n if wish.n > 0 else config.cache_size
    n = min(n, config.cache_size - wish.offset)
    if n <= 0:
        return []
    try:
        _follow_catalog()
        recommendation = recommend(n=n, offset=wish.offset, depth=config.cache_size, **wishes)
    except NotReady:
        return []
    return _visible([ScoredId(item.card.item_id, item.score) for item in recommendation.items])


def _follow_catalog() -> None:
    """Let the next list know of what was hidden, shown or deleted a moment ago."""
    if live_version.now().revision != catalog.revision():
        live_version.refresh()


def _ranked_ids(config: MoveSettings, wishes: dict[str, Any]) -> list[str]:
    """Ids of our models' whole list, shown to nobody; none without a model."""
    try:
        return ranked_ids(ListRequest(n=config.cache_size, **wishes))
    except NotReady:
        return []


def _newest(limit: int, allowed: Collection[str] | None) -> list[tuple[str, float]]:
    rows = catalog.newest_items(limit=limit, item_ids=allowed)
    return [(item_id, float(int(moment.timestamp()))) for item_id, moment in rows]


def _visible(places: Sequence[ScoredId]) -> list[ScoredId]:
    """The places whose items are neither hidden nor gone by now."""
    visible = catalog.shown_items(item_ids=[entry.id for entry in places])
    return [entry for entry in places if entry.id in visible]


@lru_cache(maxsize=2)
def _popular(config: MoveSettings, minute: int) -> PopularItems:
    return PopularItems(selectors.positive_counts(config), timezone.now())


def _allowed_ids(wish: ListWish) -> set[str] | None:
    """Items of the categories that are asked for; none: any."""
    return selectors.items_in(wish.categories) if wish.categories else None


def _sort(ids: Collection[str] | None) -> list[str] | None:
    return None if ids is None else sorted(ids)


def _part(places: Sequence[ScoredId], wish: ListWish) -> list[ScoredId]:
    return list(places[wish.offset : wish.offset + max(wish.n, 0)])
