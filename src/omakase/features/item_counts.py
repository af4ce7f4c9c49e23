"""What is counted of each item before a moment: all that its features are made of.

Items are counted apart, so who holds all events of some items alone counts as if they held all.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from omakase.features.calendar import season, weekday
from omakase.features.past import WINDOW_DAYS, PastEvents

ItemCounts = Mapping[str, NDArray[np.float64]]
"""(N,) each: `users`, `events`, `ratings`, `rating_sum`, `shown`, `looked`, `clicked`, `bought`,
`first_days` and `last_days` (how long ago; 0 and infinity without events), `in_season` and
`on_weekday` (events as the moment has them), `recent` and `before` (the last `WINDOW_DAYS`, and
those before)."""


def item_counts(past: PastEvents) -> dict[str, NDArray[np.float64]]:
    """`ItemCounts` of everything before a moment."""
    columns = {
        "users": np.bincount(past.pairs().indices, minlength=past.data.n_items),
        "events": past.per_item(),
        **_of_kinds(past),
        **_of_times(past),
    }
    return {name: np.asarray(column, dtype=np.float64) for name, column in columns.items()}


def no_counts(n_items: int) -> dict[str, NDArray[np.float64]]:
    """`ItemCounts` of items without events."""
    names = (
        *("users", "events", "ratings", "rating_sum", "shown", "looked", "clicked", "bought"),
        *("first_days", "in_season", "on_weekday", "recent", "before"),
    )
    return {**{name: np.zeros(n_items) for name in names}, "last_days": np.full(n_items, np.inf)}


def _of_kinds(past: PastEvents) -> dict[str, NDArray[np.generic]]:
    rated = past.of_kind("rating")
    items, values = past.events.items[rated], past.events.values[rated]
    return {
        "ratings": past.per_item(rated),
        "rating_sum": np.bincount(items, values, minlength=past.data.n_items),
        "shown": past.per_item(past.of_kind("impression")),
        "looked": past.per_item(past.of_kind("view", "click")),
        "clicked": past.per_item(past.of_kind("click")),
        "bought": past.per_item(past.of_kind("purchase", "order")),
    }


def _of_times(past: PastEvents) -> dict[str, NDArray[np.generic]]:
    times, now = past.events.times, np.asarray([past.at])
    first, last = np.zeros(past.data.n_items), np.full(past.data.n_items, np.inf)
    np.maximum.at(first, past.events.items, past.age_days)
    np.minimum.at(last, past.events.items, past.age_days)
    previous_window = (past.age_days > WINDOW_DAYS) & (past.age_days <= 2 * WINDOW_DAYS)
    return {
        "first_days": first,
        "last_days": last,
        "in_season": past.per_item(season(times) == season(now)),
        "on_weekday": past.per_item(weekday(times) == weekday(now)),
        "recent": past.per_item(past.is_recent),
        "before": past.per_item(previous_window),
    }
