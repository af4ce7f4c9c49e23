"""Any run of changes, questions and reloads, against a dictionary of vectors: each index alike."""

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from omakase.index import exact, pgvector, qdrant
from omakase.index.with_faiss import ivf
from omakase.types import PAD

WIDTH = 4
seeds = st.integers(0, 2**16)
some = st.sets(st.integers(0, 20), min_size=1, max_size=4).map(sorted)


def whole(seed, size):
    """Small whole numbers: their products are exact in every engine."""
    return np.random.default_rng(seed).integers(-5, 6, (size, WIDTH)).astype(np.float32)


class Changes(RuleBasedStateMachine):
    """What an index finds is what a dictionary of the same vectors holds."""

    make = None  # (vectors) to an index
    sizes = st.integers(0, 8)

    @initialize(seed=seeds, size=st.data())
    def build(self, seed, size):
        vectors = whole(seed, size.draw(self.sizes))
        self.index = self.make(vectors)
        self.known = dict(enumerate(vectors))

    @rule(rows=some, seed=seeds)
    def put(self, rows, seed):
        vectors = whole(seed, len(rows))
        self.index.upsert(np.asarray(rows, np.int32), vectors)
        self.known |= dict(zip(rows, vectors, strict=True))

    @rule(rows=some)
    def take(self, rows):
        self.index.delete(np.asarray(rows, np.int32))
        for row in rows:
            self.known.pop(row, None)

    @rule()
    def reload(self):
        arrays = {name: array.copy() for name, array in self.index.arrays().items()}
        self.index = type(self.index).from_arrays(arrays, self.config)

    @rule(seed=seeds, k=st.integers(1, 9))
    def ask(self, seed, k):
        probes = whole(seed, 2)
        self.agree(self.index.search(probes, k), probes, k, self.known)

    @rule(seed=seeds, k=st.integers(1, 9), rows=some)
    def ask_among(self, seed, k, rows):
        probes = whole(seed, 2)
        allowed = np.zeros(max([30, *self.known]) + 1, np.bool_)
        allowed[rows] = True
        left = {row: vector for row, vector in self.known.items() if allowed[row]}
        self.agree(self.index.search_among(probes, k, allowed), probes, k, left)

    @invariant()
    def nothing_is_lost(self):
        if hasattr(self, "index"):
            probe = np.ones((1, WIDTH), np.float32)
            found = self.index.search(probe, len(self.known) + 3)
            assert sorted(found.items[found.items != PAD].tolist()) == sorted(self.known)

    def agree(self, found, probes, k, known):
        """Scores are the best there are; which of equals are cut off is each engine's own."""
        assert found.items.shape[0] == len(probes)
        for items, scores, probe in zip(found.items, found.scores, probes, strict=True):
            shown = items[items != PAD].tolist()
            best = sorted((float(vector @ probe) for vector in known.values()), reverse=True)
            assert scores[: len(shown)].tolist() == best[:k]
            assert [float(known[row] @ probe) for row in shown] == best[:k]
            assert len(set(shown)) == len(shown)
            assert np.isneginf(scores[len(shown) :]).all()


def check(machine, examples, steps):
    """Some runs of some steps each."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def machine(cls, config, sizes=Changes.sizes):
    class Machine(Changes):
        def make(self, vectors):
            self.config = config
            return cls.build(vectors, config, rng=np.random.default_rng(0))

    Machine.sizes = sizes
    return Machine


def test_brute_force():
    check(machine(exact.ExactIndex, exact.ExactConfig()), 30, 15)


@pytest.mark.parametrize(
    ("cls", "config"),
    [
        (ivf.FaissIvf, ivf.IvfConfig()),
        (ivf.FaissScalar, ivf.IvfConfig()),
        (ivf.FaissProduct, ivf.ProductConfig()),
    ],
)
def test_faiss_while_the_catalog_is_too_small_to_cut(cls, config):
    check(machine(cls, config), 20, 12)


def test_faiss_in_lists_that_are_all_searched():
    config = ivf.IvfConfig(lists=2, probes=2)
    check(machine(ivf.FaissIvf, config, st.integers(80, 90)), 15, 12)


def test_qdrant_in_memory():
    check(machine(qdrant.QdrantIndex, qdrant.QdrantConfig()), 6, 10)


def test_pgvector(postgres):
    config = pgvector.PgvectorConfig(url=postgres, table="any_changes")

    class Machine(machine(pgvector.PgvectorIndex, config)):
        def teardown(self):
            if hasattr(self, "index"):
                self.index.connection.close()

        @rule()
        def reload(self):
            before = self.index
            super().reload()
            before.connection.close()

    check(Machine, 8, 10)
