"""The made-up world of millions, in small."""

import numpy as np
import polars as pl
import pytest
from benchmarks import scale_world
from benchmarks.scale_world import HISTORY, WIDTH, World

from omakase.types import PAD

SMALL = World(users=300, items=4_000, seed=3)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("world")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scale_world, "PIECE", 1_500)
        SMALL.write(made, lambda said: None)
    return made


@pytest.fixture(scope="module")
def vectors(folder):
    return np.load(folder / "vectors.npy")


def taste_of_rows():
    """(N,) the taste of each row."""
    places = np.arange(SMALL.items)
    taste = np.empty(SMALL.items, dtype=np.int64)
    taste[SMALL.rows(places)] = np.searchsorted(SMALL.starts(), places, side="right") - 1
    return taste


def test_every_row_is_written_once(folder, vectors):
    assert vectors.shape == (4_000, WIDTH)
    assert (np.linalg.norm(vectors, axis=1) > 0.3).all()
    assert len(np.unique(SMALL.rows(np.arange(4_000)))) == 4_000
    assert pl.read_parquet(folder / "items.parquet").height == 4_000


def test_the_same_seed_writes_the_same_and_another_another(tmp_path, vectors):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scale_world, "PIECE", 1_500)
        World(10, 4_000, seed=3).write(tmp_path / "same", lambda said: None)
        World(10, 4_000, seed=4).write(tmp_path / "other", lambda said: None)
    np.testing.assert_array_equal(np.load(tmp_path / "same" / "vectors.npy"), vectors)
    assert not np.array_equal(np.load(tmp_path / "other" / "vectors.npy"), vectors)


def test_items_of_a_taste_lie_together(vectors):
    taste = taste_of_rows()
    directions = scale_world.unit(vectors)
    same = [directions[taste == t] @ directions[taste == t].T for t in range(5)]
    inside = np.mean([each[np.triu_indices(len(each), 1)].mean() for each in same])
    everywhere = (directions[:500] @ directions[500:1000].T).mean()
    assert inside > everywhere + 0.3


def test_the_popular_are_longer_and_few(folder, vectors):
    popularity = np.load(folder / "popularity.npy")
    lengths = np.linalg.norm(vectors, axis=1)
    best = np.argsort(-popularity)
    assert lengths[best[:200]].mean() > 1.3 * lengths[best[-2_000:]].mean()
    assert popularity[best[:400]].sum() > 0.4 * popularity.sum()


def test_numbers_get_smaller_from_the_first_to_the_last(vectors):
    spread = vectors.std(axis=0)
    assert spread[:8].mean() > 2 * spread[-8:].mean()


def test_people_have_few_tastes_and_prefer_the_popular(folder):
    histories = np.load(folder / "histories.npy")
    assert histories.shape == (300, HISTORY)
    known = histories != PAD
    assert (known.sum(axis=1) >= 5).all() and (np.diff(known.astype(int), axis=1) >= 0).all()
    taste = taste_of_rows()
    assert max(len(np.unique(taste[row[row != PAD]])) for row in histories) <= 4
    popularity = np.load(folder / "popularity.npy")
    assert popularity[histories[known]].mean() > 2 * popularity.mean()


def test_the_catalog_has_what_rules_and_caps_ask_for(folder):
    items = pl.read_parquet(folder / "items.parquet")
    assert items.columns == ["item_id", "category", "brand", "price", "stock"]
    assert items["item_id"].to_list()[:3] == ["0", "1", "2"]
    assert items["price"].min() > 0 and (items["stock"] == 0).mean() < 0.1
    assert items["category"].n_unique() > 30


def test_tastes_differ_in_size():
    sizes = np.diff(SMALL.starts())
    assert sizes.sum() == 4_000 and sizes.max() > 4 * sizes.min()
