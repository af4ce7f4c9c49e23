"""What is known of items at a point in time."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import polars as pl
import scipy
from numpy.typing import NDArray
from scipy import sparse

from omakase.features.item_counts import ItemCounts, item_counts
from omakase.features.past import PastEvents, category_table, price_column
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
    return features_of_counts(item_counts(past), past.data.items, past.at)


def features_of_counts(counts: ItemCounts, items: pl.DataFrame, at: int) -> FeatureTable:
    """The same from what was counted of each item, wherever that was.

    Args:
        items: one row an item, in the order of the counts.
        at: Unix seconds; the counts are of what was before.
    """
    return FeatureTable.of(
        {
            **_popularity(counts, category_table(items)),
            **_rates(counts),
            **_ages(counts, items, at),
            **_calendar(counts),
            **_price(price_column(items)),
        }
    )


def _popularity(counts: ItemCounts, categories: sparse.csr_array) -> Columns:
    users, events = counts["users"], counts["events"]
    count = counts["ratings"]
    mean = share(counts["rating_sum"], count)
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
        "popularity_in_category": _in_category(categories, popularity),
    }


def _in_category(shares: sparse.csr_array, popularity: NDArray[np.float64]) -> NDArray[np.float64]:
    """Over the mean popularity of the item's categories; 0 without a category."""
    means = share(shares.T @ popularity, np.asarray(shares.sum(axis=0)).ravel())
    return share(popularity, shares @ means)


def _rates(counts: ItemCounts) -> Columns:
    clicks = counts["clicked"] if counts["clicked"].any() else counts["looked"]
    return {
        "click_rate": np.minimum(share(clicks, counts["shown"]), 1),
        "conversion_rate": np.minimum(share(counts["bought"], counts["looked"]), 1),
    }


def _ages(counts: ItemCounts, items: pl.DataFrame, at: int) -> Columns:
    """Days since the first and the last event, and since the item was made known."""
    first, item_age = counts["first_days"], _item_age(items, at)
    return {
        "age_days": np.maximum(np.where(np.isnan(item_age), first, item_age), 0),
        "days_since_first": first,
        "days_since_last": counts["last_days"],
    }


def _item_age(items: pl.DataFrame, at: int) -> NDArray[np.float64]:
    """(N,) days since `created` (Unix seconds) of the item table, NaN where it does not say."""
    if "created" not in items.columns:
        return np.full(len(items), np.nan)
    seconds = items.get_column("created").cast(float, strict=False).fill_null(float("nan"))
    return (at - seconds.to_numpy()) / DAY_SECONDS


def _calendar(counts: ItemCounts) -> Columns:
    events, recent = counts["events"], counts["recent"]
    return {
        "season_share": share(counts["in_season"], events),
        "weekday_share": share(counts["on_weekday"], events),
        "events_30_days": recent,
        "trend": np.log((recent + 1) / (counts["before"] + 1)),
    }


def _price(prices: NDArray[np.float64]) -> Columns:
    return {
        "price": prices,
        "log_price": np.log1p(np.maximum(prices, 0)),
        "price_band": _bands(prices),
        "price_cluster": _clusters(prices),
    }


def _bands(prices: NDArray[np.float64]) -> NDArray[np.int64]:
    """1 to `PRICE_BANDS`, each with about as many items; 0 for no price."""
    finite = prices[np.isfinite(prices)]
    if not len(finite):
        return np.zeros(len(prices), dtype=np.int64)
    edges = np.quantile(finite, np.arange(1, PRICE_BANDS) / PRICE_BANDS)
    return np.where(np.isfinite(prices), 1 + np.searchsorted(edges, prices, side="left"), 0)


def _clusters(prices: NDArray[np.float64]) -> NDArray[np.int64]:
    """1 to `PRICE_CLUSTERS` by k-means of the logs, begun at quantiles; 0 for no price."""
    clusters = np.zeros(len(prices), dtype=np.int64)
    is_finite = np.isfinite(prices)
    logs = np.log1p(np.maximum(prices[is_finite], 0))
    starts = _starts(logs)
    if len(starts):
        centres, label = scipy.cluster.vq.kmeans2(
            logs[:, None], starts[:, None], minit="matrix", missing="warn"
        )
        clusters[is_finite] = 1 + np.argsort(np.argsort(centres[:, 0]))[label]
    return clusters


def _starts(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distinct values spread over the quantiles: each is some item's, so no cluster is empty."""
    distinct = np.unique(values)
    positions = (np.arange(PRICE_CLUSTERS) + 0.5) / PRICE_CLUSTERS * len(distinct)
    return distinct[np.unique(positions.astype(np.int64))] if len(distinct) else distinct


def _over_largest(values: NDArray[np.generic]) -> NDArray[np.float64]:
    return share(values, np.max(values, initial=0))
