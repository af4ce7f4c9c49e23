"""The same world in any chunks."""

import hashlib
import tracemalloc

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from omakase.arrays.topk import top_k
from omakase.errors import UnknownName
from omakase.models.ease import Ease
from omakase.models.popular import Popular
from omakase.synthetic import WORLDS, as_dataset, make


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("table", ["items", "users", "events"])
def test_chunks_of_any_size_give_the_same_rows(name, table):
    world = make(name, users=230, items=310, events=900, seed=11)
    whole = pl.concat(getattr(world, table)())
    for chunk in (1, 7, 100):
        assert_frame_equal(next(getattr(world, table)(chunk)), whole.head(chunk))
    assert_frame_equal(pl.concat(getattr(world, table)(97)), whole)


def test_another_seed_is_another_world():
    first, second = (pl.concat(make("shop", seed=seed).events()) for seed in (1, 2))
    assert not first.equals(second)


def test_worlds_stay_as_they_are():
    """A fingerprint: who changes a law of the worlds changes everyone's demo figures."""
    world = make("restaurants", users=50, items=50, events=200, seed=1)
    text = pl.concat(world.events()).select("user_id", "item_id", "kind", "value", "time")
    digest = hashlib.sha256(text.write_csv().encode()).hexdigest()
    assert digest[:16] == "687ec98aaa7b1823"


def test_a_huge_world_costs_no_more_than_a_chunk():
    world = make("shop", users=10**6, items=10**7, events=10**9)
    tracemalloc.start()
    for table in (world.items, world.users, world.events):
        assert next(table(2_000)).height == 2_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20e6


def test_sizes_and_names_are_checked():
    with pytest.raises(ValueError, match="at least one"):
        make("shop", users=0)
    with pytest.raises(UnknownName, match="did you mean 'cinema'"):
        make("cinma")


def test_the_smallest_world():
    world = make("cinema", users=1, items=1, events=1)
    assert next(world.events()).get_column("item_id").to_list() == ["M00000000"]


@pytest.mark.parametrize("name", WORLDS)
def test_a_model_finds_the_tastes_that_popularity_misses(name):
    """The ten that EASE proposes are truly liked more than the ten most popular."""
    world = make(name, users=400, items=600, events=20_000)
    data = as_dataset(world)
    users = np.arange(200, dtype=np.int32)
    people = numbers(data.ids.users.ids[:200])
    means = []
    for model in (Popular, Ease):
        fitted = model.fit(data, model.config_type(), rng=np.random.default_rng(0))
        best = top_k(fitted.score(data.queries(users)), 10).items
        things = numbers(data.ids.items.series().gather(best.ravel()).to_list())
        means.append(world.affinity(people, things.reshape(best.shape)).mean())
    assert means[1] > means[0] + 0.2


def numbers(ids):
    return np.asarray([int(key[1:]) for key in ids])
