"""Row solvers against NumPy's solution of the same normal equations."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import get_num_threads, set_num_threads

from omakase.arrays.gram import gram_of
from omakase.arrays.ridge import RidgeRows, solve_blocks, solve_cg, solve_exact


def problem(rng, n_rows=7, n_columns=30, width=9):
    counts = rng.integers(0, n_columns, n_rows)
    counts[0] = 0  # a row that stores nothing
    counts[1] = n_columns
    indices = np.concatenate([np.sort(rng.permutation(n_columns)[:c]) for c in counts])
    floats = lambda size: rng.random(size, dtype=np.float32) + np.float32(0.1)  # noqa: E731
    rows = RidgeRows(
        indptr=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        indices=indices.astype(np.int32),
        curvature=floats(len(indices)),
        target=floats(len(indices)) - np.float32(0.6),
        scale=floats(n_rows),
        l2=floats(n_rows),
    )
    design = rng.standard_normal((n_columns, width)).astype(np.float32)
    offset = rng.standard_normal(width).astype(np.float32)
    return rows, design, gram_of(design), offset


def expected(rows, design, gram, offset):
    """The normal equations, row by row, in double precision."""
    out = []
    for r in range(len(rows)):
        at = slice(rows.indptr[r], rows.indptr[r + 1])
        y = design[rows.indices[at]].astype(np.float64)
        a = rows.scale[r] * gram.astype(np.float64) + rows.l2[r] * np.eye(design.shape[1])
        a += (y * rows.curvature[at, None]).T @ y
        out.append(np.linalg.solve(a, rows.scale[r] * offset + rows.target[at] @ y))
    return np.stack(out)


def test_exact_solves_the_normal_equations(rng):
    given = problem(rng)
    np.testing.assert_allclose(solve_exact(*given), expected(*given), rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("width", [1, 3, 4, 64, 130])
def test_exact_at_every_width(rng, width):
    given = problem(rng, width=width)
    np.testing.assert_allclose(solve_exact(*given), expected(*given), rtol=1e-2, atol=1e-3)


def test_long_rows_are_gathered_in_chunks(rng):
    given = problem(rng, n_rows=2, n_columns=700)
    np.testing.assert_allclose(solve_exact(*given), expected(*given), rtol=1e-3, atol=1e-5)


def test_enough_conjugate_gradients_are_exact(rng):
    rows, design, gram, offset = problem(rng)
    start = rng.standard_normal((len(rows), design.shape[1])).astype(np.float32)
    found = solve_cg(rows, design, gram, offset, start, steps=40)
    np.testing.assert_allclose(found, expected(rows, design, gram, offset), rtol=1e-2, atol=1e-3)


def test_each_pass_over_blocks_comes_closer(rng):
    rows, design, gram, offset = problem(rng)
    right = expected(rows, design, gram, offset)
    x = np.zeros(right.shape, dtype=np.float32)
    far = [np.abs(x - right).max()]
    for _ in range(60):
        x = solve_blocks(rows, design, gram, offset, x, block=4)
        far.append(np.abs(x - right).max())
    assert far[-1] < 1e-2 * far[0]


def test_one_whole_block_from_anywhere_is_exact(rng):
    rows, design, gram, offset = problem(rng)
    start = rng.standard_normal((len(rows), design.shape[1])).astype(np.float32)
    found = solve_blocks(rows, design, gram, offset, start, block=99)
    np.testing.assert_allclose(found, expected(rows, design, gram, offset), rtol=1e-3, atol=1e-4)


def test_a_row_that_stores_nothing_follows_the_offset(rng):
    rows, design, gram, _ = problem(rng)
    nothing = np.zeros(design.shape[1], dtype=np.float32)
    assert (solve_exact(rows, design, gram, nothing)[0] == 0).all()


def test_threads_change_no_bit(rng):
    rows, design, gram, offset = problem(rng, n_rows=50, n_columns=200)
    before = get_num_threads()
    found = []
    for threads in (1, min(2, before)):
        set_num_threads(threads)
        start = np.zeros((len(rows), design.shape[1]), dtype=np.float32)
        found.append(
            [
                solve_exact(rows, design, gram, offset),
                solve_cg(rows, design, gram, offset, start, steps=3),
                gram_of(design),
            ]
        )
    set_num_threads(before)
    for one, two in zip(*found, strict=True):
        np.testing.assert_array_equal(one, two)


@given(st.integers(0, 2**32 - 1), st.integers(1, 9), st.integers(0, 5))
def test_any_problem_is_solved_and_rows_do_not_know_of_each_other(seed, width, n_rows):
    """Rows one by one, all at once, and in another order: the same bits."""
    rows, design, gram, offset = problem(np.random.default_rng(seed), n_rows + 2, 12, width)
    found = solve_exact(rows, design, gram, offset)
    np.testing.assert_allclose(found, expected(rows, design, gram, offset), rtol=2e-2, atol=2e-3)
    for r in range(len(rows)):
        at = slice(rows.indptr[r], rows.indptr[r + 1])
        alone = RidgeRows(
            np.asarray([0, at.stop - at.start]), rows.indices[at], rows.curvature[at],
            rows.target[at], rows.scale[r : r + 1], rows.l2[r : r + 1],
        )  # fmt: skip
        np.testing.assert_array_equal(solve_exact(alone, design, gram, offset)[0], found[r])


def test_no_rows_have_no_solutions(rng):
    rows, design, gram, offset = problem(rng)
    none = RidgeRows(
        np.zeros(1, np.int64), rows.indices[:0], rows.curvature[:0], rows.target[:0],
        rows.scale[:0], rows.l2[:0],
    )  # fmt: skip
    assert solve_exact(none, design, gram, offset).shape == (0, design.shape[1])
    start = np.zeros((0, design.shape[1]), np.float32)
    assert solve_cg(none, design, gram, offset, start, steps=2).shape == start.shape


def test_no_steps_leave_the_start(rng):
    rows, design, gram, offset = problem(rng)
    start = rng.standard_normal((len(rows), design.shape[1])).astype(np.float32)
    found = solve_cg(rows, design, gram, offset, start.copy(), steps=0)
    np.testing.assert_array_equal(found, start)


def test_each_step_of_conjugate_gradients_lowers_the_loss(rng):
    rows, design, gram, offset = problem(rng)

    def loss(x):
        out = []
        for r, one in enumerate(x.astype(np.float64)):
            at = slice(rows.indptr[r], rows.indptr[r + 1])
            fit = design[rows.indices[at]] @ one
            out.append(
                rows.scale[r] * (one @ gram @ one - 2 * offset @ one)
                + (rows.curvature[at] * fit**2 - 2 * rows.target[at] * fit).sum()
                + rows.l2[r] * one @ one
            )
        return np.asarray(out)

    start = np.zeros((len(rows), design.shape[1]), np.float32)
    losses = [
        loss(solve_cg(rows, design, gram, offset, start.copy(), steps=steps)) for steps in range(6)
    ]
    assert (np.diff(losses, axis=0) <= 1e-5).all()
    assert (losses[-1] >= loss(expected(rows, design, gram, offset)) - 1e-4).all()


def test_the_start_that_is_right_stays(rng):
    rows, design, gram, offset = problem(rng)
    right = expected(rows, design, gram, offset).astype(np.float32)
    for solve, knobs in ((solve_cg, {"steps": 3}), (solve_blocks, {"block": 4})):
        found = solve(rows, design, gram, offset, right.copy(), **knobs)
        np.testing.assert_allclose(found, right, rtol=1e-2, atol=1e-3)
