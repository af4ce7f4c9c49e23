"""What is known of a person and an item together, at the time of a request."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy import sparse

from omakase.arrays.profile_match import held_sums, met_sums
from omakase.features.calendar import weekday
from omakase.features.items import item_features
from omakase.features.past import PastEvents, category_table, price_column
from omakase.features.table import FeatureTable, share
from omakase.features.users import category_shares, user_features
from omakase.types import DAY_SECONDS, PAD, Context, Queries, Rows

EARTH_RADIUS_KM: Final = 6371.0


@dataclass(frozen=True)
class PairFacts:
    """What pair features are made of, as of a moment; made once, asked for every request.

    Attributes:
        user_ratings, item_ratings: (U,) and (N,) means, 0 where there is none.
        user_categories: (U, A) shares.
        item_categories: (N, A) shares.
        prices: (N,) NaN where unknown.
        places: (N, 2) latitude and longitude in degrees, NaN where unknown.
        tags: (N,) words of each item, for diets; empty where the catalog has none.
    """

    user_ratings: NDArray[np.float32]
    item_ratings: NDArray[np.float32]
    user_categories: NDArray[np.float64]
    item_categories: sparse.csr_array
    prices: NDArray[np.float64]
    places: NDArray[np.float64]
    tags: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, past: PastEvents) -> Self:
        """As of `past.at`."""
        return cls(
            user_features(past).column("rating_mean"),
            item_features(past).column("rating_mean"),
            category_shares(past),
            past.categories,
            past.prices,
            place_columns(past.data.items),
            tag_sets(past.data.items),
        )

    @classmethod
    def of_catalog(cls, items: pl.DataFrame) -> Self:
        """What the catalog alone tells: for strangers, whose history speaks for them."""
        categories = category_table(items)
        return cls(
            np.zeros(1, dtype=np.float32),
            np.zeros(len(items), dtype=np.float32),
            np.zeros((1, categories.shape[1])),
            categories,
            price_column(items),
            place_columns(items),
            tag_sets(items),
        )


def pair_features(facts: PairFacts, queries: Queries, items: Rows) -> FeatureTable:
    """(B, C, F) for (B, C) items; zeros at PAD.

    `rating_gap` is the user's mean rating less the item's, 0 unless both are known; `hour`,
    `weekday` (0 Monday) and `weekend` are those of the request in UTC; `distance_km` lies between
    the request and the item, `has_distance` tells 0 km from unknown; `budget_fit` is 1 up to the
    budget and budget / price above it; `dietary_fit` is 1 where the item's tags hold the request's
    attribute "diet"; `favourite_category_fit` is the share of the user's events in the item's
    categories. For a stranger the shares are those of the history.
    """
    rows = np.where(items == PAD, 0, items)
    columns = {
        "rating_gap": _rating_gap(facts, queries, rows),
        **_clock(queries, items.shape[1]),
        **_distance(facts, queries, rows),
        "budget_fit": _budget_fit(facts, queries, rows),
        "dietary_fit": _dietary_fit(facts, queries, rows),
        "favourite_category_fit": category_fit(facts, queries, rows),
    }
    is_item = (items != PAD).astype(np.float32)
    return FeatureTable.of({name: column * is_item for name, column in columns.items()})


def _rating_gap(facts: PairFacts, queries: Queries, rows: Rows) -> NDArray[np.float64]:
    is_known = queries.users != PAD
    user_means = np.where(is_known, facts.user_ratings[np.where(is_known, queries.users, 0)], 0)[
        :, None
    ]
    its = facts.item_ratings[rows]
    return np.where((user_means > 0) & (its > 0), user_means - its, 0)


def _clock(queries: Queries, size: int) -> dict[str, NDArray[np.float64]]:
    day = weekday(queries.now)
    parts = {
        "hour": queries.now % DAY_SECONDS // 3600,
        "weekday": day,
        "weekend": day >= 5,
    }
    has_time = queries.now > 0
    return {name: np.tile((part * has_time)[:, None], (1, size)) for name, part in parts.items()}


def _distance(facts: PairFacts, queries: Queries, rows: Rows) -> dict[str, NDArray[np.float64]]:
    origin = np.stack(
        [
            _of_contexts(queries, lambda context: context.latitude),
            _of_contexts(queries, lambda context: context.longitude),
        ],
        axis=-1,
    )
    if np.isnan(origin).all():
        return dict.fromkeys(("distance_km", "has_distance"), np.zeros(rows.shape))
    km = great_circle_km(origin[:, None], facts.places[rows])
    return {"distance_km": np.nan_to_num(km), "has_distance": np.isfinite(km)}


def great_circle_km(here: NDArray[np.float64], there: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distance of (…, 2) latitudes and longitudes in degrees, by the haversine formula."""
    a, b = np.radians(here), np.radians(there)
    half = (b - a) / 2
    chord = np.sin(half[..., 0]) ** 2
    chord = chord + np.cos(a[..., 0]) * np.cos(b[..., 0]) * np.sin(half[..., 1]) ** 2
    return 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(chord, 0, 1)))


def _budget_fit(facts: PairFacts, queries: Queries, rows: Rows) -> NDArray[np.float64]:
    budget = _of_contexts(queries, lambda context: context.budget)[:, None]
    return np.nan_to_num(np.minimum(share(budget, facts.prices[rows]), 1))


def _dietary_fit(facts: PairFacts, queries: Queries, rows: Rows) -> NDArray[np.float64]:
    asking = queries.contexts if facts.tags else ()
    diets = [str(context.attributes.get("diet") or "") for context in asking]
    fits = np.zeros(rows.shape)
    for line, (diet, items) in enumerate(zip(diets, rows, strict=False)):
        if diet:
            fits[line] = [diet in facts.tags[item] for item in items]
    return fits


def category_fit(facts: PairFacts, queries: Queries, rows: Rows) -> NDArray[np.float64]:
    """(B, C): the share of a person's events in the categories of (B, C) items, none of them PAD.

    For a stranger it is the share of the history.
    """
    is_known = queries.users != PAD
    tastes = np.where(
        is_known[:, None], facts.user_categories[np.where(is_known, queries.users, 0)], 0
    )
    blank = tastes.sum(axis=1) == 0
    history = met_sums(queries.history[blank], queries.weights[blank], facts.item_categories)
    tastes[blank] = share(history, history.sum(axis=1, keepdims=True))
    return held_sums(tastes, facts.item_categories, rows)


def _of_contexts(queries: Queries, value: Callable[[Context], float | None]) -> NDArray[np.float64]:
    """(B,) a number of each context, NaN where it does not say."""
    if not queries.contexts:
        return np.full(len(queries), np.nan)
    return np.asarray([np.nan if (v := value(c)) is None else v for c in queries.contexts])


def place_columns(items: pl.DataFrame) -> NDArray[np.float64]:
    """(N, 2) latitude and longitude in degrees, NaN where unknown."""
    if not {"latitude", "longitude"} <= set(items.columns):
        return np.broadcast_to(np.nan, (len(items), 2))
    columns = [items.get_column(name).cast(pl.Float64) for name in ("latitude", "longitude")]
    return np.stack([column.fill_null(float("nan")).to_numpy() for column in columns], axis=1)


def tag_sets(items: pl.DataFrame) -> tuple[frozenset[str], ...]:
    """(N,) the tags of each item; empty where the table has no such column."""
    if items.schema.get("tags") != pl.List(pl.String):
        return ()
    lists: Sequence[list[str] | None] = items.get_column("tags").to_list()
    return tuple(frozenset(tags or ()) for tags in lists)
