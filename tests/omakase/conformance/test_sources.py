"""Sources that break one promise each, and the check that must notice."""

import numpy as np
import pytest

from omakase.arrays.topk import mask_rows, top_k
from omakase.conformance.sources import source_checks
from omakase.types import PAD, Slate

CHECKS = {check.__name__.removeprefix("check_"): check for check in source_checks()}


class Right:
    """The items after those of the history, in a circle."""

    name = "right"

    def scores(self, queries):
        rows = np.arange(12, dtype=np.float32)
        last = np.maximum(queries.history[:, -1:], 0)
        return (-((rows - last) % 12)).astype(np.float32)

    def candidates(self, queries, k):
        return top_k(mask_rows(self.scores(queries), queries.exclude), k)


class DropsStrangers(Right):
    def candidates(self, queries, k):
        known = np.flatnonzero((queries.history != PAD).any(axis=1))
        return super().candidates(queries[known], k)


class TooMany(Right):
    def candidates(self, queries, k):
        return super().candidates(queries, k + 3)


class WideRows(Right):
    def candidates(self, queries, k):
        slate = super().candidates(queries, k)
        return Slate(slate.items.astype(np.int64), slate.scores)


class WideScores(Right):
    def candidates(self, queries, k):
        slate = super().candidates(queries, k)
        return Slate(slate.items, slate.scores.astype(np.float64))


class ScoresPadding(Right):
    def candidates(self, queries, k):
        slate = super().candidates(queries, k)
        return Slate(slate.items, np.maximum(slate.scores, np.float32(-99)))


class GapsInFront(Right):
    def candidates(self, queries, k):
        slate = super().candidates(queries, k)
        order = np.argsort(slate.items != PAD, axis=1, kind="stable")
        return Slate(
            np.take_along_axis(slate.items, order, 1), np.take_along_axis(slate.scores, order, 1)
        )


class WorstFirst(Right):
    def candidates(self, queries, k):
        slate = super().candidates(queries, k)
        held = (slate.items != PAD).sum(axis=1, keepdims=True)
        place = np.arange(slate.items.shape[1])
        order = np.where(place < held, held - 1 - place, place)
        return Slate(
            np.take_along_axis(slate.items, order, 1), np.take_along_axis(slate.scores, order, 1)
        )


class TiesUpsideDown(Right):
    """All alike, and the last row first."""

    def candidates(self, queries, k):
        slate = top_k(np.where(np.isinf(self.left(queries)), -np.inf, 0)[:, ::-1], k)
        return Slate(
            np.where(slate.items == PAD, PAD, 11 - slate.items).astype(np.int32), slate.scores
        )

    def left(self, queries):
        return mask_rows(self.scores(queries), queries.exclude)


class ShowsTheSeen(Right):
    """Leaves the excluded out, unless nothing else is there."""

    def candidates(self, queries, k):
        if (queries.exclude >= 0).sum(axis=1).min(initial=12) == 12:
            return super().candidates(queries, k)
        return top_k(self.scores(queries), k)


class Stutters(Right):
    def candidates(self, queries, k):
        slate = super().candidates(queries, k)
        items, scores = slate.items.copy(), slate.scores.copy()
        items[:, 1:2], scores[:, 1:2] = items[:, :1], scores[:, :1]
        return Slate(items, scores)


class BeyondTheCatalog(Right):
    def candidates(self, queries, k):
        slate = super().candidates(queries, k)
        return Slate(np.where(slate.items == PAD, PAD, slate.items + 12).astype("i4"), slate.scores)


class NeverEmpty(Right):
    """Falls back on something popular when nothing is left."""

    def candidates(self, queries, k):
        slate = super().candidates(queries, k)
        empty = slate.items[:, 0] == PAD
        slate.items[empty, 0], slate.scores[empty, 0] = 0, 1
        return slate


class NanForStrangers(Right):
    def candidates(self, queries, k):
        slate = super().candidates(queries, k)
        stranger = (queries.history == PAD).all(axis=1)
        slate.scores[stranger] = np.nan
        return slate


class LearnsFromNeighbours(Right):
    """Starts everybody where the first of the batch is."""

    def scores(self, queries):
        first = queries[np.zeros(len(queries), np.int64)] if len(queries) else queries
        return super().scores(first)


class FailsOnNobody(Right):
    def candidates(self, queries, k):
        if not len(queries):
            return Slate(np.full((1, k), PAD, np.int32), np.full((1, k), -np.inf, np.float32))
        return super().candidates(queries, k)


class Writes(Right):
    def candidates(self, queries, k):
        slate = super().candidates(queries, k)
        queries.times[:] = 0
        return slate


class Wanders(Right):
    """Every second answer is another one."""

    asked = 0

    def candidates(self, queries, k):
        self.asked += len(queries) == 12 and k == 5
        slate = super().candidates(queries, k)
        return Slate(slate.items, slate.scores - np.float32(self.asked % 2))


WRONG = [
    (DropsStrangers, "a_stranger_is_answered", "0 rows for one stranger"),
    (TooMany, "a_row_for_each_query", "7 items where 4 were asked for"),
    (WideRows, "a_row_for_each_query", "items are int64, not int32"),
    (WideScores, "a_row_for_each_query", "scores are float64, not float32"),
    (ScoresPadding, "padding_is_at_the_end_and_scored_minus_infinity", "it alone, scores -inf"),
    (GapsInFront, "padding_is_at_the_end_and_scored_minus_infinity", "is not at the end"),
    (WorstFirst, "best_first", "not best first"),
    (TiesUpsideDown, "best_first", r"ties by row: \[\(11, 0\.0\)"),
    (ShowsTheSeen, "nothing_excluded_and_nothing_twice", "what is excluded came back"),
    (Stutters, "nothing_excluded_and_nothing_twice", "an item is there twice"),
    (BeyondTheCatalog, "nothing_excluded_and_nothing_twice", "no row of the catalog"),
    (NeverEmpty, "everything_excluded_leaves_nothing", r"yet there is \[0\]"),
    (NanForStrangers, "a_stranger_is_answered", "a score is NaN"),
    (LearnsFromNeighbours, "a_batch_is_its_rows", "row 1 of a batch differs from it alone"),
    (FailsOnNobody, "an_empty_batch_is_answered", "1 rows for no query"),
    (Writes, "nothing_given_is_written_to", "the source wrote to queries.times"),
    (Wanders, "nothing_given_is_written_to", "asked again, another answer"),
]


def failures(source):
    found = {}
    for name, check in CHECKS.items():
        try:
            check(source)
        except AssertionError as error:
            found[name] = str(error)
    return found


def test_a_source_that_keeps_every_promise_passes():
    assert failures(Right()) == {}


@pytest.mark.parametrize(
    ("source", "check", "message"), WRONG, ids=[source.__name__ for source, _, _ in WRONG]
)
def test_the_check_of_the_broken_promise_fails_and_says_why(source, check, message):
    found = failures(source())
    with pytest.raises(AssertionError, match=message):
        CHECKS[check](source())
    assert set(found) == {check}


def test_every_check_has_caught_something():
    assert {check for _, check, _ in WRONG} == set(CHECKS)
