"""PureSVD against NumPy's decomposition."""

import numpy as np
import pytest

from omakase.arrays.topk import mask_rows, top_k
from omakase.conformance.toy_data import everyone, two_tribes
from omakase.data.dataset import Dataset
from omakase.models.pure_svd import PureSvd, PureSvdConfig
from omakase.types import PAD, Queries


def random_world(rng, n_users=30, n_items=15):
    pairs = np.argwhere(rng.random((n_users, n_items)) < 0.3)
    return Dataset.from_events([(f"u{u:02}", f"i{i:02}", 1.0 + u % 3) for u, i in pairs.tolist()])


@pytest.mark.parametrize("exponent", [0.0, 0.7])
def test_scores_are_the_projection_on_the_best_subspace(rng, exponent):
    data = random_world(rng)
    config = PureSvdConfig(factors=5, item_exponent=exponent, binarise=False)
    model = PureSvd.fit(data, config, rng=rng)
    x = data.matrix.toarray()
    scale = (x > 0).sum(axis=0) ** (-exponent / 2)
    right = np.linalg.svd(x * scale)[2][:5]
    wanted = x * scale @ right.T @ right / scale
    np.testing.assert_allclose(model.score(everyone(data)), wanted, rtol=1e-3, atol=1e-4)


def test_finds_the_item_each_person_misses(rng):
    data = two_tribes()
    queries = everyone(data)
    model = PureSvd.fit(data, PureSvdConfig(factors=2), rng=rng)
    slate = top_k(mask_rows(model.score(queries), queries.exclude), 1)
    assert slate.items[:, 0].tolist() == list(range(data.n_items))


def test_binarised_weights_do_not_matter(rng):
    model = PureSvd.fit(random_world(rng), PureSvdConfig(factors=4), rng=rng)
    history = np.asarray([[0, 3]], dtype=np.int32)
    strong = Queries.of(history, weights=np.asarray([[9, 2]], dtype=np.float32))
    np.testing.assert_array_equal(model.score(strong), model.score(Queries.of(history)))


def test_a_dislike_lowers_the_item_and_its_like(rng):
    model = PureSvd.fit(two_tribes(), PureSvdConfig(factors=2), rng=rng)
    history = np.asarray([[0, 2]], dtype=np.int32)
    mixed = Queries.of(history, weights=np.asarray([[1, -1]], dtype=np.float32))
    before, after = model.score(Queries.of(history))[0], model.score(mixed)[0]
    assert after[2] < before[2]
    assert after[4] < before[4]


def test_parts_add_up_to_the_score(rng):
    model = PureSvd.fit(random_world(rng), PureSvdConfig(factors=4, binarise=False), rng=rng)
    queries = Queries.of(
        np.asarray([[PAD, 0, 3, 0]], dtype=np.int32),
        weights=np.asarray([[0, 1, -2, 3]], dtype=np.float32),
    )
    items = np.asarray([[2, 5]], dtype=np.int32)
    parts = model.contributions(queries, items)
    np.testing.assert_allclose(parts.sum(axis=2), model.score_items(queries, items), rtol=1e-3)


def test_someone_without_history_is_the_mean_person(rng):
    data = random_world(rng)
    model = PureSvd.fit(data, PureSvdConfig(factors=4), rng=rng)
    nobody = Queries.of(np.full((1, 2), PAD, dtype=np.int32))
    mean = model.score(everyone(data)).mean(axis=0)
    np.testing.assert_allclose(model.score(nobody)[0], mean, rtol=1e-3, atol=1e-5)


def test_more_factors_than_the_data_has_are_cut(rng):
    data = Dataset.from_events([("a", "x", 1.0), ("a", "y", 1.0), ("b", "y", 1.0)])
    model = PureSvd.fit(data, PureSvdConfig(factors=50), rng=rng)
    assert model.basis.shape == (2, 1)


def test_the_sign_of_the_vectors_is_settled(rng):
    data = random_world(rng)
    one, two = (
        PureSvd.fit(data, PureSvdConfig(factors=4), rng=np.random.default_rng(seed))
        for seed in (1, 2)
    )
    np.testing.assert_allclose(one.basis, two.basis, atol=1e-4)


@pytest.mark.parametrize("rows", [[("u", "a", 3.0), ("u", "b", 4.0)], [("u", "a", 3.0)]])
def test_one_person_is_a_direction_of_their_own(rng, rows):
    """ARPACK finds fewer directions than the smaller side has: here none."""
    data = Dataset.from_events(rows)
    model = PureSvd.fit(data, PureSvdConfig(binarise=False, item_exponent=0), rng=rng)
    weights = np.asarray([weight for _, _, weight in rows])
    np.testing.assert_allclose(model.basis[:, 0], weights / np.linalg.norm(weights), rtol=1e-6)
    np.testing.assert_allclose(model.score(everyone(data))[0], weights, rtol=1e-6)


def test_events_without_weight_point_nowhere(rng):
    data = Dataset.from_events([("u", "a", 0.0), ("v", "b", 0.0), ("v", "a", 0.0)])
    model = PureSvd.fit(data, PureSvdConfig(factors=1), rng=rng)
    assert not model.score(everyone(data)).any()
