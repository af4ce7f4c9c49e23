"""Linear models that know how sure they are."""

import numpy as np
import pytest

from omakase.bandits.linear import LinearBandit

RNG = np.random.default_rng(1)
FEATURES = RNG.standard_normal((200, 3))
TRUTH = np.array([0.5, -1.0, 0.2])


def learnt():
    return LinearBandit.empty(3).updated(FEATURES, FEATURES @ TRUTH)


def test_means_are_those_of_ridge_regression():
    solved = np.linalg.solve(FEATURES.T @ FEATURES + np.eye(3), FEATURES.T @ (FEATURES @ TRUTH))
    np.testing.assert_allclose(learnt().means(np.eye(3)), solved)


def test_errors_shrink_where_much_was_seen():
    empty = LinearBandit.empty(3)
    np.testing.assert_allclose(empty.errors(np.eye(3)), 1)
    assert (learnt().errors(np.eye(3)) < 0.1).all()
    inverse = np.linalg.inv(FEATURES.T @ FEATURES + np.eye(3))
    np.testing.assert_allclose(learnt().errors(np.eye(3)), np.sqrt(np.diag(inverse)))


def test_upper_adds_errors_to_means():
    model, features = learnt(), np.eye(3)
    np.testing.assert_allclose(
        model.upper(features, 2.0), model.means(features) + 2 * model.errors(features)
    )


def test_updated_by_counts_is_updated_again_and_again():
    clicks, shown = np.array([2.0, 0, 5]), np.array([4.0, 1, 10])
    at_once = LinearBandit.empty(3).updated(np.eye(3), clicks, shown)
    np.testing.assert_allclose(at_once.means(np.eye(3)), clicks / (shown + 1))


def test_draws_vary_as_the_errors_say():
    model, rng = learnt(), np.random.default_rng(2)
    draws = np.stack([model.draw(np.eye(3), 2.0, rng) for _ in range(5000)])
    np.testing.assert_allclose(draws.std(axis=0), 2 * model.errors(np.eye(3)), rtol=0.05)
    np.testing.assert_allclose(draws.mean(axis=0), model.means(np.eye(3)), atol=0.01)


def test_empty_without_a_prior_is_refused():
    with pytest.raises(ValueError, match="l2"):
        LinearBandit.empty(3, 0.0)
