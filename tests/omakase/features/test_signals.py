"""Signals on a table sized for the eye."""

import numpy as np

from omakase.features.signals import signals

RAW = np.asarray([[[3.0, 1.0, 2.0, -np.inf]], [[0.0, 10.0, 20.0, -np.inf]]], dtype=np.float32)


def test_each_scorer_has_a_score_and_a_place():
    found = signals(["a", "b"], RAW)
    assert list(found) == ["a.score", "a.place", "b.score", "b.place", "all.best", "all.mean"]
    np.testing.assert_allclose(found["a.place"], [[1, 1 / 3, 1 / 2, 0]])
    np.testing.assert_allclose(found["b.place"], [[1 / 3, 1 / 2, 1, 0]])


def test_scores_have_mean_0_and_deviation_1_whatever_their_scale():
    found = signals(["a", "b"], RAW)
    for name in ("a.score", "b.score"):
        values = found[name][0, :3]
        np.testing.assert_allclose([values.mean(), values.std()], [0, 1], atol=1e-6)
    np.testing.assert_allclose(found["b.score"][0, :3], [-1.2247, 0, 1.2247], atol=1e-3)


def test_together_they_have_a_best_and_a_mean_place():
    found = signals(["a", "b"], RAW)
    np.testing.assert_allclose(found["all.best"], [[1, 1 / 2, 1, 0]])
    np.testing.assert_allclose(found["all.mean"], [[2 / 3, 5 / 12, 3 / 4, 0]])


def test_padding_is_zero_everywhere():
    for column in signals(["a", "b"], RAW).values():
        assert column[0, 3] == 0
        assert np.isfinite(column).all()


def test_equal_scores_are_placed_by_position():
    found = signals(["a"], np.zeros((1, 1, 3), dtype=np.float32))
    np.testing.assert_allclose(found["a.place"], [[1, 1 / 2, 1 / 3]])
    assert not found["a.score"].any()


def test_no_candidates_are_no_rows():
    assert signals(["a"], np.zeros((1, 2, 0), dtype=np.float32))["a.place"].shape == (2, 0)
