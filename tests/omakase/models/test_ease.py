"""EASE against its own definition."""

from dataclasses import replace

import numpy as np
import pytest
from pydantic import ValidationError
from threadpoolctl import threadpool_limits

from omakase.arrays import memory
from omakase.arrays.topk import mask_rows, top_k
from omakase.conformance.toy_data import everyone, two_tribes
from omakase.data.dataset import Dataset
from omakase.errors import TooLarge
from omakase.models.ease import Ease, EaseConfig
from omakase.types import PAD, Queries


def test_no_item_recommends_itself(rng):
    model = Ease.fit(two_tribes(), EaseConfig(), rng=rng)
    assert (np.diag(model.weights) == 0).all()


def test_each_column_solves_its_ridge_regression(rng):
    """Column j minimises |x_j - X w|^2 + l2 |w|^2 with w_j = 0: solve it without item j."""
    data, l2 = two_tribes(), 3.0
    model = Ease.fit(data, EaseConfig(l2=l2), rng=rng)
    x = data.matrix.toarray().astype(np.float64)
    for j in range(data.n_items):
        rest = np.delete(np.arange(data.n_items), j)
        a, b = x[:, rest], x[:, j]
        expected = np.linalg.solve(a.T @ a + l2 * np.eye(len(rest)), a.T @ b)
        np.testing.assert_allclose(model.weights[rest, j], expected, atol=1e-5)


def test_finds_the_item_each_person_misses(rng):
    data = two_tribes()
    queries = everyone(data)
    model = Ease.fit(data, EaseConfig(l2=1.0), rng=rng)
    slate = top_k(mask_rows(model.score(queries), queries.exclude), 1)
    assert slate.items[:, 0].tolist() == list(range(data.n_items))


def test_misspelt_knob_is_an_error():
    with pytest.raises(ValidationError, match="lambda_"):
        EaseConfig(lambda_=3)


def test_single_and_double_precision_agree(rng):
    data = two_tribes()
    single, double = (
        Ease.fit(data, EaseConfig(l2=3.0, precision=p), rng=rng).weights
        for p in ("single", "double")
    )
    assert double.dtype == np.float32
    np.testing.assert_allclose(single, double, atol=1e-5)


def test_a_penalty_that_grows_with_popularity_is_its_own_regression(rng):
    """Item i has penalty l2 · (energy_i / mean energy)^e in every column's regression."""
    rows = [(f"u{u}", f"i{i}", 1.0) for u in range(10) for i in range(6) if (u * i) % 4 < 2]
    data, l2 = Dataset.from_events(rows), 2.0
    model = Ease.fit(data, EaseConfig(l2=l2, l2_exponent=0.7), rng=rng)
    x = data.matrix.toarray().astype(np.float64)
    energy = (x**2).sum(axis=0)
    penalty = np.diag(l2 * (energy / energy.mean()) ** 0.7)
    rest = np.arange(1, data.n_items)
    a = x[:, rest]
    expected = np.linalg.solve(a.T @ a + penalty[1:, 1:], a.T @ x[:, 0])
    np.testing.assert_allclose(model.weights[rest, 0], expected, atol=1e-5)


def test_binarised_weights_do_not_matter(rng):
    loud = Dataset.from_events([(f"u{u}", f"i{i}", 5.0) for u in range(4) for i in range(u + 1)])
    soft = Dataset.from_events([(f"u{u}", f"i{i}", 1.0) for u in range(4) for i in range(u + 1)])
    config = EaseConfig(l2=1.0, binarise=True)
    one, two = (Ease.fit(data, config, rng=rng) for data in (loud, soft))
    np.testing.assert_array_equal(one.weights, two.weights)
    history = np.asarray([[0, 3]], dtype=np.int32)
    strong = Queries.of(history, weights=np.asarray([[9, 2]], dtype=np.float32))
    np.testing.assert_array_equal(one.score(strong), one.score(Queries.of(history)))


@pytest.mark.parametrize("binarise", [False, True])
def test_parts_add_up_to_the_score(rng, binarise):
    model = Ease.fit(two_tribes(), EaseConfig(l2=3.0, binarise=binarise), rng=rng)
    queries = Queries.of(
        np.asarray([[PAD, 0, 3, 0]], dtype=np.int32),
        weights=np.asarray([[0, 1, -2, 3]], dtype=np.float32),
    )
    items = np.asarray([[2, 5]], dtype=np.int32)
    parts = model.contributions(queries, items)
    np.testing.assert_allclose(parts.sum(axis=2), model.score(queries)[:, [2, 5]], rtol=1e-4)


def test_a_dislike_lowers_what_goes_with_the_item(rng):
    model = Ease.fit(two_tribes(), EaseConfig(l2=1.0), rng=rng)
    history = np.asarray([[0, 2]], dtype=np.int32)
    mixed = Queries.of(history, weights=np.asarray([[1, -1]], dtype=np.float32))
    assert model.score(mixed)[0, 4] < model.score(Queries.of(history))[0, 4]


def test_ease_refuses_many_items_before_work_starts(rng, monkeypatch):
    monkeypatch.setattr(memory, "available_bytes", lambda: 500)
    with pytest.raises(TooLarge, match="EASE over 12 items"):
        Ease.fit(two_tribes(), EaseConfig(), rng=rng)


def test_a_penalty_that_floats_cannot_tell_from_nothing_is_raised(rng):
    data = Dataset.from_events([("u", "a", 5.0), ("u", "b", 5.0), ("v", "a", 5.0)])
    twins = data.with_events(data.events.chosen(np.asarray([0, 1])))
    for weight in (5.0, 1e9):
        heavy = twins.with_events(
            replace(twins.events, weights=np.full(2, weight, dtype=np.float32))
        )
        weights = Ease.fit(heavy, EaseConfig(l2=1e-12), rng=rng).weights
        assert np.isfinite(weights).all()
        assert weights[0, 1] == pytest.approx(1, abs=0.1)  # who has the one has the other


def test_threads_change_next_to_nothing():
    """LAPACK splits its work by threads, so sums may differ in the last bit."""
    data, found = two_tribes(40), []
    for threads in (1, 2):
        with threadpool_limits(threads):
            found.append(Ease.fit(data, EaseConfig(), rng=np.random.default_rng(0)).weights)
    np.testing.assert_allclose(found[0], found[1], rtol=1e-4, atol=1e-7)


def test_a_stranger_gets_what_is_popular(rng):
    data = Dataset.from_events([(f"u{u}", f"i{i}", 1.0) for u in range(6) for i in range(u + 1)])
    model = Ease.fit(data, EaseConfig(), rng=rng)
    nobody = Queries.of(np.full((1, 1), PAD, dtype=np.int32))
    assert np.argsort(-model.score(nobody)[0]).tolist() == list(range(6))
