"""What an index finds, against brute force in one piece."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from omakase.conformance.indexes import bunches
from omakase.evaluate import index as module
from omakase.evaluate.index import nearest, quality, questions, recall, tuned, with_effort
from omakase.index.exact import ExactIndex
from omakase.index.with_faiss.hnsw import FaissHnsw
from omakase.index.with_faiss.ivf import FaissIvf, IvfConfig
from omakase.types import PAD, Slate


@pytest.fixture
def world(rng):
    return bunches(rng, 900), bunches(rng, 25)


@pytest.mark.parametrize("block", [1, 7, 100, 10_000])
def test_the_nearest_in_blocks_are_the_nearest(world, monkeypatch, block):
    vectors, probes = world
    vectors = np.round(vectors)  # with ties
    monkeypatch.setattr(module, "BLOCK", block)
    heard = []
    found = nearest(vectors[:200], probes, 9, progress=lambda done, total: heard.append(done))
    scores = probes @ vectors[:200].T
    expected = np.lexsort((np.tile(np.arange(200), (25, 1)), -scores))[:, :9]
    np.testing.assert_array_equal(found.items, expected)
    np.testing.assert_allclose(found.scores, np.take_along_axis(scores, expected, 1), rtol=1e-5)
    assert heard[-1] == 200


def test_the_nearest_of_fewer_than_asked_and_of_none(world):
    vectors, probes = world
    assert nearest(vectors[:3], probes, 9).items.shape == (25, 3)
    assert nearest(vectors[:0], probes, 9).items.shape == (25, 0)
    assert nearest(vectors, probes[:0], 9).items.shape[0] == 0


def test_recall_is_the_share_of_the_true_rows():
    truth = np.asarray([[1, 2], [3, PAD]], np.int32)
    assert recall(np.asarray([[2, 9, 8], [PAD, PAD, PAD]], np.int32), truth) == pytest.approx(1 / 3)
    assert recall(np.asarray([[2, 1], [3, 4]], np.int32), truth) == 1
    assert recall(np.zeros((0, 2), np.int32), np.zeros((0, 2), np.int32)) == 1


def test_quality_tells_what_was_found_and_how_long_it_took(world):
    vectors, probes = world
    index = ExactIndex.build(vectors, None, rng=np.random.default_rng(0))
    ticks = iter(np.arange(1000) * 0.002)
    found = quality(index, probes, nearest(vectors, probes, 10).items, clock=lambda: next(ticks))
    assert found.recall == 1 and (found.questions, found.k) == (25, 10)
    assert found.milliseconds == pytest.approx(2) and found.slow_milliseconds == pytest.approx(2)


def test_quality_of_nothing_asked(world):
    index = ExactIndex.build(world[0], None, rng=np.random.default_rng(0))
    found = quality(index, world[1][:0], np.zeros((0, 5), np.int32))
    assert (found.recall, found.questions, found.milliseconds) == (1, 0, 0)


def test_the_least_effort_that_finds_enough(world):
    vectors, probes = world
    index = FaissIvf.build(vectors, IvfConfig(lists=23, probes=1), rng=np.random.default_rng(0))
    truth = nearest(vectors, probes, 10).items
    loose, strict = (tuned(index, probes, truth, least) for least in (0.1, 1.0))
    assert loose.config.probes == module.EFFORTS[0]
    assert recall(strict.search(probes, 10).items, truth) == 1
    less = [n for n in module.EFFORTS if n < strict.config.probes]
    assert all(
        recall(with_effort(index, "probes", n).search(probes, 10).items, truth) < 1 for n in less
    )
    assert index.config.probes == 1 and index.native is strict.native


def test_the_effort_of_a_graph_is_its_depth(world):
    vectors, probes = world
    index = FaissHnsw.build(vectors, FaissHnsw.config_type(), rng=np.random.default_rng(0))
    found = tuned(index, probes, nearest(vectors, probes, 10).items, 0.3)
    assert found.config.search_depth == module.EFFORTS[0]


def test_an_index_without_a_knob_of_effort_stays_as_it_is(world):
    index = ExactIndex.build(world[0], None, rng=np.random.default_rng(0))
    assert tuned(index, world[1], np.zeros((25, 1), np.int32), 1.0) is index


def test_what_never_suffices_gets_the_most(world):
    @dataclass(frozen=True)
    class Blind:
        config: IvfConfig
        effort: str = "probes"

        def search(self, vectors, k):
            rows = np.full((len(vectors), k), PAD, np.int32)
            return Slate(rows, np.full(rows.shape, -np.inf, np.float32))

    truth = nearest(world[0], world[1], 3).items
    assert tuned(Blind(IvfConfig()), world[1], truth, 0.5).config.probes == module.EFFORTS[-1]


def test_questions_are_what_the_model_asks_for_a_history():
    @dataclass(frozen=True)
    class Last:
        """Asks with the row of the last event."""

        def query_vectors(self, queries):
            return queries.history[:, -1:].astype(np.float64)

        def item_vectors(self):
            return np.zeros((9, 1), np.float32)

    rows = [np.asarray(each, np.int32) for each in ([3, 1, 7], [], [5])]
    found = questions(replace(Last()), rows)
    assert found.dtype == np.float32 and found[:, 0].tolist() == [7, PAD, 5]
    assert questions(Last(), []).shape == (0, 1)
