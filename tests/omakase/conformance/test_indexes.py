"""Indexes that break one promise each, and the check that must notice."""

import numpy as np
import pytest

from omakase.conformance.indexes import LEAST_RECALL, bunches, index_checks, nearest
from omakase.index.exact import ExactConfig, ExactIndex
from omakase.types import PAD, Slate, silent

CHECKS = {check.__name__.removeprefix("check_"): check for check in index_checks()}


class SearchesOnly:
    """An exact index that can neither filter nor change."""

    config_type = ExactConfig
    exact = True

    def __init__(self, inner):
        self.inner = inner

    @classmethod
    def build(cls, vectors, config, *, rng, progress=silent):
        return cls(ExactIndex.build(vectors, config, rng=rng, progress=progress))

    def search(self, vectors, k):
        return self.inner.search(vectors, k)

    def arrays(self):
        return self.inner.arrays()

    @classmethod
    def from_arrays(cls, arrays, config):
        return cls(ExactIndex.from_arrays(arrays, config))


class Negative(SearchesOnly):
    def search(self, vectors, k):
        slate = super().search(vectors, k)
        return Slate(slate.items, -slate.scores)


class WideScores(SearchesOnly):
    def search(self, vectors, k):
        slate = super().search(vectors, k)
        return Slate(slate.items, slate.scores.astype(np.float64))


class OneShort(SearchesOnly):
    """An off-by-one that a round number of ten does not show."""

    def search(self, vectors, k):
        return super().search(vectors, k - k % 2)


class FindsHalf(SearchesOnly):
    exact = False

    def search(self, vectors, k):
        slate = super().search(vectors, 2 * k)
        return Slate(slate.items[:, ::2][:, :k], slate.scores[:, ::2][:, :k])


class NextBest(FindsHalf):
    """Nearly all, but it calls itself exact."""

    exact = True

    def search(self, vectors, k):
        slate = SearchesOnly.search(self, vectors, k + 1)
        if slate.items.shape[1] <= k or k != 10:
            return SearchesOnly.search(self, vectors, k)
        return Slate(slate.items[:, 1:], slate.scores[:, 1:])


class TiesFromTheEnd(SearchesOnly):
    """Equal vectors are found, the last row first."""

    @classmethod
    def build(cls, vectors, config, *, rng, progress=silent):
        index = super().build(vectors, config, rng=rng, progress=progress)
        index.same = len(vectors) > 1 and bool((vectors == vectors[0]).all())
        return index

    def search(self, vectors, k):
        if not getattr(self, "same", False):
            return super().search(vectors, k)
        rows = np.arange(len(self.inner.vectors) - k, len(self.inner.vectors), dtype=np.int32)
        return Slate(np.tile(rows, (len(vectors), 1)), np.ones((len(vectors), k), np.float32))


class BeyondItsRows(SearchesOnly):
    """Fills what is missing with rows that there are not."""

    def search(self, vectors, k):
        slate = super().search(vectors, k)
        size = len(self.inner.vectors)
        if not size or k <= size:
            return slate
        more = np.tile(np.arange(size, k, dtype=np.int32), (len(vectors), 1))
        low = np.full(more.shape, -1e9, np.float32)
        return Slate(np.hstack([slate.items, more]), np.hstack([slate.scores, low]))


class AnswersNobody(SearchesOnly):
    def search(self, vectors, k):
        slate = super().search(vectors, k)
        if len(vectors) or not len(self.inner.vectors):
            return slate
        return Slate(np.zeros((1, k), np.int32), np.zeros((1, k), np.float32))


class FindsInNothing(SearchesOnly):
    def search(self, vectors, k):
        if len(self.inner.vectors):
            return super().search(vectors, k)
        return Slate(np.zeros((len(vectors), 1), np.int32), np.zeros((len(vectors), 1), np.float32))


class SilentInNothing(SearchesOnly):
    def search(self, vectors, k):
        return super().search(vectors if len(self.inner.vectors) else vectors[:0], k)


class Unseeded(SearchesOnly):
    """Shakes its vectors by a stream of its own, too little to lose a neighbour."""

    exact = False

    @classmethod
    def build(cls, vectors, config, *, rng, progress=silent):
        shaken = vectors * (1 + 1e-3 * np.random.default_rng().random(vectors.shape))
        return super().build(shaken.astype(np.float32), config, rng=rng, progress=progress)


class ShiftsInPlace(SearchesOnly):
    @classmethod
    def build(cls, vectors, config, *, rng, progress=silent):
        index = super().build(vectors.copy(), config, rng=rng, progress=progress)
        vectors -= np.float32(1e-6)
        return index


class NormalisesTheQuestion(SearchesOnly):
    def search(self, vectors, k):
        slate = super().search(vectors, k)
        vectors *= np.float32(2)
        return slate


class SavesObjects(SearchesOnly):
    def arrays(self):
        return {**super().arrays(), "names": np.asarray(["a", None], dtype=object)}


class SavesHalf(SearchesOnly):
    def arrays(self):
        vectors = self.inner.vectors.copy()
        vectors[::2] = 0
        return {**super().arrays(), "vectors": vectors}


class IgnoresTheFilter(ExactIndex):
    def search_among(self, vectors, k, allowed):
        return (
            self.search(vectors, k) if allowed.any() else super().search_among(vectors, k, ~allowed)
        )


