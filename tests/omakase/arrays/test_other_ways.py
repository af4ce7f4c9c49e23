"""Each function of arrays, called in other ways, must say the same.

Interpreted: compiled loops may wrap round, reorder sums or read beyond an end; Python does not.
Laid out otherwise: what is loaded from a file is read-only, what is cut from a table is strided,
and matrices of other makers count in 64 bits.
"""

import numpy as np
import pytest
from numba.core.dispatcher import Dispatcher
from scipy import sparse

from omakase.arrays import (
    cholesky,
    cooccur,
    gather,
    gram,
    graph,
    heap,
    inverse,
    links,
    lists,
    local_ridge,
    nearest,
    pairwise,
    ragged,
    ridge,
    spectrum,
    standard,
    ties,
    topk,
)
from omakase.types import PAD, Slate

MODULES = (
    nearest,
    cholesky,
    cooccur,
    graph,
    heap,
    links,
    lists,
    local_ridge,
    pairwise,
    ragged,
    ridge,
    gram,
    topk,
)
WIDTH = 6


def given(seed):
    """What the functions below are called with, by name."""
    chance = np.random.default_rng(seed)
    matrix = sparse.random_array((14, 9), density=0.35, rng=chance, dtype=np.float32).tocsr()
    matrix.data = chance.choice([-1, 0.5, 1, 3], matrix.nnz).astype(np.float32)
    pattern = sparse.random_array((9, 9), density=0.4, rng=chance, dtype=np.float32).toarray()
    np.fill_diagonal(pattern, 0)
    history = chance.integers(-1, 9, (5, 4)).astype(np.int32)
    strengths = chance.choice([-1, 1, 2], (5, 4)).astype(np.float32) * (history != PAD)
    counts = chance.integers(0, 9, 7)
    spread = lambda *shape: chance.standard_normal(shape).astype(np.float32)  # noqa: E731
    return {
        "matrix": matrix,
        "square": sparse.csr_array(pattern),
        "history": history,
        "strengths": strengths.astype(np.float32),
        "items": chance.integers(-1, 9, (5, 3)).astype(np.int32),
        "scores": chance.choice([-np.inf, 0, 1, 2], (5, 9)).astype(np.float32),
        "values": spread(5, 4),
        "vectors": spread(9, WIDTH),
        "queries": spread(5, WIDTH),
        "design": spread(60, WIDTH),
        "gram": gram.gram_of(spread(30, WIDTH)),
        "offset": spread(WIDTH),
        "start": spread(7, WIDTH),
        "penalties": chance.random(9, dtype=np.float32) + np.float32(0.2),
        "weights": chance.random(60, dtype=np.float32),
        "indptr": np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        "indices": np.concatenate([chance.permutation(60)[:n] for n in counts]).astype(np.int32),
        "curvature": chance.random(counts.sum(), dtype=np.float32),
        "target": spread(counts.sum()),
        "scale": chance.random(7, dtype=np.float32),
        "l2": chance.random(7, dtype=np.float32) + np.float32(0.3),
        "own": np.asarray([0, 3, 3, 6], np.int64),
        "liked": chance.integers(0, 9, 6).astype(np.int32),
        "signs": chance.choice([-1, 1], 6).astype(np.float32),
        "bias": spread(9),
        "panel": np.asarray([1, 4, 5], np.int32),
        "groups": chance.integers(0, 4, 20).astype(np.int32),
        "signal": sparse.random_array((5, 9), density=0.5, rng=chance, dtype=np.float32).tocsr(),
    }


def measure(g, union=False):
    rows = g["matrix"].T.tocsr()
    power = 1.0 if union else 0.5
    sizes = np.power(np.asarray(rows.multiply(rows).sum(axis=1)).ravel(), power)
    return nearest.Measure(sizes.astype(np.float32), sizes.astype(np.float32), union, 0.5)


