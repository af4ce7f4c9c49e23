"""Checks for any vector index. Exact ones equal brute force; the others find nearly all of it."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from omakase.protocols import Counts, Filters, Mutable, VectorIndex
from omakase.types import PAD, Slate, Vectors

Check = Callable[[type[VectorIndex], Any], None]
LEAST_RECALL = 0.8
"""Of the ten nearest, with the knobs' defaults, on vectors in bunches as real ones are."""


def bunches(rng: np.random.Generator, size: int = 600, width: int = 16) -> Vectors:
    """(size, width) vectors around a few centres."""
    centres = rng.standard_normal((12, width))
    spread = 0.5 * rng.standard_normal((size, width))
    return (centres[rng.integers(0, 12, size)] + spread).astype(np.float32)


def nearest(vectors: Vectors, probes: Vectors, k: int) -> list[list[int]]:
    """By definition: sorted products, ties by lower row."""
    order = np.lexsort((np.tile(np.arange(len(vectors)), (len(probes), 1)), -(probes @ vectors.T)))
    return order[:, :k].tolist()


def _built(cls: type[VectorIndex], config: Any, vectors: Vectors, seed: int = 0) -> VectorIndex:
    return cls.build(vectors, config, rng=np.random.default_rng(seed))


def _overlap(found: Slate, expected: list[list[int]]) -> float:
    hits = [len(set(f) & set(e)) for f, e in zip(found.items.tolist(), expected, strict=True)]
    return sum(hits) / sum(map(len, expected))


def _expect_recall(found: Slate, expected: list[list[int]]) -> None:
    recall = _overlap(found, expected)
    assert recall >= LEAST_RECALL, f"found {recall:.0%} of the nearest, {LEAST_RECALL:.0%} is least"


def check_finds_the_nearest(cls: type[VectorIndex], config: Any) -> None:
    rng = np.random.default_rng(1)
    vectors, probes = bunches(rng), bunches(rng, 40)
    hits = _built(cls, config, vectors).search(probes, 10)
    expected = nearest(vectors, probes, 10)
    if cls.exact:
        assert hits.items.tolist() == expected, "an exact index misses the nearest"
        products = np.take_along_axis(probes @ vectors.T, hits.items, axis=1)
        np.testing.assert_allclose(
            hits.scores, products, 1e-4, 1e-4, err_msg="scores are not inner products"
        )
    _expect_recall(hits, expected)


def check_shape_type_and_order(cls: type[VectorIndex], config: Any) -> None:
    vectors = bunches(np.random.default_rng(2))
    hits = _built(cls, config, vectors).search(vectors[:3], 7)
    assert hits.items.shape == (3, 7), f"found {hits.items.shape}, not 3 lists of 7"
    assert hits.items.dtype == np.int32, f"items are {hits.items.dtype}, not int32"
    assert hits.scores.dtype == np.float32, f"scores are {hits.scores.dtype}, not float32"
    for row in hits.lists():
        best_first = sorted(row, key=lambda pair: (-pair[1], pair[0]))
        assert row == best_first, f"not best first, ties by row: {row}"
        assert len({item for item, _ in row}) == len(row), f"a row is there twice: {row}"


def check_more_than_there_are_leaves_padding(cls: type[VectorIndex], config: Any) -> None:
    vectors = bunches(np.random.default_rng(3), 5)
    hits = _built(cls, config, vectors).search(vectors[:2], 9)
    for row in range(2):
        rows = sorted(i for i, _ in hits.lists()[row])
        assert set(rows) <= set(range(5)), f"found rows {rows} of 5"
    assert hits.items.shape[1] <= 9, f"{hits.items.shape[1]} where 9 were asked for"
    empty = hits.items == PAD
    assert (np.isneginf(hits.scores) == empty).all(), "padding, and it alone, scores -inf"


def check_equal_vectors_come_by_row(cls: type[VectorIndex], config: Any) -> None:
    if cls.exact:
        vectors = np.ones((30, 4), dtype=np.float32)
        hits = _built(cls, config, vectors).search(vectors[:1], 8)
        assert hits.items.tolist() == [list(range(8))], "equal vectors do not come by row"


def check_no_question_no_answer(cls: type[VectorIndex], config: Any) -> None:
    vectors = bunches(np.random.default_rng(4))
    size = len(_built(cls, config, vectors).search(vectors[:0], 5))
    assert size == 0, f"{size} answers to no question"


def check_an_empty_catalog_answers_nothing(cls: type[VectorIndex], config: Any) -> None:
    index = _built(cls, config, np.zeros((0, 4), dtype=np.float32))
    hits = index.search(np.ones((2, 4), dtype=np.float32), 3)
    assert (hits.items == PAD).all(), "something was found in an empty catalog"
    assert len(hits) == 2, f"{len(hits)} answers to two questions"


