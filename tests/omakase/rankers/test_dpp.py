"""Volume, against the determinant itself."""

from itertools import combinations

import numpy as np
import polars as pl
import pytest

from omakase.artifacts.in_memory import InMemoryVersion
from omakase.errors import CapabilityError
from omakase.rankers.dpp import SMALLEST, Dpp, DppConfig
from omakase.types import PAD, Context, Queries, Slate

ASK = Queries.of(np.full((1, 1), PAD, np.int32))
VECTORS = np.random.default_rng(3).standard_normal((7, 4)).astype(np.float32)


class Places:
    def __init__(self, vectors):
        self.vectors = np.asarray(vectors, np.float32)

    def item_vectors(self):
        return self.vectors

    def query_vectors(self, queries):
        return np.zeros((len(queries), self.vectors.shape[1]), np.float32)


def ranked(scores, vectors=VECTORS, ask=ASK, **knobs):
    parts = InMemoryVersion(pl.DataFrame({"n": range(len(vectors))}), {"m": Places(vectors)})
    dpp = Dpp.of(DppConfig(model="m", **knobs), parts)
    rows = np.arange(len(scores), dtype=np.int32)[None]
    return dpp.rank(ask, Slate(rows, np.asarray([scores], np.float32)))


def order(*args, **knobs):
    return [i for i, _ in ranked(*args, **knobs).lists()[0]]


def greedy_by_determinants(scores, vectors, diversity):
    """The next item is the one with the best mix of worth and growth of the determinant."""
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    alike = (unit @ unit.T).astype(np.float64)
    worth = (np.asarray(scores) - min(scores)) / (max(scores) - min(scores))
    chosen: list[int] = []
    while len(chosen) < len(scores):
        before = np.linalg.det(alike[np.ix_(chosen, chosen)]) if chosen else 1.0

        def value(n, before=before):
            grown = [*chosen, n]
            volume = max(np.linalg.det(alike[np.ix_(grown, grown)]) / before, SMALLEST)
            spread = 1 - np.log(volume) / np.log(SMALLEST)
            return (1 - diversity) * worth[n] + diversity * spread

        chosen.append(max((n for n in range(len(scores)) if n not in chosen), key=value))
    return chosen


@pytest.mark.parametrize("diversity", [0.2, 0.5, 0.8])
def test_each_pick_is_that_of_the_determinants(diversity):
    scores = [5.0, 4.5, 4.0, 3.0]
    found = order(scores, VECTORS[:4], diversity=diversity)
    assert found == greedy_by_determinants(scores, VECTORS[:4], diversity)


def test_dpp_without_quality_picks_largest_volume():
    """Greedy is not the optimum, but for two items it is the best partner of the first."""
    found = order([3.0, 2.0, 2.0, 2.0, 2.0], VECTORS[:5], diversity=1.0)
    unit = VECTORS[:5] / np.linalg.norm(VECTORS[:5], axis=1, keepdims=True)
    volumes = {
        pair: np.linalg.det((u := unit[list(pair)]) @ u.T) for pair in combinations(range(5), 2)
    }
    best = max((pair for pair in volumes if found[0] in pair), key=volumes.__getitem__)
    assert set(found[:2]) == set(best)


def test_the_twin_of_the_best_comes_last():
    assert order([3.0, 2.9, 1.0], [[1, 0], [2, 0.001], [0, 1]], diversity=0.6) == [0, 2, 1]


def test_without_diversity_nothing_moves():
    assert order([5, 4, 3, 2], diversity=0) == [0, 1, 2, 3]


def test_below_the_depth_nothing_moves():
    assert order([3.0, 2.9, 1.0], [[1, 0], [1, 0], [0, 1]], diversity=0.9, depth=2) == [0, 1, 2]


def test_a_request_may_ask_for_its_own_diversity():
    ask = Queries.of(np.full((1, 1), PAD, np.int32), contexts=(Context(diversity=0.0),))
    twins = [[1, 0], [1, 0], [0, 1]]
    assert order([3.0, 2.9, 1.0], twins, diversity=0.9) == [0, 2, 1]
    assert order([3.0, 2.9, 1.0], twins, ask, diversity=0.9) == [0, 1, 2]


def test_twins_and_nothings_are_no_trouble():
    found = ranked([3.0, 3.0, 3.0, 2.0], [[1, 0], [1, 0], [0, 0], [0, 0]], diversity=0.7)
    assert sorted(i for i, _ in found.lists()[0]) == [0, 1, 2, 3]


def test_a_model_without_vectors_is_refused():
    parts = InMemoryVersion(pl.DataFrame({"n": [1]}), {"m": object()})
    with pytest.raises(CapabilityError, match="no vectors"):
        Dpp.of(DppConfig(model="m"), parts)
