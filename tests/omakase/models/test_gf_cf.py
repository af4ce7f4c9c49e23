"""GF-CF against its equation, in dense arrays."""

import numpy as np

from omakase.arrays.ties import by_count
from omakase.arrays.topk import mask_rows, top_k
from omakase.conformance.toy_data import everyone, two_tribes
from omakase.data.dataset import Dataset
from omakase.models.gf_cf import GfCf, GfCfConfig
from omakase.types import Queries


def uneven() -> Dataset:
    rng = np.random.default_rng(3)
    pairs = [(u, i) for u in range(30) for i in range(12) if rng.random() < 0.1 + 0.05 * (i % 7)]
    return Dataset.from_events([(f"u{u:02}", f"i{i:02}", 1.0 + i % 3) for u, i in pairs])


def by_equation(data: Dataset, history: np.ndarray, rank: int, weight: float) -> np.ndarray:
    r = np.sign(data.matrix.toarray()).astype(np.float64)
    items = r.sum(axis=0)
    normal = r / np.sqrt(np.outer(r.sum(axis=1), items))
    v = np.linalg.svd(normal)[2][:rank].T
    ideal = np.diag(items**-0.5) @ v @ v.T @ np.diag(items**0.5)
    return history @ (normal.T @ normal + weight * ideal)


def test_scores_are_those_of_the_paper(rng):
    data = uneven()
    queries = everyone(data)
    model = GfCf.fit(data, GfCfConfig(rank=4, low_pass=0.3), rng=rng)
    expected = by_equation(data, np.sign(data.matrix.toarray()), 4, 0.3)
    np.testing.assert_allclose(model.score(queries), expected, rtol=1e-2, atol=2e-3)


def test_without_a_low_pass_it_is_one_hop(rng):
    data = uneven()
    model = GfCf.fit(data, GfCfConfig(rank=2, low_pass=0.0), rng=rng)
    expected = by_equation(data, np.sign(data.matrix.toarray()), 2, 0.0)
    np.testing.assert_allclose(model.score(everyone(data)), expected, rtol=1e-4, atol=1e-5)


def test_finds_the_item_each_person_misses(rng):
    data = two_tribes()
    queries = everyone(data)
    model = GfCf.fit(data, GfCfConfig(rank=2), rng=rng)
    slate = top_k(mask_rows(model.score(queries), queries.exclude), 1)
    assert slate.items[:, 0].tolist() == list(range(data.n_items))


def test_a_dislike_turns_the_score(rng):
    model = GfCf.fit(two_tribes(), GfCfConfig(rank=2), rng=rng)
    history = np.asarray([[0]], dtype=np.int32)
    liked = model.score(Queries.of(history))
    hated = model.score(Queries.of(history, weights=np.asarray([[-3]], dtype=np.float32)))
    nothing = by_count(model.graph.degrees)
    np.testing.assert_allclose(hated - nothing, nothing - liked, rtol=1e-5, atol=1e-7)


def test_weights_count_when_asked(rng):
    data = uneven()
    plain, weighted = (
        GfCf.fit(data, GfCfConfig(rank=3, binarise=b), rng=rng).score(everyone(data))
        for b in (True, False)
    )
    assert not np.allclose(plain, weighted, rtol=0.05)
