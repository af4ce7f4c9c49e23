"""What is known of people at a point in time."""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from omakase.features.past import PastEvents
from omakase.features.table import FeatureTable, share
from omakase.types import DAY_SECONDS

SESSION_GAP_SECONDS: Final = 1800
"""A pause longer than this begins a new session."""

Columns = Mapping[str, NDArray[np.generic]]


def user_features(past: PastEvents) -> FeatureTable:
    """(U, F) of all users; the same for training, at a past moment, and for requests, now.

    Counts of events, items, days and sessions; `recency_days`, `frequency` (events an active day)
    and `monetary` (price times quantity of purchases); mean and number of ratings; the entropy of
    categories in bits; the last 30 days. Somebody without events has zeros.
    """
    return FeatureTable.of(
        {**_counts(past), **_ratings(past), **_taste(past), **_sessions(past), **_recent(past)}
    )


def category_shares(past: PastEvents) -> NDArray[np.float64]:
    """(U, A): share of each category in a user's events; a row adds up to 1, or 0 without any."""
    sums = np.asarray((past.pairs() @ past.categories).todense(), dtype=np.float64)
    return share(sums, sums.sum(axis=1, keepdims=True))


def _counts(past: PastEvents) -> Columns:
    events = past.per_user()
    days = _distinct(past, past.events.times // DAY_SECONDS)
    ages = past.age_days
    users, n_users = past.events.users, past.data.n_users
    first, last = np.zeros(n_users), np.full(n_users, np.inf)
    np.maximum.at(first, users, ages)
    np.minimum.at(last, users, ages)
    return {
        "events": events,
        "distinct_items": np.diff(past.pairs().indptr),
        "active_days": days,
        "days_since_first": first,
        "recency_days": last,
        "frequency": share(events, days),
        "monetary": _spent(past),
    }


def _spent(past: PastEvents) -> NDArray[np.float64]:
    """Price times quantity of all purchases; unknown prices count as nothing."""
    bought = past.of_kind("purchase", "order")
    items = past.events.items[bought]
    worth = np.nan_to_num(past.prices[items]) * np.maximum(past.events.values[bought], 0)
    total = np.bincount(past.events.users[bought], worth, minlength=past.data.n_users)
    return total.astype(np.float64)


def _ratings(past: PastEvents) -> Columns:
    rated = past.of_kind("rating")
    count = past.per_user(rated)
    total = np.bincount(
        past.events.users[rated], past.events.values[rated], minlength=past.data.n_users
    )
    return {"rating_count": count, "rating_mean": share(total, count)}


def _taste(past: PastEvents) -> Columns:
    shares = category_shares(past)
    logs = np.log2(shares, out=np.zeros_like(shares), where=shares > 0)
    return {
        "categories": (shares > 0).sum(axis=1),
        "category_entropy": -(shares * logs).sum(axis=1),
    }


def _sessions(past: PastEvents) -> Columns:
    """Runs of a user's events without a long pause."""
    order = np.argsort(past.events.users, kind="stable")
    users, times = past.events.users[order], past.events.times[order]
    starts = np.ones(len(users), dtype=np.bool_)
    pauses = np.diff(times)
    starts[1:] = (np.diff(users) != 0) | (pauses > SESSION_GAP_SECONDS)
    inside = np.append(0, np.where(starts[1:], 0, pauses)) if len(users) else np.zeros(0)
    n_users = past.data.n_users
    sessions = np.bincount(users[starts], minlength=n_users)
    seconds = np.bincount(users, inside, minlength=n_users)
    return {
        "sessions": sessions,
        "events_a_session": share(past.per_user(), sessions),
        "session_minutes": share(seconds / 60, sessions),
    }


def _recent(past: PastEvents) -> Columns:
    recent = past.is_recent
    keys = past.events.users[recent].astype(np.int64) * past.data.n_items
    pairs = np.unique(keys + past.events.items[recent])
    return {
        "events_30_days": past.per_user(recent),
        "distinct_items_30_days": np.bincount(
            pairs // past.data.n_items, minlength=past.data.n_users
        ),
    }


def _distinct(past: PastEvents, values: NDArray[np.int64]) -> NDArray[np.int64]:
    """(U,) number of different values among each user's events."""
    pairs = np.unique(np.stack([past.events.users.astype(np.int64), values], axis=1), axis=0)
    return np.bincount(pairs[:, 0], minlength=past.data.n_users).astype(np.int64)
