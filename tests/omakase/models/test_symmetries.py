"""What must not matter to a model, and what must: names, order, copies, loudness, one item."""

import numpy as np
import pytest
from numba import get_num_threads, set_num_threads
from threadpoolctl import threadpool_limits

from omakase.conformance.toy_data import everyone, two_tribes
from omakase.data.dataset import Dataset
from omakase.registry import MODELS
from omakase.types import Queries

U, N = 26, 11
KNOBS = {
    "bpr": {"factors": 6, "epochs": 40},
    "bspm": {"rank": 3},
    "content": {"factors": 4},
    "gf_cf": {"rank": 3},
    "graph_filter": {"rank": 3},
    "ials": {"factors": 4},
    "biased_mf": {"factors": 4, "unrated_weight": 0.2},
    "pure_svd": {"factors": 3},
    "ease": {"l2": 3.0},
    "sparse_ease": {"l2": 3.0, "neighbours": 50},
    "item_knn": {"neighbours": 50, "threshold": 0.0},
    "user_knn": {"neighbours": 50, "threshold": 0.0},
}
FIXED = ["newest", "popular", "trending"]
WITHOUT_CHANCE = [
    "bspm",
    "ease",
    "gf_cf",
    "graph_filter",
    "item_knn",
    "popular",
    "pruned_ease",
    "pure_svd",
    "sparse_ease",
    "user_knn",
]
"""Their answer is a function of who took what: no start at random, no order of time."""
DRAWN = ["biased_mf", "bpr", "ials"]
NETS = ["neumf", "sasrec", "two_tower", "wide_deep"]
PERSONAL = sorted(set(MODELS) - {*FIXED, *NETS, "random", "content"})


def fitted(name, data, **knobs):
    cls = MODELS[name]
    config = cls.config_type(**{**KNOBS.get(name, {}), **knobs})
    return cls.fit(data, config, rng=np.random.default_rng(1))


@pytest.fixture(scope="module")
def table():
    """(U, N): 0 where nothing was, else a weight; everybody and everything has some."""
    chance = np.random.default_rng(8)
    weights = chance.choice([0.0, 0.0, 1.0, 2.0, 4.0], (U, N))
    weights[np.arange(U), np.arange(U) % N] = 1.0
    return weights


def data_of(table, users=None, items=None, order=None):
    """From a table; rows of users and items are numbered anew by the names given."""
    users = np.arange(len(table)) if users is None else users
    items = np.arange(table.shape[1]) if items is None else items
    cells = np.argwhere(table)
    if order is not None:
        cells = cells[order.permutation(len(cells))]
    return Dataset.from_events(
        [(f"u{users[u]:03}", f"i{items[i]:03}", float(table[u, i])) for u, i in cells]
    )


@pytest.mark.parametrize("name", WITHOUT_CHANCE)
def test_other_names_of_items_are_other_columns(name, table):
    """Rows of ids are given by their order, so a new name is a new row and nothing else."""
    rows = np.random.default_rng(3).permutation(N)
    plain, renamed = data_of(table), data_of(table, items=rows)
    before = fitted(name, plain).score(everyone(plain))
    after = fitted(name, renamed).score(everyone(renamed))
    np.testing.assert_allclose(after[:, rows], before, rtol=2e-3, atol=2e-4)


@pytest.mark.parametrize("name", WITHOUT_CHANCE)
def test_other_names_of_people_are_other_rows(name, table):
    rows = np.random.default_rng(4).permutation(U)
    plain, renamed = data_of(table), data_of(table, users=rows)
    before = fitted(name, plain).score(everyone(plain))
    after = fitted(name, renamed).score(everyone(renamed))
    np.testing.assert_allclose(after[rows], before, rtol=2e-3, atol=2e-4)


