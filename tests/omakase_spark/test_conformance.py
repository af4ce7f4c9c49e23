"""Models trained on Spark are held to every check that the engine's models are held to."""

from functools import cache

import numpy as np
import polars as pl
import pytest

from omakase.conformance.models import model_checks
from omakase.conformance.toy_data import two_tribes
from omakase.data.dataset import STRENGTHS
from omakase.models.trending import TrendingConfig
from omakase.registry import MODELS
from omakase_spark.counts import half_life_of
from omakase_spark.events import read_events
from omakase_spark.models import TRAINED, Material
from omakase_spark.pairs import pair_table

SMALL = {"ials": {"factors": 4, "iterations": 1}}
SAME_SEED = 7
"""The seed that the suite fits twice with, to compare."""


@pytest.fixture(scope="module")
def material(spark, tmp_path_factory):
    """The toy world of the suite, on Spark."""
    data, folder = two_tribes(), tmp_path_factory.mktemp("tribes")
    table = pl.DataFrame(
        {
            "user_id": data.ids.users.series().gather(data.events.users),
            "item_id": data.ids.items.series().gather(data.events.items),
            "kind": "rating",
            "value": data.events.values,
            "time": data.events.times,
        }
    )
    table.write_parquet(folder / "events.parquet")
    events = read_events(spark, folder / "events.parquet")
    half_life = half_life_of(events, TrendingConfig())
    pairs = pair_table(
        spark, events, data.ids, STRENGTHS, half_life=half_life, parts=2, scratch=folder
    )
    return lambda seed: Material(events, data.ids, data.items, pairs, seed)


@pytest.fixture(scope="module")
def trained(material):
    """A stand-in for a model's class, whose `fit` is Spark's; but for one seed it fits once."""

    def of(name):
        @cache
        def once(config, seed):
            return TRAINED[name](material(seed), config)

        class OnSpark:
            config_type = MODELS[name].config_type
            from_arrays = MODELS[name].from_arrays

            @classmethod
            def fit(cls, data, config, *, rng):
                is_first = rng.bit_generator.state == np.random.default_rng(0).bit_generator.state
                seed = 0 if is_first else SAME_SEED
                return once(config, 0) if is_first else once.__wrapped__(config, seed)

        return OnSpark

    return cache(of)


@pytest.mark.parametrize("check", list(model_checks()), ids=lambda c: c.__name__)
@pytest.mark.parametrize("name", sorted(TRAINED))
def test_model_of_spark_conforms(name, check, trained):
    check(trained(name), MODELS[name].config_type(**SMALL.get(name, {})))
