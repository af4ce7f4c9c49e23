"""The fold-in of pairwise wishes against its own loss."""

import numpy as np

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