class FiltersAfterwards(ExactIndex):
    """Looks for k and then drops what is not allowed: far too few are left."""

    def search_among(self, vectors, k, allowed):
        slate = self.search(vectors, k)
        good = (slate.items != PAD) & allowed[np.maximum(slate.items, 0)]
        return Slate(
            np.where(good, slate.items, PAD).astype(np.int32),
            np.where(good, slate.scores, -np.inf).astype(np.float32),
        )


class TakesNoneForAll(ExactIndex):
    """An empty filter is no filter."""

    def search_among(self, vectors, k, allowed):
        return super().search_among(vectors, k, allowed if allowed.any() else ~allowed)


class CountsTwice(ExactIndex):
    def count(self):
        return 2 * super().count()


class NeverGrows(ExactIndex):
    def upsert(self, rows, vectors):
        known = rows < len(self.vectors)
        super().upsert(rows[known], vectors[known])


class NeverForgets(ExactIndex):
    def delete(self, rows):
        """Nothing."""


class BuriesForGood(ExactIndex):
    def upsert(self, rows, vectors):
        gone = self.gone
        super().upsert(rows, vectors)
        self.gone = np.union1d(self.gone, gone).astype(np.int32)


MUTABLE = "changes_are_found"
AMONG = "looks_among_the_allowed_only"
WRITTEN = "nothing_given_is_written_to"
SHAPE = "shape_type_and_order"
WRONG = [
    ("next best", NextBest, "finds_the_nearest", "an exact index misses the nearest"),
    ("negative", Negative, "finds_the_nearest", "scores are not inner products"),
    ("half", FindsHalf, "finds_the_nearest", "of the nearest, 80% is least"),
    ("short", OneShort, SHAPE, "not 3 lists of 7"),
    ("wide", WideScores, SHAPE, "scores are float64, not float32"),
    ("ties", TiesFromTheEnd, "equal_vectors_come_by_row", "equal vectors do not come by row"),
    ("beyond", BeyondItsRows, "more_than_there_are_leaves_padding", "found rows .* of 5"),
    ("answers nobody", AnswersNobody, "no_question_no_answer", "1 answers to no question"),
    ("invents", FindsInNothing, "an_empty_catalog_answers_nothing", "found in an empty catalog"),
    ("silent", SilentInNothing, "an_empty_catalog_answers_nothing", "0 answers to two questions"),
    ("unseeded", Unseeded, "same_seed_same_answers", "the same seed"),
    ("shifts", ShiftsInPlace, WRITTEN, "wrote to the vectors it was built of"),
    ("scales", NormalisesTheQuestion, WRITTEN, "wrote to the vectors asked for"),
    ("objects", SavesObjects, "arrays_round_trip", "object cannot be saved without pickle"),
    ("saves half", SavesHalf, "arrays_round_trip", "read back, an index finds others"),
    ("ignores", IgnoresTheFilter, AMONG, "found what was not allowed"),
    ("drops", FiltersAfterwards, AMONG, "of the nearest, 80% is least"),
    ("none is all", TakesNoneForAll, AMONG, "nothing was allowed, yet something found"),
    ("counts twice", CountsTwice, "counts_what_it_holds", "1200 held of 600 vectors"),
    ("never grows", NeverGrows, MUTABLE, r"rows \[3, 600\] were put first"),
    ("never forgets", NeverForgets, MUTABLE, "row 3 was deleted; found"),
    ("buries", BuriesForGood, MUTABLE, "row 3 was put back; found"),
]
BESIDES = {
    "shifts": {"same_seed_same_answers"},
    "negative": {SHAPE},
    "scales": {"finds_the_nearest", "same_seed_same_answers"},
}
"""What cannot hold either."""


def failures(index):
    found = {}
    for name, check in CHECKS.items():
        try:
            check(index, ExactConfig())
        except AssertionError as error:
            found[name] = str(error)
    return found


@pytest.mark.parametrize("index", [SearchesOnly, ExactIndex])
def test_an_index_that_keeps_every_promise_passes(index):
    assert failures(index) == {}


@pytest.mark.parametrize(
    ("name", "index", "check", "message"), WRONG, ids=[name for name, *_ in WRONG]
)
def test_the_check_of_the_broken_promise_fails_and_says_why(name, index, check, message):
    found = failures(index)
    with pytest.raises(AssertionError, match=message):
        CHECKS[check](index, ExactConfig())
    assert set(found) == {check, *BESIDES.get(name, ())}


def test_every_check_has_caught_something():
    assert {check for _, _, check, _ in WRONG} == set(CHECKS)


def test_an_approximate_index_may_miss_some_but_not_break_ties_or_scores():
    """What is asked of exact ones alone is not asked of the others."""

    class Approximate(TiesFromTheEnd):
        exact = False

    assert failures(Approximate) == {}
    assert 0.5 < LEAST_RECALL < 1


def test_the_nearest_by_definition_on_a_table_for_the_eye():
    vectors = np.asarray([[1, 0], [0, 2], [1, 0], [-1, -1]], np.float32)
    assert nearest(vectors, np.asarray([[3, 1]], np.float32), 3) == [[0, 2, 1]]


def test_bunches_are_close_to_few_centres(rng):
    """Neighbours are nearer than strangers, else recall would be asked of noise."""
    vectors = bunches(rng, 200, 16)
    assert vectors.shape == (200, 16)
    distances = np.linalg.norm(vectors[:, None] - vectors[None], axis=2)
    near = np.sort(distances, axis=1)[:, 1:6].mean()
    assert near < 0.6 * np.median(distances)
