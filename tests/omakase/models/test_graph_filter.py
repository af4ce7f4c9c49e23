"""The graph filter against dense linear algebra."""

import numpy as np
import pytest
from pydantic import ValidationError

from omakase.arrays.ties import by_count
from omakase.arrays.topk import mask_rows, top_k
from omakase.conformance.toy_data import everyone, two_tribes
from omakase.data.dataset import Dataset
from omakase.models.graph_filter import GraphFilter, GraphFilterConfig
from omakase.types import PAD, Queries


def uneven() -> Dataset:
    rng = np.random.default_rng(3)
    pairs = [(u, i) for u in range(30) for i in range(12) if rng.random() < 0.1 + 0.05 * (i % 7)]
    return Dataset.from_events([(f"u{u:02}", f"i{i:02}", 1.0) for u, i in pairs])


def normalised(data: Dataset, config: GraphFilterConfig) -> tuple[np.ndarray, np.ndarray]:
    """P and the degrees of items."""
    r = data.matrix.toarray().astype(np.float64)
    people, items = r.sum(axis=1, keepdims=True), r.sum(axis=0)
    edges = r * people**-config.user_exponent * items**-config.item_exponent
    product = edges.T @ edges
    return product / np.linalg.eigvalsh(product)[-1], items


def test_all_modes_give_ridge_regression_on_the_graph(rng):
    """All modes bent by s / (s + ridge) is P (P + ridge)^-1."""
    data = uneven()
    config = GraphFilterConfig(rank=12, ridge=0.3, history_exponent=0.2, popularity=0.4)
    p, items = normalised(data, config)
    inner = p @ np.linalg.inv(p + 0.3 * np.eye(len(p)))
    scale = np.linalg.eigvalsh(p)[0] + 0.3  # so that the last mode passes as in the linear filter
    expected = data.matrix.toarray() * items**-0.2 @ inner * scale * items**0.4
    scores = GraphFilter.fit(data, config, rng=rng).score(everyone(data))
    np.testing.assert_allclose(scores, expected, rtol=2e-2, atol=2e-3)


def test_few_modes_are_bent_and_the_rest_passes_linearly(rng):
    data = uneven()
    config = GraphFilterConfig(rank=3, ridge=0.1, history_exponent=0.0, popularity=0.0)
    p, _ = normalised(data, config)
    values, vectors = (a[..., ::-1] for a in np.linalg.eigh(p))
    bent = values.copy()
    bent[:3] = values[:3] / (values[:3] + 0.1) * (values[2] + 0.1)
    expected = data.matrix.toarray() @ (vectors * bent @ vectors.T)
    scores = GraphFilter.fit(data, config, rng=rng).score(everyone(data))
    np.testing.assert_allclose(scores, expected, rtol=2e-2, atol=2e-3)


def test_a_huge_ridge_is_the_linear_filter(rng):
    data = uneven()
    config = GraphFilterConfig(rank=6, ridge=1e6, popularity=0.0)
    p, _ = normalised(data, config)
    scores = GraphFilter.fit(data, config, rng=rng).score(everyone(data))
    np.testing.assert_allclose(scores, data.matrix.toarray() @ p, rtol=5e-2, atol=5e-3)


def test_popularity_given_back_raises_popular_items(rng):
    data = uneven()
    degrees = np.asarray(data.matrix.sum(axis=0))
    means = [
        GraphFilter.fit(data, GraphFilterConfig(rank=4, popularity=power), rng=rng)
        .score(everyone(data))
        .mean(0)
        for power in (0.0, 1.0)
    ]
    np.testing.assert_allclose(means[1] / means[0], degrees, rtol=1e-2)


def test_finds_the_item_each_person_misses(rng):
    data = two_tribes()
    queries = everyone(data)
    model = GraphFilter.fit(data, GraphFilterConfig(rank=2), rng=rng)
    slate = top_k(mask_rows(model.score(queries), queries.exclude), 1)
    assert slate.items[:, 0].tolist() == list(range(data.n_items))


def test_contributions_add_up_to_the_score(rng):
    data = uneven()
    queries = data.queries(np.arange(5, dtype=np.int32))
    items = np.tile(np.arange(12, dtype=np.int32), (5, 1))
    model = GraphFilter.fit(data, GraphFilterConfig(rank=4), rng=rng)
    parts = model.contributions(queries, items)
    assert (parts[np.broadcast_to((queries.history == PAD)[:, None, :], parts.shape)] == 0).all()
    np.testing.assert_allclose(parts.sum(axis=2), model.score(queries), rtol=1e-3, atol=1e-5)


def test_a_dislike_turns_the_score(rng):
    model = GraphFilter.fit(two_tribes(), GraphFilterConfig(rank=2), rng=rng)
    history = np.asarray([[0]], dtype=np.int32)
    liked = model.score(Queries.of(history))
    hated = model.score(Queries.of(history, weights=np.asarray([[-3]], dtype=np.float32)))
    nothing = by_count(model.graph.degrees)
    np.testing.assert_allclose(hated - nothing, nothing - liked, rtol=1e-5, atol=1e-7)


def test_a_ridge_of_nothing_is_refused():
    with pytest.raises(ValidationError, match="ridge"):
        GraphFilterConfig(ridge=0)
