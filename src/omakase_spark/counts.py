"""Models that count: what many chose, what is chosen now, what is new."""

from typing import Any

import numpy as np

from omakase.data.ids import IdMap
from omakase.models.newest import NEVER, Newest, NewestConfig
from omakase.models.popular import Popular, PopularConfig
from omakase.models.trending import Trending, TrendingConfig, half_life
from omakase.types import DAY_SECONDS
from omakase_spark.arrow import frame_of
from omakase_spark.events import EventTable
from omakase_spark.pairs import PairTable

DOUBLINGS = 24
"""Half-lives that are tried in one pass over the events."""


def popular(pairs: PairTable, config: PopularConfig) -> Popular:
    """As `Popular.fit`."""
    from pyspark.sql import functions as F

    weight = F.col("weight").cast("double")
    voice = F.signum(weight) if config.count == "people" else weight
    return Popular.of_totals(pairs.item_sums(_bounded(voice, config.person_most)))


def trending(pairs: PairTable, config: TrendingConfig) -> Trending:
    """As `Trending.fit`, of pairs that were faded by `half_life_of`."""
    from pyspark.sql import functions as F

    return Trending.of_totals(pairs.item_sums(_bounded(F.col("faded"), config.person_most)))


def half_life_of(events: EventTable, config: TrendingConfig) -> float:
    """Days after which an event counts half, as the engine finds them."""
    from pyspark.sql import functions as F

    age = F.greatest(F.lit(0), F.lit(events.reference) - F.col("time")) / DAY_SECONDS
    tried = [config.half_life_days * 2**n for n in range(DOUBLINGS)]
    counts = events.frame.agg(*[F.sum(F.pow(F.lit(2.0), -age / days)) for days in tried]).first()
    return half_life(dict(zip(tried, counts, strict=True)).__getitem__, events.count, config)


def newest(events: EventTable, ids: IdMap, items: Any, config: NewestConfig) -> Newest:
    """As `Newest.fit`; `items` has a row an item row."""
    from pyspark.sql import functions as F

    met = frame_of(events.frame.groupBy("item_id").agg(F.min("time").alias("first")).toArrow())
    first = np.full(len(ids.items), NEVER)
    first[ids.items.rows(met["item_id"])] = met["first"].to_numpy()
    return Newest.of_first_events(first, items, config)


def _bounded(value: Any, most: float) -> Any:
    from pyspark.sql import functions as F

    return F.greatest(F.lit(-most), F.least(F.lit(most), value))
