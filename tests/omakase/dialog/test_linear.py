"""Softmax regression against its own definition."""

import numpy as np

from omakase.dialog.linear import hashed, train_softmax


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
