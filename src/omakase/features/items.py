"""What is known of items at a point in time."""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.vq import kmeans2

from omakase.features.past import WINDOW_DAYS, PastEvents
from omakase.features.table import FeatureTable, share
from omakase.types import DAY_SECONDS

RELIABLE_RATINGS: Final = 10
"""Ratings at which a mean is half trusted."""
PRICE_BANDS: Final = 5
PRICE_CLUSTERS: Final = 5

Columns = Mapping[str, NDArray[np.generic]]


def item_features(past: PastEvents) -> FeatureTable:
    """(N, F) of all items; the same for training, at a past moment, and for requests, now.

    `popularity` is 0.5 distinct users + 0.3 events + 0.2 mean rating, each over its largest;
    `popularity_in_category` is that over the mean of the item's categories; `rating_reliability`
    is n / (n + 10), `rating_adjusted` the mean drawn to the mean of all by it; `click_rate` is
    clicks (or views) an impression, `conversion_rate` purchases a view or click; `season_share`
    and `weekday_share` are the shares of the item's events in this season and on this weekday;
    `trend` is the log ratio of the last 30 days to the 30 before. Bands and clusters of prices are
    numbered from the cheapest, from 1; 0 for no price. An item without events has zeros, and
    popularity in its category of 0.
    """
    return FeatureTable.of(
        {**_popularity(past), **_rates(past), **_ages(past), **_calendar(past), **_price(past)}
    )


def _popularity(past: PastEvents) -> Columns:
    users = np.bincount(past.pairs().indices, minlength=past.data.n_items)
    events = past.per_item()
    count, mean = _ratings(past)
    popularity = 0.5 * _over_largest(users) + 0.3 * _over_largest(events)
    popularity = popularity + 0.2 * _over_largest(mean)
    trust = count / (count + RELIABLE_RATINGS)
    overall = float(share((mean * count).sum(), count.sum()))
    return {
        "distinct_users": users,
        "events": events,
        "rating_count": count,
        "rating_mean": mean,
        "rating_reliability": trust,
        "rating_adjusted": trust * mean + (1 - trust) * overall,
        "popularity": popularity,
        "popularity_in_category": _in_category(past, popularity),
    }


def _ratings(past: PastEvents) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    rated = past.of_kind("rating")
    count = past.per_item(rated)
    values = past.events.values[rated]
    total = np.bincount(past.events.items[rated], values, minlength=past.data.n_items)
    return count, share(total, count)


def _in_category(past: PastEvents, popularity: NDArray[np.float64]) -> NDArray[np.float64]:
    """Over the mean popularity of the item's categories; 0 without a category."""
    shares = past.categories
    means = share(shares.T @ popularity, np.asarray(shares.sum(axis=0)).ravel())
    return share(popularity, shares @ means)


def _rates(past: PastEvents) -> Columns:
    shown = past.per_item(past.of_kind("impression"))
    looked = past.per_item(past.of_kind("view", "click"))
    bought = past.per_item(past.of_kind("purchase", "order"))
    clicked = past.per_item(past.of_kind("click"))
    clicks = clicked if clicked.any() else looked
    return {
        "click_rate": np.minimum(share(clicks, shown), 1),
        "conversion_rate": np.minimum(share(bought, looked), 1),
    }


def _ages(past: PastEvents) -> Columns:
    """Days since the first and the last event, and since the item was made known."""
    n_items = past.data.n_items
    first, last = np.zeros(n_items), np.full(n_items, np.inf)
    np.maximum.at(first, past.events.items, past.age_days)
    np.minimum.at(last, past.events.items, past.age_days)
    return {
        "age_days": np.maximum(np.where(np.isnan(_item_age(past)), first, _item_age(past)), 0),
        "days_since_first": first,
        "days_since_last": last,
    }


def _item_age(past: PastEvents) -> NDArray[np.float64]:
    """(N,) days since `created` (Unix seconds) of the item table, NaN where it does not say."""
    items = past.data.items
    if "created" not in items.columns:
        return np.full(len(items), np.nan)
    seconds = items.get_column("created").cast(float, strict=False).fill_null(float("nan"))
    return (past.at - seconds.to_numpy()) / DAY_SECONDS


def _calendar(past: PastEvents) -> Columns:
    times, events = past.events.times, past.per_item()
    now = np.asarray([past.at])
    before = (past.age_days > WINDOW_DAYS) & (past.age_days <= 2 * WINDOW_DAYS)
    recent = past.per_item(past.is_recent)
    return {
        "season_share": share(past.per_item(season(times) == season(now)), events),
        "weekday_share": share(past.per_item(weekday(times) == weekday(now)), events),
        "events_30_days": recent,
        "trend": np.log((recent + 1) / (past.per_item(before) + 1)),
    }


def _price(past: PastEvents) -> Columns:
    prices = past.prices
    return {
        "price": prices,
        "log_price": np.log1p(np.maximum(prices, 0)),
        "price_band": _bands(prices),
        "price_cluster": _clusters(prices),
    }


def _bands(prices: NDArray[np.float64]) -> NDArray[np.int64]:
    """1 to `PRICE_BANDS`, each with about as many items; 0 for no price."""
    known = prices[np.isfinite(prices)]
    if not len(known):
        return np.zeros(len(prices), dtype=np.int64)
    edges = np.quantile(known, np.arange(1, PRICE_BANDS) / PRICE_BANDS)
    return np.where(np.isfinite(prices), 1 + np.searchsorted(edges, prices, side="left"), 0)


def _clusters(prices: NDArray[np.float64]) -> NDArray[np.int64]:
    """1 to `PRICE_CLUSTERS` by k-means of the logs, begun at quantiles; 0 for no price."""
    out = np.zeros(len(prices), dtype=np.int64)
    known = np.isfinite(prices)
    logs = np.log1p(np.maximum(prices[known], 0))
    starts = _starts(logs)
    if len(starts):
        centres, label = kmeans2(logs[:, None], starts[:, None], minit="matrix", missing="warn")
        out[known] = 1 + np.argsort(np.argsort(centres[:, 0]))[label]
    return out


def _starts(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distinct values spread over the quantiles: each is some item's, so no cluster is empty."""
    distinct = np.unique(values)
    places = (np.arange(PRICE_CLUSTERS) + 0.5) / PRICE_CLUSTERS * len(distinct)
    return distinct[np.unique(places.astype(np.int64))] if len(distinct) else distinct


def weekday(times: NDArray[np.int64]) -> NDArray[np.int64]:
    """0 Monday to 6 Sunday, in UTC; 1 January 1970 was a Thursday."""
    return (times // DAY_SECONDS + 3) % 7


def season(times: NDArray[np.int64]) -> NDArray[np.int64]:
    """0 December to February, 1 March to May, 2 June to August, 3 September to November."""
    months = times.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
    return ((months + 1) % 12) // 3


def _over_largest(values: NDArray[np.generic]) -> NDArray[np.float64]:
    return share(values, np.max(values, initial=0))
