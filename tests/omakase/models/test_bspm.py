"""BSPM against its differential equations."""

import numpy as np
import pytest
from scipy.linalg import expm

from omakase.arrays.topk import mask_rows, top_k
from omakase.conformance.toy_data import everyone, two_tribes
from omakase.data.dataset import Dataset
from omakase.models.bspm import Bspm, BspmConfig
from omakase.models.gf_cf import GfCf, GfCfConfig


def uneven() -> Dataset:
    rng = np.random.default_rng(3)
    pairs = [(u, i) for u in range(30) for i in range(12) if rng.random() < 0.1 + 0.05 * (i % 7)]
    return Dataset.from_events([(f"u{u:02}", f"i{i:02}", 1.0) for u, i in pairs])


def hop_of(data: Dataset) -> np.ndarray:
    r = data.matrix.toarray().astype(np.float64)
    normal = r / np.sqrt(np.outer(r.sum(axis=1), r.sum(axis=0)))
    return normal.T @ normal


def test_one_step_each_by_hand(rng):
    data = uneven()
    config = BspmConfig(rank=3, low_pass=0.0, sharpen_time=0.4)
    scores = Bspm.fit(data, config, rng=rng).score(everyone(data))
    p, r = hop_of(data), data.matrix.toarray()
    np.testing.assert_allclose(scores, r @ p - 0.4 * r @ p @ p, rtol=1e-3, atol=1e-5)


def test_many_steps_come_to_the_solution_of_the_equations(rng):
    data = uneven()
    config = BspmConfig(
        rank=2, low_pass=0.0, blur_time=0.7, blur_steps=400, sharpen_time=0.5, sharpen_steps=400
    )
    scores = Bspm.fit(data, config, rng=rng).score(everyone(data))
    p = hop_of(data)
    exact = data.matrix.toarray() @ expm(0.7 * (p - np.eye(len(p)))) @ expm(-0.5 * p)
    np.testing.assert_allclose(scores, exact, rtol=2e-2, atol=2e-3)


def test_without_sharpening_it_is_gf_cf(rng):
    data = uneven()
    queries = everyone(data)
    seeds = (np.random.default_rng(1), np.random.default_rng(1))
    config = BspmConfig(rank=4, low_pass=0.3, sharpen_time=0)
    blurred = Bspm.fit(data, config, rng=seeds[0]).score(queries)
    other = GfCf.fit(data, GfCfConfig(rank=4, low_pass=0.3), rng=seeds[1]).score(queries)
    np.testing.assert_allclose(blurred, other, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("merge", ["early", "late"])
def test_the_low_pass_part_is_sharpened_only_when_merged_early(merge, rng):
    data = uneven()
    queries = everyone(data)
    parts = {
        low: Bspm.fit(
            data, BspmConfig(rank=4, low_pass=low, merge=merge, sharpen_time=0.5),
            rng=np.random.default_rng(1),
        )
        for low in (0.0, 0.6)
    }  # fmt: skip
    added = parts[0.6].score(queries) - parts[0.0].score(queries)
    smooth = parts[0.6].graph.low_passed(data.matrix.toarray(), 0.6)
    expected = smooth - 0.5 * smooth @ hop_of(data) if merge == "early" else smooth
    np.testing.assert_allclose(added, expected, rtol=1e-2, atol=1e-3)


def test_finds_the_item_each_person_misses(rng):
    data = two_tribes()
    queries = everyone(data)
    model = Bspm.fit(data, BspmConfig(rank=2), rng=rng)
    slate = top_k(mask_rows(model.score(queries), queries.exclude), 1)
    assert slate.items[:, 0].tolist() == list(range(data.n_items))
