"""BPR: order, drawn negatives, folding in."""

import numpy as np
import pytest
from numba import get_num_threads, set_num_threads
from scipy import sparse

from omakase.arrays.topk import mask_rows, top_k
from omakase.conformance.toy_data import everyone, two_tribes
from omakase.data.dataset import Dataset
from omakase.models.bpr import Bpr, BprConfig, _hardest, _Negatives, _pass
from omakase.types import PAD, Queries

SMALL = BprConfig(factors=6, epochs=80)


def test_finds_the_item_each_person_misses(rng):
    data = two_tribes()
    queries = everyone(data)
    model = Bpr.fit(data, SMALL, rng=rng)
    slate = top_k(mask_rows(model.score(queries), queries.exclude), 1)
    assert slate.items[:, 0].tolist() == list(range(data.n_items))


def test_the_loss_falls(rng):
    heard = []
    Bpr.fit(
        two_tribes(), SMALL, rng=rng, progress=lambda done, total, loss: heard.append(loss)
    )  # fmt: skip
    assert len(heard) == SMALL.epochs
    assert heard[0] == pytest.approx(np.log(2), rel=0.1)
    assert heard[-1] < heard[0] / 3


def test_one_step_is_the_gradient(rng):
    """On a single pair and negative: the difference of the loss, by small changes."""
    users = rng.standard_normal((1, 3)).astype(np.float32)
    items = rng.standard_normal((2, 3)).astype(np.float32)
    bias = np.zeros(2, dtype=np.float32)
    gap = lambda x: -np.log(1 / (1 + np.exp(-x @ (items[0] - items[1]))))  # noqa: E731
    old = users[0].astype(np.float64)
    slope = [(gap(old + d) - gap(old - d)) / 2e-5 for d in 1e-5 * np.eye(3)]
    _pass(
        np.asarray([0, 1]), np.asarray([0], dtype=np.int32), np.ones(1, np.float32),
        np.zeros(1, np.int32), np.zeros(1, np.int64), np.ones((1, 1), np.int32),
        users, items.copy(), bias, np.float32(0.01), np.float32(0),
    )  # fmt: skip
    np.testing.assert_allclose(users[0] - old, -0.01 * np.asarray(slope), rtol=1e-3, atol=1e-6)


def test_a_dislike_lowers_the_item_and_its_like(rng):
    model = Bpr.fit(two_tribes(), SMALL, rng=rng)
    history = np.asarray([[0, 2]], dtype=np.int32)
    mixed = Queries.of(history, weights=np.asarray([[1, -1]], dtype=np.float32))
    before, after = model.score(Queries.of(history))[0], model.score(mixed)[0]
    assert after[2] < before[2]
    assert after[4] < before[4]


def test_dislikes_in_training_lower_an_item():
    rows = [(f"u{u}", "good", 1.0) for u in range(8)]
    rows += [(f"u{u}", "bad", -1.0) for u in range(8)]
    rows += [("someone", "neutral", 1.0)]
    model = Bpr.fit(Dataset.from_events(rows), SMALL, rng=np.random.default_rng(0))
    nobody = Queries.of(np.full((1, 1), PAD, dtype=np.int32))
    bad, good, neutral = model.score(nobody)[0]
    assert good > neutral > bad


def test_negatives_follow_the_power_of_popularity(rng):
    pairs = sparse.csr_array(np.asarray([[1, 1], [1, 0], [1, 0], [1, 0]], dtype=np.float32))
    for exponent, share in ((0.0, 0.5), (1.0, 0.8), (0.5, 2 / 3)):
        drawn = _Negatives.of(pairs, exponent)(rng, (20_000,))
        assert (drawn == 0).mean() == pytest.approx(share, abs=0.02)


def test_the_hardest_negative_is_never_ones_own():
    own = np.asarray([1, 3], dtype=np.int32)
    items = np.asarray([[0], [9], [1], [8], [2]], dtype=np.float32)
    x, bias = np.ones(1, dtype=np.float32), np.zeros(5, dtype=np.float32)
    drawn = np.asarray([0, 1, 2, 3, 4], dtype=np.int32)
    assert _hardest(own, drawn, x, items, bias, np.float32(1)) == 4
    assert _hardest(own, drawn, x, items, bias, np.float32(-1)) == 0
    assert _hardest(own, own, x, items, bias, np.float32(1)) == -1


def test_without_history_the_popular_come_first():
    rows = [(f"u{u}", "hit", 1.0) for u in range(9)]
    rows += [(f"u{u}", f"rare{u}", 1.0) for u in range(9)]
    data = Dataset.from_events(rows)
    model = Bpr.fit(data, SMALL, rng=np.random.default_rng(0))
    nobody = Queries.of(np.full((1, 1), PAD, dtype=np.int32))
    assert model.score(nobody)[0].argmax() == data.ids.items.row("hit")


def test_threads_change_no_bit():
    before = get_num_threads()
    models = []
    for threads in (1, min(2, before)):
        set_num_threads(threads)
        models.append(Bpr.fit(two_tribes(), SMALL, rng=np.random.default_rng(3)))
    set_num_threads(before)
    np.testing.assert_array_equal(models[0].items, models[1].items)
