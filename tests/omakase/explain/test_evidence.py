"""What speaks for an item, against a model whose sums are known."""

import numpy as np
import pytest

from omakase.conformance.toy_data import everyone, two_tribes
from omakase.explain.evidence import deletion_test, evidence, verify_evidence, without
from omakase.models.ease import Ease, EaseConfig
from omakase.scoring import score_items
from omakase.types import PAD, Queries, Slate

WEIGHTS = np.asarray([[0, 1, 5, 0], [2, 0, 0, 0], [0, 3, 0, -4], [1, 1, 1, 0]], np.float32)


class Linear:
    """Score = history @ WEIGHTS, and it cannot explain itself."""

    def score(self, queries):
        return np.asarray(queries.matrix(4) @ WEIGHTS)


class Known(Linear):
    """Gives a known person more, which the history did not earn."""

    def score(self, queries):
        return Linear.score(self, queries) + 100 * (queries.users[:, None] != PAD)


def ask(*history, **more):
    return Queries.of(np.asarray([history], np.int32), **more)


def test_what_a_place_adds_is_what_its_absence_takes():
    parts = evidence(Linear(), ask(PAD, 0, 2), np.asarray([[1, 3, PAD]], np.int32))
    assert parts.tolist() == [[[0, 1, 3], [0, 0, -4], [0, 0, 0]]]


def test_the_person_is_not_the_history():
    queries = ask(0, users=np.asarray([7], np.int32))
    assert evidence(Known(), queries, np.asarray([[1]], np.int32)).tolist() == [[[1]]]


def test_leaving_out_agrees_with_what_a_model_says_itself(rng):
    data = two_tribes()
    queries, model = everyone(data)[:3], Ease.fit(data, EaseConfig(l2=1), rng=rng)
    items = np.asarray([[0, 5]] * 3, np.int32)

    class Silent:
        score = model.score

    np.testing.assert_allclose(
        evidence(Silent(), queries, items), evidence(model, queries, items), atol=1e-5
    )


def test_no_history_no_evidence():
    assert evidence(Linear(), ask(), np.asarray([[1]], np.int32)).shape == (1, 1, 0)


def test_without_closes_the_gap_on_the_left():
    queries = Queries.of(
        np.asarray([[PAD, 0, 1, 2]], np.int32), times=np.asarray([[0, 10, 20, 30]], np.int64)
    )
    less = without(queries, queries.history == 1)
    assert less.history.tolist() == [[PAD, PAD, 0, 2]]
    assert less.times.tolist() == [[0, 0, 10, 30]]
    assert less.weights.tolist() == [[0, 0, 1, 1]]
    assert less.exclude.tolist() == queries.exclude.tolist()


def test_a_true_reason_passes():
    """Item 1 after 0 and 2: 2 speaks loudest, and without it the score falls from 4 to 1."""
    tested = deletion_test(Linear(), ask(0, 2), np.asarray([[1]], np.int32))
    assert (tested.tested, tested.passed, tested.share) == (1, 1, 1.0)


def test_a_false_reason_fails():
    class Liar(Linear):
        def contributions(self, queries, items):
            return np.ones((*items.shape, queries.history.shape[1]), np.float32) * [1, 0]

    tested = deletion_test(Liar(), ask(3, 2), np.asarray([[3]], np.int32))
    assert (tested.tested, tested.passed) == (1, 0)


def test_what_cites_nothing_is_not_tested():
    tested = deletion_test(Linear(), ask(2), np.asarray([[3, PAD]], np.int32))
    assert tested.tested == 0
    assert np.isnan(tested.share)


def test_reasons_of_ease_are_true(rng):
    data = two_tribes()
    queries, model = everyone(data), Ease.fit(data, EaseConfig(l2=1), rng=rng)
    items = np.arange(12, dtype=np.int32)[:, None]  # the item each misses
    assert deletion_test(model, queries, items).share == pytest.approx(1)
    assert np.isfinite(score_items(model, queries, items)).all()


class Ranks(Linear):
    """A ranker that thinks as the model does, and of each candidate less where it is not alone."""

    def scores(self, queries, slate):
        own = np.take_along_axis(self.score(queries), np.maximum(slate.items, 0), axis=1)
        return np.where(
            slate.items == PAD, -np.inf, own - (slate.items != PAD).sum(axis=1)[:, None]
        )


POOL = Slate(np.asarray([[1, 2, 3, PAD]], np.int32), np.zeros((1, 4), np.float32))


def cited(queries, *places):
    found = np.zeros(queries.history.shape, dtype=np.bool_)
    found[0, list(places)] = True
    return found


def test_what_is_cited_is_what_the_ranker_would_miss():
    queries, items = ask(PAD, 0, 2), np.asarray([[3, 1, PAD]], np.int32)
    parts = verify_evidence(Ranks(), queries, POOL, items, cited(queries, 1, 2))
    assert parts.tolist() == [[[0, 0, -4], [0, 1, 3], [0, 0, 0]]]
    only = verify_evidence(Ranks(), queries, POOL, items, cited(queries, 1))
    assert only.tolist() == [[[0, 0, 0], [0, 1, 0], [0, 0, 0]]]


def test_something_had_twice_is_missed_at_both_places_and_told_at_the_first():
    queries = ask(2, 0, 2)
    parts = verify_evidence(
        Ranks(), queries, POOL, np.asarray([[1]], np.int32), cited(queries, 0, 2)
    )
    assert parts.tolist() == [[[6, 0, 0]]]


def test_nothing_is_lost_by_an_item_that_did_not_come_to_the_ranker():
    queries = ask(PAD, 0, 2)
    parts = verify_evidence(
        Ranks(), queries, POOL, np.asarray([[0]], np.int32), cited(queries, 1, 2)
    )
    assert not parts.any()
    nobody = verify_evidence(Ranks(), queries, POOL, np.asarray([[1]], np.int32), cited(queries))
    assert not nobody.any()
