"""Softmax regression against its own definition."""

from zlib import crc32

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.dialog.linear import LinearSoftmax, hashed, train_softmax


def test_softmax_parts_what_can_be_parted_and_its_gradient_vanishes():
    rows = [["a", "x"], ["b", "x"], ["a"], ["b"], ["c"]]
    labels = ["one", "two", "one", "two", "three"]
    features = hashed(rows, 64)
    model = train_softmax(features, labels, l2=1e-2, iterations=500)
    chances = model.chances(features)
    assert [model.labels[at] for at in chances.argmax(axis=1)] == labels
    assert np.allclose(chances.sum(axis=1), 1)
    one_hot = np.asarray([[label == name for name in model.labels] for label in labels])
    gradient = (features.T @ (chances - one_hot)).T / len(rows) + 1e-2 * model.weights
    assert np.abs(gradient).max() < 1e-3


def test_hashed_rows_have_length_one_and_an_empty_one_none():
    features = hashed([["a", "b", "a"], []], 1024)
    assert np.allclose((features.toarray() ** 2).sum(axis=1), [1, 0])


@given(st.lists(st.lists(st.text("abc", max_size=3), max_size=6), max_size=5))
def test_hashed_rows_are_by_the_checksum_of_each_feature(rows):
    table = hashed(rows, 32).toarray()
    assert table.shape == (len(rows), 32)
    for line, row in zip(table, rows, strict=True):
        places = {crc32(feature.encode()) % 32 for feature in row}
        assert set(np.flatnonzero(line)) == places
        assert line[list(places)] == pytest.approx(len(places) ** -0.5 if places else [])


@given(st.integers(0, 10_000))
def test_chances_are_the_softmax_of_the_logits(seed):
    rng = np.random.default_rng(seed)
    weights = rng.normal(0, 3, (3, 16)).astype(np.float32)
    model = LinearSoftmax(("a", "b", "c"), weights, rng.normal(0, 1, 3).astype(np.float32))
    features = hashed([["x", "y"], ["z"], []], 16)
    logits = features.toarray() @ weights.T + model.bias
    assert model.logits(features) == pytest.approx(logits, abs=1e-4)
    naive = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert model.chances(features) == pytest.approx(naive, abs=1e-5)


def test_chances_of_huge_logits_are_finite():
    model = LinearSoftmax(
        ("a", "b"), np.full((2, 4), [[1e30], [-1e30]], np.float32), np.zeros(2, np.float32)
    )
    assert model.chances(hashed([["x"]], 4)).tolist() == [[1.0, 0.0]]


def test_train_softmax_of_nothing_is_refused():
    with pytest.raises(ValueError, match="there is nothing to train on"):
        train_softmax(hashed([], 8), [])


def test_train_softmax_of_one_class_is_sure_of_it():
    model = train_softmax(hashed([["a"], ["b"]], 8), ["only", "only"])
    assert model.chances(hashed([["c"]], 8)).tolist() == [[1.0]]


def test_train_softmax_without_features_learns_how_often_each_class_is():
    labels = ["a"] * 6 + ["b"] * 3 + ["c"]
    model = train_softmax(hashed([[]] * 10, 8), labels)
    assert model.chances(hashed([[]], 8))[0] == pytest.approx([0.6, 0.3, 0.1], abs=1e-3)


def test_train_softmax_is_the_same_every_time_and_in_any_order_of_rows():
    rows = [["a", "x"], ["b", "x"], ["a"], ["b", "y"], ["c"]]
    labels = ["one", "two", "one", "two", "three"]
    first = train_softmax(hashed(rows, 64), labels, l2=1e-2)
    again = train_softmax(hashed(rows, 64), labels, l2=1e-2)
    turned = train_softmax(hashed(rows[::-1], 64), labels[::-1], l2=1e-2, iterations=300)
    assert np.array_equal(first.weights, again.weights)
    assert turned.chances(hashed(rows, 64)) == pytest.approx(
        first.chances(hashed(rows, 64)), abs=0.02
    )


def test_train_softmax_around_a_model_keeps_what_no_message_says():
    old = train_softmax(hashed([["a"], ["b"]], 256), ["one", "two"], l2=1e-2)
    new = train_softmax(hashed([["c"], ["d"]], 256), ["two", "three"], l2=1e-2, around=old)
    assert new.labels == ("one", "three", "two")
    unseen = [crc32(name) % 256 for name in (b"a", b"b")]
    for name in old.labels:
        before, after = old.weights[old.labels.index(name)], new.weights[new.labels.index(name)]
        assert np.array_equal(before[unseen], after[unseen])
    assert not new.weights[new.labels.index("three")][unseen].any()


def test_train_softmax_held_firmly_stays_where_it_was():
    old = train_softmax(hashed([["a"], ["b"]], 64), ["one", "two"], l2=1e-2)
    firm = train_softmax(hashed([["a"]], 64), ["two"], l2=1e6, around=old)
    loose = train_softmax(hashed([["a"]], 64), ["two"], l2=1e-6, around=old)
    assert firm.weights == pytest.approx(old.weights, abs=1e-4)
    at = old.labels.index("two")
    assert loose.chances(hashed([["a"]], 64))[0][at] > 0.9


def test_hashed_feature_with_half_a_surrogate_has_a_place():
    features = hashed([["\ud83d", "a"], ["a"]], 1024)
    assert features.toarray()[0].astype(bool).sum() == 2
