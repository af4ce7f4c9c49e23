"""Every index at its edges: little, much, odd layouts, and vectors that say nothing."""

import numpy as np
import pytest
from pydantic import ValidationError

from omakase.conformance.indexes import bunches
from omakase.index.exact import ExactConfig, ExactIndex
from omakase.protocols import Filters, Mutable
from omakase.registry import INDEXES
from omakase.types import PAD

IN_PROCESS = sorted(set(INDEXES) - {"pgvector", "qdrant"})


@pytest.fixture(params=sorted(INDEXES))
def build(request):
    """Builds the index of that name."""
    cls = INDEXES[request.param]
    needs_server = "url" in cls.config_type.model_json_schema().get("required", [])
    knobs = {"url": request.getfixturevalue("postgres"), "table": "edges"} if needs_server else {}
    config = cls.config_type(**knobs)
    return lambda vectors: cls.build(vectors, config, rng=np.random.default_rng(0))


def exact(vectors):
    return ExactIndex.build(vectors, ExactConfig(), rng=np.random.default_rng(0))


def rows(slate):
    return [[item for item, _ in row] for row in slate.lists()]


def test_one_vector_is_found_by_any_question(build):
    index = build(np.asarray([[1.0, -2.0]], np.float32))
    found = index.search(np.asarray([[1, 0], [-1, 0], [0, 0]], np.float32), 1)
    assert found.items.tolist() == [[0], [0], [0]]
    assert found.scores[:, 0].tolist() == [1, -1, 0]


def test_vectors_that_say_nothing_are_still_there(build):
    """A new item has zeros; it is met when everything else speaks against the question."""
    vectors = np.zeros((4, 3), np.float32)
    vectors[1] = -1
    found = build(vectors).search(np.ones((1, 3), np.float32), 4)
    assert sorted(rows(found)[0]) == [0, 1, 2, 3]
    assert rows(found)[0][-1] == 1
    assert found.scores[0].tolist() == [0, 0, 0, -3]


def test_one_dimension_orders_by_its_numbers(build):
    vectors = np.asarray([[3], [-1], [7], [0.5]], np.float32)
    assert rows(build(vectors).search(np.asarray([[2], [-2]], np.float32), 4)) == [
        [2, 0, 3, 1],
        [1, 3, 0, 2],
    ]


def test_vectors_of_double_and_of_every_other_place_are_taken(build):
    wide = bunches(np.random.default_rng(3), 40, 12).astype(np.float64)
    cut, probes = wide[:, ::2], wide[:3, ::2]
    plain = np.ascontiguousarray(cut, np.float32)
    expected = exact(plain).search(plain[:3], 5)
    for vectors, asked in ((plain, probes), (cut.astype(np.float32), plain[:3])):
        found = build(np.ascontiguousarray(vectors)).search(asked, 5)
        assert rows(found) == rows(expected)
        assert found.scores.dtype == np.float32


def test_vectors_of_a_read_only_map_are_taken(build, tmp_path):
    vectors = bunches(np.random.default_rng(4), 50, 6)
    np.save(tmp_path / "vectors.npy", vectors)
    mapped = np.load(tmp_path / "vectors.npy", mmap_mode="r")
    found = build(mapped).search(mapped[:4], 3)
    assert rows(found) == rows(exact(vectors).search(vectors[:4], 3))


def test_scores_are_products_and_not_distances(build):
    """A long vector beats a near one: cosine is the business of whoever builds."""
    vectors = np.asarray([[1, 0], [5, 5], [0.9, 0.1]], np.float32)
    found = build(vectors).search(np.asarray([[1, 0]], np.float32), 3)
    assert rows(found) == [[1, 0, 2]]
    np.testing.assert_allclose(found.scores[0], [5, 1, 0.9], rtol=1e-6)


