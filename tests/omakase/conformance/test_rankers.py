"""Rankers that break one promise each, and the check that must notice."""

import numpy as np
import pytest

from omakase.conformance.rankers import people_and_slate, proposals, ranker_checks
from omakase.types import PAD, Slate

CHECKS = {check.__name__.removeprefix("check_"): check for check in ranker_checks()}


class Right:
    """The second half of what is there."""

    def rank(self, queries, slate):
        held = (slate.items != PAD).sum(axis=1, keepdims=True)
        place = np.arange(slate.items.shape[1])
        kept = place < held - held // 2
        take = np.where(kept, np.minimum(place + held // 2, max(1, len(place)) - 1), 0)
        if not slate.items.size:
            return slate
        return Slate(
            np.where(kept, np.take_along_axis(slate.items, take, 1), PAD).astype(np.int32),
            np.where(kept, np.take_along_axis(slate.scores, take, 1), -np.inf).astype("f4"),
        )


class Adds(Right):
    """Puts the item of the week in front of whatever is there."""

    def rank(self, queries, slate):
        ranked = super().rank(queries, slate)
        some = ranked.items[:, :1] != PAD
        ranked.items[:, :1][some] = 99
        return ranked


class Stutters(Right):
    def rank(self, queries, slate):
        ranked = super().rank(queries, slate)
        ranked.items[:, 1:2] = np.where(ranked.items[:, 1:2] != PAD, ranked.items[:, :1], PAD)
        return ranked


class DropsEmptyRows(Right):
    def rank(self, queries, slate):
        some = (slate.items != PAD).any(axis=1)
        if not some.any() or len(slate) == 1:
            return super().rank(queries, slate)
        return super().rank(queries, Slate(slate.items[some], slate.scores[some]))


class ScoresPadding(Right):
    def rank(self, queries, slate):
        ranked = super().rank(queries, slate)
        return Slate(ranked.items, np.nan_to_num(ranked.scores, neginf=-1e9))


class LeavesGaps(Right):
    def rank(self, queries, slate):
        ranked = super().rank(queries, slate)
        return Slate(ranked.items[:, ::-1], ranked.scores[:, ::-1])


class WideRows(Right):
    def rank(self, queries, slate):
        ranked = super().rank(queries, slate)
        return Slate(ranked.items.astype(np.int64), ranked.scores)


class WideScores(Right):
    def rank(self, queries, slate):
        ranked = super().rank(queries, slate)
        return Slate(ranked.items, ranked.scores.astype(np.float64))


class OnceInABatch(Right):
    """Shows an item to nobody once somebody before had it first."""

    def rank(self, queries, slate):
        ranked, shown = super().rank(queries, slate), set()
        for items, scores in zip(ranked.items, ranked.scores, strict=True):
            if items.size and items[0] in shown:
                items[:-1], scores[:-1] = items[1:].copy(), scores[1:].copy()
                items[-1], scores[-1] = PAD, -np.inf
            shown.add(items[0] if items.size else PAD)
        return ranked


class FillsTheEmpty(Right):
    def rank(self, queries, slate):
        ranked = super().rank(queries, slate)
        if (slate.items == PAD).all() and ranked.items.size:
            ranked.items[:, 0], ranked.scores[:, 0] = 1, 0
        return ranked


class Widens(Right):
    def rank(self, queries, slate):
        if slate.items.shape[1]:
            return super().rank(queries, slate)
        return Slate(np.zeros((len(slate), 1), np.int32), np.zeros((len(slate), 1), np.float32))


class RescoresInPlace(Right):
    def rank(self, queries, slate):
        slate.scores[:] = slate.scores * 2
        return super().rank(queries, slate)


class ReordersInPlace(Right):
    def rank(self, queries, slate):
        ranked = super().rank(queries, slate)
        slate.items[:] = slate.items[:, ::-1].copy()
        return ranked


class WritesToTheQuestion(Right):
    def rank(self, queries, slate):
        queries.times[:] = 0
        return super().rank(queries, slate)


WRITTEN = "what_was_given_is_not_written_to"
PADDING = "padding_is_at_the_end_and_scored_minus_infinity"
WRONG = [
    (Adds, "nothing_is_added_and_nothing_twice", r"not among the given: \[99\]"),
    (Stutters, "nothing_is_added_and_nothing_twice", "an item is there twice"),
    (DropsEmptyRows, "nothing_is_added_and_nothing_twice", "11 rows for 12"),
    (ScoresPadding, PADDING, "padding, and it alone, scores -inf"),
    (LeavesGaps, PADDING, "padding is not at the end"),
    (WideRows, PADDING, "items are int64, not int32"),
    (WideScores, PADDING, "scores are float64, not float32"),
    (OnceInABatch, "a_batch_is_its_rows", "row [0-9]+ of a batch differs from it alone"),
    (FillsTheEmpty, "an_empty_slate_stays_empty", "something came of nothing"),
    (Widens, "an_empty_slate_stays_empty", "a slate of no width has grown"),
    (RescoresInPlace, WRITTEN, "wrote to the scores"),
    (ReordersInPlace, WRITTEN, "wrote to the items"),
    (WritesToTheQuestion, WRITTEN, "wrote to queries.times"),
]
BESIDES = {
    DropsEmptyRows: {"a_batch_is_its_rows"},
    ReordersInPlace: {"a_batch_is_its_rows"},
    FillsTheEmpty: {"a_batch_is_its_rows"},
}
"""What cannot hold either."""


def failures(ranker):
    found = {}
    for name, check in CHECKS.items():
        try:
            check(ranker)
        except (AssertionError, IndexError) as error:
            found[name] = str(error)
    return found


def test_a_ranker_that_keeps_every_promise_passes():
    assert failures(Right()) == {}


@pytest.mark.parametrize(
    ("ranker", "check", "message"), WRONG, ids=[ranker.__name__ for ranker, _, _ in WRONG]
)
def test_the_check_of_the_broken_promise_fails_and_says_why(ranker, check, message):
    found = failures(ranker())
    with pytest.raises(AssertionError, match=message):
        CHECKS[check](ranker())
    assert set(found) == {check, *BESIDES.get(ranker, ())}


def test_every_check_has_caught_something():
    assert {check for _, check, _ in WRONG} == set(CHECKS)


def test_what_rankers_are_asked_has_short_rows_and_full_ones():
    """Else none of the promises about padding would be put to the test."""
    queries, slate = people_and_slate()
    held = (slate.items != PAD).sum(axis=1)
    assert len(queries) == len(slate) == 12
    assert held.min() == 0
    assert held.max() == 8


def test_proposals_are_right_themselves(rng):
    slate = proposals(rng, 40)
    empty = slate.items == PAD
    assert (np.isneginf(slate.scores) == empty).all()
    for row in slate.lists():
        assert len({item for item, _ in row}) == len(row)
        assert [score for _, score in row] == sorted((s for _, s in row), reverse=True)
