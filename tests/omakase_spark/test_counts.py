"""Models that count, beside the engine's own."""

import numpy as np

from omakase.models.newest import Newest, NewestConfig
from omakase.models.popular import Popular, PopularConfig
from omakase.models.trending import Trending, TrendingConfig
from omakase_spark import counts


def test_popular_on_spark_is_popular(pairs, data, rng):
    for config in (PopularConfig(), PopularConfig(count="people", person_most=2)):
        expected = Popular.fit(data, config, rng=rng)
        np.testing.assert_allclose(counts.popular(pairs, config).share, expected.share, 1e-6)


def test_trending_on_spark_is_trending(pairs, events, data, rng):
    config = TrendingConfig(half_life_days=7.0, fewest_events=0)
    assert counts.half_life_of(events, config) == 7.0
    expected = Trending.fit(data, config, rng=rng)
    np.testing.assert_allclose(counts.trending(pairs, config).share, expected.share, 1e-6)


def test_half_life_of_few_events_doubles(events):
    config = TrendingConfig(half_life_days=0.1, fewest_events=2000)
    assert counts.half_life_of(events, config) in {0.1 * 2**n for n in range(1, 24)}


def test_newest_on_spark_is_newest(events, data, rng):
    for config in (NewestConfig(), NewestConfig(column="nowhere")):
        made = counts.newest(events, data.ids, data.items, config)
        np.testing.assert_array_equal(made.share, Newest.fit(data, config, rng=rng).share)
