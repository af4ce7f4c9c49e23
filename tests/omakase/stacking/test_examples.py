"""Examples are chosen by query; heads of every kind do what a head does."""

import numpy as np
import pytest

from omakase.errors import EmptyData
from omakase.stacking.examples import StackExamples, folds
from omakase.stacking.stack import HEADS

SMALL = {
    "wide_deep": {"epochs": 20, "batch": 8, "item_width": 8, "text_width": 4, "hidden": (16,)},
    "attention": {"epochs": 20, "width": 8},
    "trees": {"trees": 60, "least": 5},
    "logistic": {},
}


def fitted(name, told, seed=0):
    cls = HEADS[name]
    return cls.fit(told, cls.config_type(**SMALL[name]), rng=np.random.default_rng(seed))


@pytest.fixture(scope="module")
def heads(told):
    return {name: fitted(name, told) for name in HEADS}


@pytest.mark.parametrize("name", sorted(HEADS))
def test_a_head_finds_what_matters(name, heads, told, hits):
    assert hits(heads[name], told) > 0.8
    turned = StackExamples(told.names, -told.features, told.right, told.known)
    assert hits(heads[name], turned) < 0.3


@pytest.mark.parametrize("name", sorted(HEADS))
def test_arrays_round_trip(name, heads, told):
    head = heads[name]
    arrays = {key: array.copy() for key, array in head.arrays().items()}
    for array in arrays.values():
        assert array.dtype.kind in "biuf"
        array.flags.writeable = False
    again = HEADS[name].from_arrays(arrays, HEADS[name].config_type(**SMALL[name]))
    np.testing.assert_array_equal(again.score(told.features), head.score(told.features))


@pytest.mark.parametrize("name", sorted(HEADS))
def test_same_seed_same_head(name, heads, told):
    again = fitted(name, told).score(told.features)
    np.testing.assert_array_equal(again, heads[name].score(told.features))


@pytest.mark.parametrize("name", sorted(HEADS))
def test_shape_and_type_also_of_nothing(name, heads, told):
    scores = heads[name].score(told.features[:3])
    assert scores.shape == (3, 8)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()
    assert heads[name].score(told.features[:0]).shape == (0, 8)
    assert heads[name].score(told.features[:2, :0]).shape == (2, 0)


@pytest.mark.parametrize("name", sorted(HEADS))
def test_a_batch_is_its_rows(name, heads, told):
    together = heads[name].score(told.features[:4])
    alone = [heads[name].score(told.features[n : n + 1])[0] for n in range(4)]
    np.testing.assert_allclose(together, np.stack(alone), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", sorted(HEADS))
def test_nothing_to_learn_from_is_refused(name, told):
    nothing = StackExamples(told.names, told.features, np.zeros_like(told.right), told.known)
    with pytest.raises(EmptyData):
        fitted(name, nothing)


@pytest.mark.parametrize("name", sorted(HEADS))
def test_every_knob_says_what_it_is(name):
    for knob, field in HEADS[name].config_type.model_fields.items():
        assert field.description, knob


def test_telling_queries_have_both_a_right_and_a_wrong_one():
    right = np.asarray([[1, 0], [0, 0], [1, 1], [1, 0]], dtype=bool)
    known = np.asarray([[1, 1], [1, 1], [1, 1], [1, 0]], dtype=bool)
    examples = StackExamples(("a.b",), np.zeros((4, 2, 1), np.float32), right, known)
    assert len(examples.telling()) == 1
    assert examples.telling().right.tolist() == [[True, False]]


def test_parts_are_joined_in_order(told):
    both = StackExamples.joined([told.chosen(np.arange(3)), told.chosen(np.arange(5, 7))])
    np.testing.assert_array_equal(both.features, told.features[[0, 1, 2, 5, 6]])
    np.testing.assert_array_equal(both.right, told.right[[0, 1, 2, 5, 6]])
    with pytest.raises(ValueError, match="same features"):
        StackExamples.joined([told, StackExamples(("x",), told.features, told.right, told.known)])


def test_folds_hold_each_query_once():
    masks = list(folds(11, 3, np.random.default_rng(0)))
    assert len(masks) == 3
    assert np.sum(masks, axis=0).tolist() == [1] * 11
    assert max(mask.sum() for mask in masks) - min(mask.sum() for mask in masks) <= 1


def test_thinned_lists_keep_what_was_right(told):
    few = told.thinned(3, np.random.default_rng(0))
    assert few.features.shape == (120, 3, 4)
    assert few.right.sum() == told.right.sum()
    assert few.known[:, 0].all()
    kept = told.features[np.asarray(told.right)]
    np.testing.assert_array_equal(few.features[few.right], kept)