def most_alike(g, union=False):
    everyone = np.arange(9, dtype=np.int32)
    return nearest.most_alike(
        g["matrix"].T.tocsr(), g["matrix"], 4, measure(g, union), skip=everyone
    )


def rows_of(g):
    names = ("indptr", "indices", "curvature", "target", "scale", "l2")
    return ridge.RidgeRows(*(g[name] for name in names))


def regressed(g, solve, **knobs):
    rest = (g["start"].copy(),) if solve is not ridge.solve_exact else ()
    return solve(rows_of(g), g["design"], g["gram"], g["offset"], *rest, **knobs)


def graph_of(g):
    return graph.NormalizedGraph.of(g["matrix"], rank=3, rng=np.random.default_rng(1))


def slate_of(g):
    scores = np.where(g["items"] == PAD, -np.inf, g["items"].astype(np.float32))
    return Slate(g["items"], scores.astype(np.float32))


CALLS = {
    "most_alike": most_alike,
    "most_alike by union": lambda g: most_alike(g, union=True),
    "dense_gram": lambda g: cooccur.dense_gram(g["matrix"], np.float64),
    "dots_at": lambda g: gather.dots_at(g["queries"], g["vectors"], g["items"]),
    "masked_at": lambda g: gather.masked_at(g["values"][:, :3], g["items"], 7.0),
    "hop": lambda g: graph_of(g).hop(g["signal"]),
    "hop of a dense signal": lambda g: graph_of(g).hop(g["bias"][None]),
    "respond": lambda g: graph_of(g).respond(g["signal"], np.asarray([2, 1, 0], np.float32)),
    "spread": lambda g: links.Links.of(g["square"]).spread(g["history"], g["strengths"]),
    "reaching": lambda g: links.Links.of(g["square"]).reaching(
        g["history"], g["strengths"], g["items"]
    ),
    "between": lambda g: links.Links.of(g["square"]).between(g["history"], g["items"]),
    "kept": lambda g: lists.keep_allowed(slate_of(g), g["history"], 8, np.arange(9) != 3),
    "summed": lambda g: lists.summed(g["history"], g["values"]),
    "sorted_slate": lambda g: lists.sorted_slate(g["history"], g["values"]),
    "local_weights": lambda g: local_ridge.local_weights(
        g["matrix"].tocsr(), g["square"], g["penalties"]
    ),
    "preferring": lambda g: pairwise.preferring(
        g["own"], g["liked"], g["signs"], g["vectors"], g["bias"], g["panel"], 0.3, 5
    ),
    "grouped": lambda g: ragged.grouped(g["groups"], 4),
    "padded": lambda g: ragged.padded(g["groups"], np.asarray([7, 0, 13]), np.int32(PAD)),
    "gram_of": lambda g: gram.gram_of(g["design"], g["weights"]),
    "solve_exact": lambda g: regressed(g, ridge.solve_exact),
    "solve_blocks": lambda g: regressed(g, ridge.solve_blocks, block=4),
    "solve_cg": lambda g: regressed(g, ridge.solve_cg, steps=3),
    "standardised": lambda g: standard.standardised(g["scores"]),
    "tie_breaks": lambda g: ties.tie_breaks(g["matrix"]),
    "top_k": lambda g: topk.top_k(g["scores"], 5),
    "mask_rows": lambda g: topk.mask_rows(g["scores"], g["history"]),
    "leading_directions": lambda g: spectrum.leading_directions(
        g["matrix"], 3, np.random.default_rng(0)
    ),
}
COMPILED = [name for name in CALLS if name not in {"dots_at", "masked_at", "standardised"}]


def parts(result):
    """The arrays of whatever came back."""
    if isinstance(result, Slate):
        return [result.items, result.scores]
    if sparse.issparse(result):
        return [result.toarray()]
    return list(result) if isinstance(result, tuple) else [result]


def assert_agree(one, other, rtol=1e-6):
    for left, right in zip(parts(one), parts(other), strict=True):
        assert left.dtype == right.dtype
        np.testing.assert_allclose(left, right, rtol=rtol, atol=rtol)


