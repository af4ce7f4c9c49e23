"""The fold-in of pairwise wishes against its own loss."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import optimize

from omakase.arrays.pairwise import preferring


def problem(rng, width=4, n_items=20):
    items = rng.standard_normal((n_items, width)).astype(np.float32)
    bias = rng.standard_normal(n_items).astype(np.float32)
    indptr = np.asarray([0, 3, 3, 5], dtype=np.int64)
    rows = np.asarray([0, 4, 7, 2, 9], dtype=np.int32)
    signs = np.asarray([1, 1, -1, 1, 1], dtype=np.float32)
    return indptr, rows, signs, items, bias, np.arange(10, 20, dtype=np.int32)


def loss(x, own, signs, items, bias, panel, l2):
    level = items @ x + bias
    gaps = signs[:, None] * (level[own][:, None] - level[panel])
    return np.log1p(np.exp(-gaps)).mean(axis=1).sum() + len(own) * l2 / 2 * x @ x


def test_every_step_lowers_the_loss(rng):
    given = problem(rng)
    _, rows, signs, items, bias, panel = given
    values = []
    for steps in range(8):
        x = preferring(*given, 0.1, steps)[0].astype(np.float64)
        values.append(loss(x, rows[:3], signs[:3], items, bias, panel, 0.1))
    assert (np.diff(values) < 0).all()


def test_many_steps_end_where_the_slope_is_zero(rng):
    given = problem(rng)
    _, rows, signs, items, bias, panel = given
    x = preferring(*given, 0.1, 300)[0].astype(np.float64)
    at = [loss(x + d, rows[:3], signs[:3], items, bias, panel, 0.1) for d in 1e-2 * np.eye(4)]
    assert min(at) > loss(x, rows[:3], signs[:3], items, bias, panel, 0.1) - 1e-7


def test_no_history_is_no_vector(rng):
    assert (preferring(*problem(rng), 0.1, 5)[1] == 0).all()


def test_a_batch_is_its_rows(rng):
    indptr, rows, signs, items, bias, panel = problem(rng)
    alone = preferring(
        np.asarray([0, 2]), rows[3:5], signs[3:5], items, bias, panel, 0.1, 6
    )  # fmt: skip
    together = preferring(indptr, rows, signs, items, bias, panel, 0.1, 6)
    np.testing.assert_allclose(together[2], alone[0], rtol=1e-5)


@given(st.integers(0, 2**32 - 1), st.sampled_from([0.05, 0.5, 5.0]))
def test_the_end_is_where_a_general_optimiser_ends(seed, l2):
    asked = problem(np.random.default_rng(seed))
    _, rows, signs, items, bias, panel = asked
    found = preferring(*asked, l2, 400)[0].astype(np.float64)
    own = (rows[:3], signs[:3], items, bias, panel, l2)
    best = optimize.minimize(loss, np.zeros(4), args=own, method="BFGS").fun
    assert loss(found, *own) <= best + 1e-4 * max(1, abs(best))


def test_what_is_liked_rises_and_what_is_disliked_falls(rng):
    items = np.eye(4, dtype=np.float32)
    zero = np.zeros(4, np.float32)
    x = preferring(
        np.asarray([0, 2]), np.asarray([0, 1], np.int32), np.asarray([1, -1], np.float32),
        items, zero, np.asarray([2, 3], np.int32), 0.1, 20,
    )[0]  # fmt: skip
    assert x[0] > 0.1
    assert x[1] < -0.1
    np.testing.assert_allclose(x[2], x[3], atol=1e-6)


def test_a_heavier_penalty_pulls_to_nothing(rng):
    lengths = [np.linalg.norm(preferring(*problem(rng), l2, 60)[0]) for l2 in (0.01, 1.0, 100.0)]
    assert lengths[0] > lengths[1] > lengths[2] > 0


def test_nobody_asks(rng):
    _, rows, signs, items, bias, panel = problem(rng)
    none = preferring(np.zeros(1, np.int64), rows[:0], signs[:0], items, bias, panel, 0.1, 3)
    assert none.shape == (0, 4)