@pytest.mark.parametrize("name", [*WITHOUT_CHANCE, "biased_mf", "ials"])
def test_when_it_happened_does_not_matter(name, table):
    plain, shuffled = data_of(table), data_of(table, order=np.random.default_rng(5))
    before = fitted(name, plain).score(everyone(plain))
    after = fitted(name, shuffled).score(everyone(shuffled))
    np.testing.assert_allclose(after, before, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(
    ("name", "knobs"),
    [
        ("bspm", ({}, {})),
        ("ease", ({"l2": 2.0}, {"l2": 4.0})),
        ("gf_cf", ({}, {})),
        ("graph_filter", ({"popularity": 0.0}, {"popularity": 0.0})),
        ("item_knn", ({}, {})),
        ("popular", ({}, {})),
        ("pruned_ease", ({"popularity_exponent": 0.0, "item_exponent": 0.0},) * 2),
        ("pure_svd", ({"item_exponent": 0.0},) * 2),
        ("sparse_ease", ({"l2": 2.0}, {"l2": 4.0})),
    ],
)
def test_twice_as_many_people_of_the_same_kinds_teach_the_same(name, knobs, table):
    """What counts is how things go together; a penalty in numbers of events is doubled too."""
    once, twice = data_of(table), data_of(np.vstack([table, table]))
    before = fitted(name, once, **knobs[0]).score(everyone(once))
    after = fitted(name, twice, **knobs[1]).score(everyone(twice))
    np.testing.assert_allclose(after[:U], before, rtol=2e-3, atol=2e-4)
    np.testing.assert_allclose(after[U:], before, rtol=2e-3, atol=2e-4)


@pytest.mark.parametrize(
    "name", ["bspm", "gf_cf", "graph_filter", "pruned_ease", "pure_svd", "sparse_ease"]
)
def test_how_loud_everybody_is_does_not_matter_where_signs_count(name, table):
    quiet, loud = data_of(table / 7), data_of(table)
    before, after = (fitted(name, data).score(everyone(data)) for data in (quiet, loud))
    np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize(
    ("name", "scale", "knobs"),
    [
        ("ease", 2.0, ({"l2": 3.0}, {"l2": 12.0})),
        ("item_knn", 2.0, ({}, {})),
        ("popular", 1.0, ({}, {})),
        ("pure_svd", 2.0, ({"binarise": False},) * 2),
        ("sparse_ease", 2.0, ({"binarise": False, "l2": 3.0}, {"binarise": False, "l2": 12.0})),
        ("user_knn", 2.0, ({}, {})),
    ],
)
def test_twice_as_loud_is_the_same_in_another_unit(name, scale, knobs, table):
    """Scores scale with the history; a penalty in squared weights is scaled with the squares."""
    quiet, loud = data_of(table / 2), data_of(table)
    before = fitted(name, quiet, **knobs[0]).score(everyone(quiet))
    after = fitted(name, loud, **knobs[1]).score(everyone(loud))
    np.testing.assert_allclose(after, scale * before, rtol=2e-3, atol=2e-4)


@pytest.mark.parametrize("name", [*WITHOUT_CHANCE, *DRAWN])
def test_the_order_of_a_history_does_not_matter_to_a_bag(name, table, rng):
    model = fitted(name, data_of(table))
    history = rng.permutation(N)[:6].astype(np.int32)
    weights = rng.choice([1.0, 2.0], 6).astype(np.float32)
    order = rng.permutation(6)
    one, two = (
        model.score(Queries.of(history[o][None], weights=weights[o][None]))
        for o in (np.arange(6), order)
    )
    np.testing.assert_allclose(one, two, rtol=1e-4, atol=1e-5)


def test_the_order_of_a_history_matters_to_a_chain(table, rng):
    model = fitted("transitions", data_of(table))
    there = np.arange(6, dtype=np.int32)[None]
    assert not np.allclose(model.score(Queries.of(there)), model.score(Queries.of(there[:, ::-1])))


@pytest.fixture(scope="module")
def of_tribes():
    """Each model that answers persons, fitted to the two tribes."""
    return {name: fitted(name, two_tribes()) for name in PERSONAL}


def towards(model, item, weight=1.0):
    """How much higher the item's own tribe scores than the other, itself left out."""
    history = np.asarray([[item]], np.int32)
    strength = np.asarray([[weight]], np.float32)
    scores = model.score(Queries.of(history, weights=strength))[0]
    same = np.arange(12) % 2 == item % 2
    return scores[same & (np.arange(12) != item)].mean() - scores[~same].mean()


@pytest.mark.parametrize("item", [0, 5])
@pytest.mark.parametrize("name", PERSONAL)
def test_one_item_is_enough_to_tell_the_tribe(name, item, of_tribes):
    """The sign of everything: what goes with the item rises above what does not."""
    assert towards(of_tribes[name], item) > 0


@pytest.mark.parametrize("name", sorted(set(PERSONAL) - {"biased_mf", "user_knn"}))
def test_a_dislike_of_one_item_tells_the_other_way(name, of_tribes):
    """Not so for ratings, where -1 is but a low one, nor for people who are like nobody."""
    assert towards(of_tribes[name], 0, -1.0) < 0


@pytest.mark.parametrize("name", FIXED)
def test_models_for_everybody_know_no_tribes(name):
    model = fitted(name, two_tribes())
    plain, other = (model.score(Queries.of(np.asarray([[i]], np.int32))) for i in (0, 1))
    np.testing.assert_array_equal(plain, other)


@pytest.mark.parametrize("name", [*WITHOUT_CHANCE, *DRAWN, "content", "random", "transitions"])
def test_threads_decide_the_time_and_not_the_model(name, table):
    """Kernels keep every bit; LAPACK may round the last one otherwise."""
    data, before, found = data_of(table), get_num_threads(), []
    for threads in (1, min(2, before)):
        set_num_threads(threads)
        with threadpool_limits(threads):
            found.append(fitted(name, data).score(everyone(data)))
    set_num_threads(before)
    np.testing.assert_allclose(found[0], found[1], rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("name", [*WITHOUT_CHANCE, *DRAWN, "content", "transitions"])
def test_read_only_arrays_of_a_memory_map_serve_as_well(name, table, tmp_path):
    data = data_of(table)
    model = fitted(name, data)
    for part, array in model.arrays().items():
        np.save(tmp_path / f"{part}.npy", array)
    mapped = {part: np.load(tmp_path / f"{part}.npy", mmap_mode="r") for part in model.arrays()}
    again = type(model).from_arrays(mapped, MODELS[name].config_type(**KNOBS.get(name, {})))
    np.testing.assert_array_equal(again.score(everyone(data)), model.score(everyone(data)))
    if hasattr(again, "score_items"):
        items = np.tile(np.asarray([2, 0], np.int32), (U, 1))
        some = again.score_items(everyone(data), items)
        np.testing.assert_allclose(some, again.score(everyone(data))[:, [2, 0]], atol=1e-4)