@pytest.fixture
def interpreted(monkeypatch):
    """Every compiled loop of these modules is run by Python, line by line."""
    wraps = {"_find"}  # its product of a row and a prime is to wrap round
    for module in MODULES:
        for name, value in vars(module).copy().items():
            if isinstance(value, Dispatcher) and name not in wraps:
                monkeypatch.setattr(module, name, value.py_func)


@pytest.fixture(scope="module")
def results():
    """By the compiled loops, before any test takes them away."""
    return {(name, seed): CALLS[name](given(seed)) for name in CALLS for seed in (0, 1, 2)}


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("name", COMPILED)
@pytest.mark.filterwarnings("ignore:(divide|invalid|overflow)")
def test_interpreted_it_says_the_same(name, seed, results, interpreted):
    assert_agree(CALLS[name](given(seed)), results[name, seed], rtol=2e-3)


def read_only(array):
    array = array.copy()
    array.flags.writeable = False
    return array


def strided(array):
    """The same numbers, every other place of a wider table."""
    wide = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)
    wide[..., ::2] = array
    return wide[..., ::2]


def of_sparse(change):
    """The same change of the values of a sparse matrix."""

    def changed(value):
        if not sparse.issparse(value):
            return change(value)
        return sparse.csr_array((change(value.data), value.indices, value.indptr), value.shape)

    return changed


def counted_in_64_bits(value):
    """As SciPy does beyond 2^31 entries."""
    if not sparse.issparse(value):
        return value
    wide = value.copy()
    wide.indices, wide.indptr = wide.indices.astype(np.int64), wide.indptr.astype(np.int64)
    return wide


def out_of_order(value):
    """Entries of a row in falling order of columns."""
    if not sparse.issparse(value):
        return value
    order = np.concatenate(
        [
            np.arange(start, stop)[::-1]
            for start, stop in zip(value.indptr, value.indptr[1:], strict=False)
        ]
    ).astype(np.int64)
    return sparse.csr_array((value.data[order], value.indices[order], value.indptr), value.shape)


LAYOUTS = {
    "read-only": of_sparse(read_only),
    "strided": of_sparse(strided),
    "by columns": lambda value: value if sparse.issparse(value) else np.asfortranarray(value),
    "64 bits": counted_in_64_bits,
    "out of order": out_of_order,
}
LONG_TO_COMPILE = {
    *("most_alike", "most_alike by union", "local_weights", "preferring"),
    *("solve_exact", "solve_blocks", "solve_cg"),
}
"""Each layout of these is compiled anew, for seconds; read-only is what serving meets."""
CASES = [
    (name, layout)
    for name in CALLS
    for layout in LAYOUTS
    if name not in LONG_TO_COMPILE or layout in {"read-only", "out of order"}
]


@pytest.mark.parametrize(("name", "layout"), CASES, ids=[", ".join(case) for case in CASES])
def test_laid_out_otherwise_it_says_the_same(name, layout, results):
    changed = {key: LAYOUTS[layout](value) for key, value in given(0).items()}
    assert_agree(CALLS[name](changed), results[name, 0], rtol=2e-4)


@pytest.mark.parametrize("name", CALLS)
def test_what_is_given_is_left_alone(name):
    before, after = given(1), given(1)
    CALLS[name](after)
    for key, value in before.items():
        assert_agree(value, after[key], rtol=0)


def test_an_inverse_may_be_of_a_matrix_cut_from_a_larger_one(rng):
    square = rng.standard_normal((9, 5))
    square = square.T @ square
    large = np.zeros((7, 7))
    large[1:6, 1:6] = square
    inverse.invert(large[1:6, 1:6], block=2)
    np.testing.assert_allclose(large[1:6, 1:6] @ square, np.eye(5), atol=1e-9)
    assert not large[0].any()
    assert not large[:, 6].any()