def test_a_thousand_questions_are_answered_as_one_by_one(build):
    vectors = bunches(np.random.default_rng(5), 60, 5)
    probes = bunches(np.random.default_rng(6), 30, 5)
    index = build(vectors)
    together = index.search(probes, 4)
    for place in (0, 13, 29):
        alone = index.search(probes[place : place + 1], 4)
        assert rows(alone)[0] == rows(together)[place]


def test_a_filter_of_all_is_no_filter(build):
    vectors = bunches(np.random.default_rng(7), 45, 5)
    index = build(vectors)
    assert isinstance(index, Filters)
    everything = np.ones(45, np.bool_)
    plain = index.search(vectors[:5], 6)
    assert rows(index.search_among(vectors[:5], 6, everything)) == rows(plain)


def test_a_filter_of_one_finds_that_one(build):
    vectors = bunches(np.random.default_rng(8), 45, 5)
    only = np.zeros(45, np.bool_)
    only[17] = True
    found = build(vectors).search_among(vectors[:3], 6, only)
    assert rows(found) == [[17], [17], [17]]
    assert (found.items[:, 1:] == PAD).all()


def test_putting_the_same_again_changes_nothing(build):
    vectors = bunches(np.random.default_rng(9), 45, 5)
    index = build(vectors)
    if isinstance(index, Mutable):
        before = rows(index.search(vectors[:3], 5))
        index.upsert(np.asarray([0, 3], np.int32), vectors[[0, 3]])
        assert rows(index.search(vectors[:3], 5)) == before
        index.delete(np.zeros(0, np.int32))
        index.upsert(np.zeros(0, np.int32), vectors[:0])
        assert rows(index.search(vectors[:3], 5)) == before
    else:
        assert "Hnsw" in type(index).__name__ or "Flat" in type(index).__name__


def test_all_may_be_deleted_and_one_put_back(build):
    vectors = bunches(np.random.default_rng(10), 45, 5)
    index = build(vectors)
    if isinstance(index, Mutable):
        index.delete(np.arange(45, dtype=np.int32))
        assert rows(index.search(vectors[:2], 3)) == [[], []]
        index.upsert(np.asarray([44], np.int32), vectors[44:])
        assert rows(index.search(vectors[:2], 3)) == [[44], [44]]
    else:
        assert not hasattr(index, "delete")


@pytest.mark.parametrize("name", IN_PROCESS)
def test_an_unknown_knob_is_refused_by_name(name):
    with pytest.raises(ValidationError, match="nprobe"):
        INDEXES[name].config_type(nprobe=3)


@pytest.mark.parametrize(
    ("name", "knob", "value"),
    [
        ("faiss_hnsw", "links", 1),
        ("faiss_hnsw", "build_depth", 0),
        ("faiss_hnsw", "search_depth", 0),
        ("faiss_ivf", "lists", -1),
        ("faiss_ivf", "probes", 0),
        ("faiss_pq", "bytes", 0),
        ("qdrant", "batch", 0),
        ("qdrant", "timeout_seconds", 0),
    ],
)
def test_a_knob_below_its_least_is_refused(name, knob, value):
    with pytest.raises(ValidationError, match=knob):
        INDEXES[name].config_type(**{knob: value})


def test_a_denser_graph_and_a_wider_walk_find_more():
    """The knobs of the graph, by what they are for."""
    vectors = np.random.default_rng(11).standard_normal((1500, 24)).astype(np.float32)
    probes = vectors[:60] + 0.5
    expected = exact(vectors).search(probes, 10).items
    cls = INDEXES["faiss_hnsw"]

    def recall(**knobs):
        config = cls.config_type(**{"links": 4, "build_depth": 10, "search_depth": 10} | knobs)
        found = cls.build(vectors, config, rng=np.random.default_rng(0)).search(probes, 10).items
        return np.mean([len(set(f) & set(e)) / 10 for f, e in zip(found, expected, strict=True)])

    poor = recall()
    assert recall(links=16) > poor
    assert recall(build_depth=100) > poor
    assert recall(search_depth=200) > poor
