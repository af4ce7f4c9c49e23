"""The bench that looks for violations would see one."""

import numpy as np
import pytest
from benchmarks import gate

from omakase.registry import INDEXES, MERGES, RANKERS, SOURCES
from omakase.types import PAD, Queries, Slate


@pytest.fixture(scope="module")
def parts():
    return gate.world(np.random.default_rng(0))


def asked() -> Queries:
    return Queries.of(np.asarray([[PAD, 3, 4]], np.int32), exclude=np.asarray([[7]], np.int32))


@pytest.mark.parametrize(
    ("items", "violations", "short"),
    [
        ([1, 2, 5], 0, 0),
        ([1, 3, 5], 1, 0),  # seen
        ([7, 4, 5], 2, 0),  # excluded, seen
        ([9, 1, 2], 1, 0),  # not in stock
        ([1, 1, 2], 1, 0),  # twice
        ([1, 2, PAD], 0, 1),
        ([60, 1, 2], 1, 0),  # not in the catalog
    ],
)
def test_each_violation_is_counted(items, violations, short):
    mask = np.ones(gate.ITEMS, dtype=bool)
    mask[9] = False
    slate = Slate(np.asarray([items], np.int32), np.zeros((1, 3), np.float32))
    found = gate.judged(slate, asked(), mask, 3)
    assert (found.requests, found.violations, found.short) == (1, violations, short)


def test_every_plug_has_a_line():
    found = list(gate.lines())
    for what, registry in (("source", SOURCES), ("merge", MERGES), ("ranker", RANKERS)):
        assert {n for w, n in found if w == what} == set(registry) - {"indexed"}
    assert {n for w, n in found if w == "index"} == set(INDEXES)
    assert ("strategy", "auto") in found


def test_a_line_asks_as_often_as_it_says(parts):
    row = gate.line("ranker", "dpp", parts, 120, np.random.default_rng(1))
    assert row["requests"] >= 120
    assert row["violations"] == row["short"] == 0
    assert row["items shown"] > 0


def test_a_drawn_pipeline_holds_the_plug(parts):
    rng = np.random.default_rng(2)
    drawn = gate.drawn("ranker", "mmr", parts, rng)
    assert "Mmr" in [type(ranker).__name__ for ranker in drawn.rankers]
    assert gate.drawn("index", "qdrant", parts, rng).proposers[0].source.index is parts.index(
        "qdrant"
    )
