"""Diversity, against its definition."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.artifacts.in_memory import InMemoryVersion
from omakase.errors import CapabilityError
from omakase.rankers.mmr import Mmr, MmrConfig
from omakase.types import PAD, Queries, Slate

ASK = Queries.of(np.full((1, 1), PAD, np.int32))
VECTORS = np.random.default_rng(3).standard_normal((8, 3)).astype(np.float32)
VECTORS[7] = 0


class Places:
    def __init__(self, vectors):
        self.vectors = np.asarray(vectors, np.float32)

    def item_vectors(self):
        return self.vectors

    def query_vectors(self, queries):
        return np.zeros((len(queries), self.vectors.shape[1]), np.float32)


def ranked(scores, vectors=VECTORS, **knobs):
    parts = InMemoryVersion(pl.DataFrame({"n": range(len(vectors))}), {"m": Places(vectors)})
    mmr = Mmr.of(MmrConfig(model="m", **knobs), parts)
    rows = np.arange(len(scores), dtype=np.int32)[None]
    return mmr.rank(ASK, Slate(rows, np.asarray([scores], np.float32)))


def order(*args, **knobs):
    return [i for i, _ in ranked(*args, **knobs).lists()[0]]


def test_the_twin_of_the_best_comes_last():
    twins = [[1, 0], [2, 0.01], [0, 1]]
    assert order([3.0, 2.9, 1.0], twins, diversity=0.6) == [0, 2, 1]


def test_without_diversity_nothing_moves():
    assert order([5, 4, 3, 2], diversity=0) == [0, 1, 2, 3]


def test_below_the_depth_nothing_moves():
    twins = [[1, 0], [1, 0], [0, 1]]
    assert order([3.0, 2.9, 1.0], twins, diversity=0.9, depth=2) == [0, 1, 2]


def test_each_keeps_its_own_score():
    got = ranked([3.0, 2.0, 1.0], [[1, 0], [1, 0], [0, 1]], diversity=0.9)
    assert dict(got.lists()[0]) == {0: 3.0, 1: 2.0, 2: 1.0}


def test_a_model_without_vectors_is_refused():
    parts = InMemoryVersion(pl.DataFrame({"n": [1]}), {"m": object()})
    with pytest.raises(CapabilityError, match="'m' has no vectors"):
        Mmr.of(MmrConfig(model="m"), parts)


def by_definition(scores, diversity):
    unit = VECTORS / np.maximum(np.linalg.norm(VECTORS, axis=1, keepdims=True), 1e-12)
    alike = unit @ unit.T
    low, high = min(scores), max(scores)
    worth = [(s - low) / (high - low) if high > low else 1.0 for s in scores]
    left, out = list(range(len(scores))), []
    while left:
        near = {i: max((alike[i, o] for o in out), default=0.0) for i in left}
        values = {i: (1 - diversity) * worth[i] - diversity * near[i] for i in left}
        out.append(max(left, key=lambda i: (round(values[i], 5), -i)))
        left.remove(out[-1])
    return out


@given(
    st.lists(st.integers(0, 40), unique=True, min_size=1, max_size=8),
    st.sampled_from([0.1, 0.37, 0.62, 0.9]),
)
def test_agrees_with_plain_python(points, diversity):
    scores = [float(p) + 0.123 * n for n, p in enumerate(sorted(points, reverse=True))]
    assert order(scores, diversity=diversity) == by_definition(scores, diversity)
