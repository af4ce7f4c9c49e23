"""Items, by a table for the eye."""

import numpy as np
import polars as pl
import pytest

from omakase.data.dataset import Dataset
from omakase.features.items import _bands, _clusters, item_features
from omakase.features.past import PastEvents


@pytest.fixture
def of(world, moment):
    def look(item, day=42.0, *more):
        past = PastEvents(world(*more), moment(day))
        table = item_features(past)
        row = past.data.ids.items.row(item)
        return dict(zip(table.names, table.values[row].tolist(), strict=True))

    return look


def test_popularity_is_the_stated_mix(of):
    tea = of("tea")
    assert (tea["distinct_users"], tea["events"], tea["rating_mean"]) == (2, 4, 0)
    assert tea["popularity"] == pytest.approx(0.5 * 1 + 0.3 * 1 + 0)
    wine = of("wine")
    assert wine["popularity"] == pytest.approx(0.5 * 1 + 0.3 * 2 / 4 + 0.2 * 1)


def test_popularity_in_its_category(of):
    tea, wine, cup, new = (of(name)["popularity"] for name in ("tea", "wine", "cup", "new"))
    drink = (tea + 0.5 * wine) / 1.5
    assert of("tea")["popularity_in_category"] == pytest.approx(tea / drink, rel=1e-5)
    assert of("cup")["popularity_in_category"] == pytest.approx(cup / ((cup + new) / 2), rel=1e-5)


def test_few_ratings_are_little_trusted(of):
    wine = of("wine")
    assert wine["rating_mean"] == 3
    assert wine["rating_reliability"] == pytest.approx(2 / 12)
    assert of("tea")["rating_adjusted"] == 3  # nothing is known: the mean of all


def test_rates_are_shares(of):
    tea = of("tea")
    assert tea["click_rate"] == 1  # two looks at one impression
    assert tea["conversion_rate"] == 0.5
    assert of("cup")["conversion_rate"] == 0
    clicked = of("tea", 42, ("ann", "cup", "click", 1.0, 3.0))
    assert clicked["click_rate"] == 0  # clicks are known, and tea has none


def test_ages_are_in_days(of):
    wine = of("wine")
    assert (wine["days_since_first"], wine["days_since_last"], wine["age_days"]) == (41, 2, 41)
    assert of("new")["age_days"] == 0


def test_age_is_since_it_was_made_known_where_the_table_says():
    items = pl.DataFrame({"item_id": ["x", "y"], "created": [0, None]})
    events = pl.DataFrame(
        {
            "user_id": ["a"],
            "item_id": ["y"],
            "kind": ["view"],
            "value": [1.0],
            "time": [86_400 * 5],
        }
    )
    data = Dataset.from_table(events, items=items)
    ages = item_features(PastEvents(data, 86_400 * 6)).column("age_days")
    assert ages[data.ids.items.row("x")] == 6
    assert ages[data.ids.items.row("y")] == 1


def test_trend_compares_thirty_days_with_the_thirty_before(of):
    assert of("cup")["trend"] == pytest.approx(np.log(2 / 1))
    assert of("wine")["trend"] == pytest.approx(np.log(2 / 2))
    assert of("tea")["trend"] == pytest.approx(np.log(1 / 5))
    assert of("tea")["events_30_days"] == 0


def test_calendar_shares_are_of_this_weekday_and_season(of):
    assert of("tea", 42)["weekday_share"] == 0.5  # day 42 is a Monday
    assert of("tea", 42)["season_share"] == 1  # all in winter
    assert of("tea", 120)["season_share"] == 0


def test_bands_hold_about_as_many_items_each():
    prices = np.append(np.arange(1.0, 101.0), np.nan)
    bands = _bands(prices)
    assert np.bincount(bands).tolist() == [1, 20, 20, 20, 20, 20]
    assert (np.diff(bands[:100]) >= 0).all()
    assert _bands(np.asarray([np.nan])).tolist() == [0]


def test_clusters_keep_what_is_near_together():
    prices = np.asarray([1, 1.1, 1.2, 100, 105, np.nan, 9000, 9100])
    clusters = _clusters(prices)
    assert clusters[5] == 0
    assert len(set(clusters[:3])) == 1 or clusters[0] <= clusters[2]
    assert clusters[2] < clusters[3] <= clusters[4] < clusters[6]
    assert _clusters(np.asarray([np.nan])).tolist() == [0]


def test_before_anything_happened_nothing_is_known_but_the_price(of):
    wine = of("wine", -1)
    told = {name for name, value in wine.items() if value}
    assert told == {"price", "log_price", "price_band", "price_cluster"}
