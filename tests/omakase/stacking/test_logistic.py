"""Logistic regression at its minimum, and on odds that are known."""

import numpy as np
import pytest
from scipy.special import expit

from omakase.stacking.examples import StackExamples
from omakase.stacking.logistic import Logistic, LogisticConfig, _loss


def fit(told: StackExamples, l2: float = 1e-3) -> Logistic:
    return Logistic.fit(told, LogisticConfig(l2=l2), rng=np.random.default_rng(0))


def test_known_odds_are_found_again():
    rng = np.random.default_rng(1)
    features = (rng.standard_normal((3000, 10, 2)) * [1, 10]).astype(np.float32)
    odds = 1.5 * features[:, :, 0] - 0.2 * features[:, :, 1] - 1
    right = rng.random(odds.shape) < expit(odds)
    head = fit(StackExamples(("a.x", "b.y"), features, right, np.ones_like(right)), l2=0)
    np.testing.assert_allclose(head.weights, [1.5, -0.2], rtol=0.06)
    assert head.offset[0] == pytest.approx(-1, abs=0.1)


def test_the_gradient_is_that_of_the_loss():
    rng = np.random.default_rng(2)
    x, y = rng.standard_normal((20, 3)), (rng.random(20) < 0.4).astype(float)
    at = rng.standard_normal(4)
    shares = rng.dirichlet(np.ones(20))
    _, slope = _loss(at, x, y, shares, 0.1)
    for n in range(4):
        step = np.eye(4)[n] * 1e-6
        up, down = (_loss(at + sign * step, x, y, shares, 0.1)[0] for sign in (1, -1))
        assert slope[n] == pytest.approx((up - down) / 2e-6, abs=1e-5)


def test_what_never_changes_has_no_weight(told):
    assert fit(told).weights[3] == pytest.approx(0, abs=1e-6)


def test_a_penalty_makes_weights_smaller(told):
    assert np.abs(fit(told, 1.0).weights).max() < np.abs(fit(told, 1e-4).weights).max()


def test_padding_teaches_nothing(told):
    noisy = told.features.copy()
    noisy[~told.known] = 99
    again = fit(StackExamples(told.names, noisy, told.right, told.known))
    np.testing.assert_array_equal(again.weights, fit(told).weights)