def check_same_seed_same_answers(cls: type[VectorIndex], config: Any) -> None:
    vectors = bunches(np.random.default_rng(5))
    first, second = (_built(cls, config, vectors, seed=9).search(vectors, 5) for _ in range(2))
    np.testing.assert_array_equal(first.items, second.items, "the same seed finds others")
    np.testing.assert_array_equal(first.scores, second.scores, "the same seed scores otherwise")


def check_nothing_given_is_written_to(cls: type[VectorIndex], config: Any) -> None:
    vectors = bunches(np.random.default_rng(5))
    original, probes = vectors.copy(), vectors[:9].copy()
    index = _built(cls, config, original)
    first, second = (index.search(probes, 5) for _ in range(2))
    np.testing.assert_array_equal(
        original, vectors, "the index wrote to the vectors it was built of"
    )
    np.testing.assert_array_equal(probes, vectors[:9], "the index wrote to the vectors asked for")
    np.testing.assert_array_equal(first.items, second.items, "asked again, another answer")


def check_arrays_round_trip(cls: type[VectorIndex], config: Any) -> None:
    vectors = bunches(np.random.default_rng(6))
    index = _built(cls, config, vectors)
    arrays = {name: array.copy() for name, array in index.arrays().items()}
    for array in arrays.values():
        assert array.dtype.kind in "biuf", f"{array.dtype} cannot be saved without pickle"
        array.flags.writeable = False
    again = cls.from_arrays(arrays, config)
    first_hits, second_hits = index.search(vectors, 5), again.search(vectors, 5)
    np.testing.assert_array_equal(
        second_hits.items, first_hits.items, "read back, an index finds others"
    )


def check_looks_among_the_allowed_only(cls: type[VectorIndex], config: Any) -> None:
    rng = np.random.default_rng(7)
    vectors, probes = bunches(rng), bunches(rng, 20)
    index = _built(cls, config, vectors)
    if not isinstance(index, Filters):
        return
    allowed = np.arange(len(vectors)) % 3 == 0
    hits = index.search_among(probes, 10, allowed)
    assert (hits.items % 3 == 0)[hits.items != PAD].all(), "found what was not allowed"
    rows = np.flatnonzero(allowed)
    expected = [[int(rows[i]) for i in near] for near in nearest(vectors[rows], probes, 10)]
    _expect_recall(hits, expected)
    nobody = index.search_among(probes, 10, np.zeros(len(vectors), dtype=np.bool_))
    assert (nobody.items == PAD).all(), "nothing was allowed, yet something found"


def check_counts_what_it_holds(cls: type[VectorIndex], config: Any) -> None:
    vectors, progress = bunches(np.random.default_rng(9)), [(0, 0)]
    index = cls.build(
        vectors,
        config,
        rng=np.random.default_rng(0),
        progress=lambda done, total, **_: progress.append((done, total)),
    )
    assert progress[-1] == (600, 600), f"progress ends with {progress[-1:]} for 600 vectors"
    if isinstance(index, Counts):
        assert index.count() == 600, f"{index.count()} held of 600 vectors"


def check_changes_are_found(cls: type[VectorIndex], config: Any) -> None:
    vectors = bunches(np.random.default_rng(8))
    index = _built(cls, config, vectors)
    if not isinstance(index, Mutable):
        return
    probe = np.full((1, vectors.shape[1]), 1, dtype=np.float32)
    rows = np.asarray([3, len(vectors)], dtype=np.int32)
    index.upsert(rows, np.concatenate([probe * 50, probe * 40]))
    changed = index.search(probe, 2).items.tolist()
    assert changed == [rows.tolist()], f"rows {rows.tolist()} were put first; found {changed}"
    index.delete(np.asarray([3, 10**6], dtype=np.int32))
    remaining = index.search(probe, 1).items.tolist()
    assert remaining == [[len(vectors)]], f"row 3 was deleted; found {remaining}"
    index.upsert(rows[:1], probe * 60)
    back = index.search(probe, 2).items.tolist()
    assert back == [rows.tolist()], f"row 3 was put back; found {back}"


def index_checks() -> Iterator[Check]:
    """Every check in this file, in order."""
    yield check_finds_the_nearest
    yield check_shape_type_and_order
    yield check_more_than_there_are_leaves_padding
    yield check_equal_vectors_come_by_row
    yield check_no_question_no_answer
    yield check_an_empty_catalog_answers_nothing
    yield check_same_seed_same_answers
    yield check_nothing_given_is_written_to
    yield check_arrays_round_trip
    yield check_looks_among_the_allowed_only
    yield check_counts_what_it_holds
    yield check_changes_are_found
