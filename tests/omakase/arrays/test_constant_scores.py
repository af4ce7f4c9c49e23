import numpy as np

from omakase.arrays.constant_scores import ConstantScores
from omakase.types import PAD, Queries

SHARE = np.asarray([0.5, 0.2, 0.3], np.float32)


def asked(*rows):
    return Queries.of(np.asarray(rows, np.int32))


def test_everyone_gets_the_same_and_history_changes_nothing():
    scores = ConstantScores(SHARE).score(asked([0, 1], [PAD, PAD]))
    assert scores.dtype == np.float32
    assert np.array_equal(scores, [SHARE, SHARE])


def test_nobody_asking_gets_nothing():
    assert ConstantScores(SHARE).score(asked([0])[:0]).shape == (0, 3)


def test_a_few_items_are_told_in_the_order_asked_and_padding_last():
    items = np.asarray([[2, 0, PAD]], np.int32)
    some = ConstantScores(SHARE).score_items(asked([1]), items)
    assert some.dtype == np.float32
    assert np.array_equal(some, [[np.float32(0.3), 0.5, -np.inf]])


def test_answers_may_be_written_to_without_harm_to_the_model():
    model = ConstantScores(SHARE.copy())
    model.score(asked([0]))[:] = -1
    model.score_items(asked([0]), np.asarray([[0, 1]], np.int32))[:] = -1
    assert np.array_equal(model.share, SHARE)


def test_what_is_saved_is_the_share_alone():
    arrays = ConstantScores(SHARE).arrays()
    assert list(arrays) == ["share"]
    assert ConstantScores.from_arrays(arrays, None).share is SHARE
