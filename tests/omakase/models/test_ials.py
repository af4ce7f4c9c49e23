"""Implicit ALS against its own loss and normal equations."""

import numpy as np
import pytest
from numba import get_num_threads, set_num_threads

from omakase.arrays.topk import mask_rows, top_k
from omakase.conformance.toy_data import everyone, two_tribes
from omakase.data.dataset import Dataset
from omakase.models.ials import Ials, IalsConfig, factors, loss
from omakase.types import PAD, Queries

SMALL = IalsConfig(factors=4, iterations=10)


def fitted(rng, **knobs):
    return Ials.fit(two_tribes(), IalsConfig(**{"factors": 4, "iterations": 10} | knobs), rng=rng)


@pytest.mark.parametrize("solver", ["cg", "cholesky", "blocks"])
def test_finds_the_item_each_person_misses(rng, solver):
    data = two_tribes()
    queries = everyone(data)
    model = fitted(rng, solver=solver, block=2)
    slate = top_k(mask_rows(model.score(queries), queries.exclude), 1)
    assert slate.items[:, 0].tolist() == list(range(data.n_items))


@pytest.mark.parametrize("solver", ["cg", "cholesky", "blocks"])
@pytest.mark.parametrize("exponents", [(0.0, 0.0), (1.0, 0.0), (0.5, 0.5)])
def test_the_loss_never_rises(rng, solver, exponents):
    l2_exponent, popular_negatives = exponents
    values = []
    for iterations in range(1, 7):
        config = IalsConfig(
            factors=4, iterations=iterations, solver=solver, block=2, l2_exponent=l2_exponent,
            popular_negatives=popular_negatives,
        )  # fmt: skip
        data = two_tribes()
        users, items = factors(data, config, rng=np.random.default_rng(5))
        values.append(loss(data, config, users, items))
    assert (np.diff(values) <= 1e-4 * np.abs(values[:-1])).all()
    assert values[-1] < values[0]


def test_the_loss_is_its_definition(rng):
    data = Dataset.from_events([("a", "x", 1.0), ("a", "y", 2.0), ("b", "y", 1.0)])
    config = IalsConfig(factors=2, unobserved=0.2, l2=0.3, l2_exponent=1.0)
    users, items = rng.random((2, 2), np.float32), rng.random((2, 2), np.float32)
    fit = users @ items.T
    observed = np.asarray([[1, 1], [0, 1]])
    value = (observed * (1 - fit) ** 2).sum() + 0.2 * (fit**2).sum()
    value += 0.3 * ((observed.sum(1) + 0.4) @ (users**2).sum(1))
    value += 0.3 * ((observed.sum(0) + 0.4) @ (items**2).sum(1))
    assert loss(data, config, users, items) == pytest.approx(value, rel=1e-5)


def test_a_persons_vector_solves_the_normal_equations(rng):
    model = fitted(rng, l2=0.2, unobserved=0.3)
    history = np.asarray([[1, 4, 6]], dtype=np.int32)
    y = model.items[history[0]].astype(np.float64)
    every = model.items.astype(np.float64)
    l2 = 0.2 * (3 + 0.3 * len(every))
    a = 0.3 * every.T @ every + y.T @ y + l2 * np.eye(4)
    found = model.query_vectors(Queries.of(history))[0]
    np.testing.assert_allclose(found, np.linalg.solve(a, y.sum(axis=0)), rtol=1e-3, atol=1e-5)


def test_popular_negatives_weigh_popular_items_more():
    rows = [(f"u{u}", item, 1.0) for u in range(6) for item in ("hit", "b")[: 1 + (u == 0)]]
    config = IalsConfig(factors=2, popular_negatives=1.0, unobserved=1.0)
    model = Ials.fit(Dataset.from_events(rows), config, rng=np.random.default_rng(0))
    share = np.asarray([1, 6]) / 3.5  # "b" is row 0
    wanted = (model.items * share[:, None]).T @ model.items
    np.testing.assert_allclose(model.gram, wanted, rtol=1e-4)


@pytest.mark.parametrize("strength", ["one", "weight", "log"])
def test_a_dislike_lowers_the_item_and_its_like(rng, strength):
    model = fitted(rng, strength=strength)
    liked = Queries.of(np.asarray([[0, 2]], dtype=np.int32))
    mixed = Queries.of(
        np.asarray([[0, 2]], dtype=np.int32), weights=np.asarray([[1, -1]], dtype=np.float32)
    )
    before, after = model.score(liked)[0], model.score(mixed)[0]
    assert after[2] < before[2]
    assert after[4] < before[4]


def test_strength_follows_the_weights(rng):
    history = np.asarray([[0, 1]], dtype=np.int32)
    strong = Queries.of(history, weights=np.asarray([[9, 1]], dtype=np.float32))
    plain = Queries.of(history)
    counted, weighed = fitted(rng, strength="one"), fitted(rng, strength="weight")
    np.testing.assert_allclose(counted.score(strong), counted.score(plain), rtol=1e-5)
    assert weighed.score(strong)[0, 2] > weighed.score(plain)[0, 2]


def test_someone_without_history_gets_the_mean_person(rng):
    model = fitted(rng, solver="cholesky", iterations=40)
    nobody = Queries.of(np.full((1, 2), PAD, dtype=np.int32))
    people = model.query_vectors(everyone(two_tribes()))
    np.testing.assert_allclose(model.query_vectors(nobody)[0], people.mean(axis=0), rtol=0.02)


def test_parts_add_up_to_the_score(rng):
    model = fitted(rng, strength="weight")
    queries = Queries.of(
        np.asarray([[PAD, 0, 3, 0], [1, 5, 7, 9]], dtype=np.int32),
        weights=np.asarray([[0, 1, -2, 3], [1, 1, 1, 1]], dtype=np.float32),
    )
    items = np.asarray([[2, PAD, 5], [0, 1, 2]], dtype=np.int32)
    parts = model.contributions(queries, items)
    scores = model.score_items(queries, items)
    known = items != PAD
    np.testing.assert_allclose(parts.sum(axis=2)[known], scores[known], rtol=1e-3, atol=1e-5)
    assert (parts[0, 1] == 0).all()
    assert parts[0, 0, 3] == pytest.approx(3 * parts[0, 0, 1])


def test_progress_hears_every_iteration(rng):
    heard = []
    Ials.fit(two_tribes(), SMALL, rng=rng, progress=lambda done, total: heard.append((done, total)))
    assert heard == [(i, 10) for i in range(1, 11)]


def test_threads_change_no_bit():
    before = get_num_threads()
    models = []
    for threads in (1, min(2, before)):
        set_num_threads(threads)
        models.append(Ials.fit(two_tribes(40), SMALL, rng=np.random.default_rng(3)))
    set_num_threads(before)
    np.testing.assert_array_equal(models[0].items, models[1].items)
    np.testing.assert_array_equal(models[0].typical, models[1].typical)
