"""Thompson sampling."""

import numpy as np
import pytest

from omakase.bandits.posteriors import (
    BetaPosterior,
    GaussianPosterior,
    LogitNormalPosterior,
    best_chances,
    draw_order,
    likeness,
    order_chances,
    position_chances,
)

BETA = BetaPosterior(np.array([1.0, 20, 3, 200]), np.array([10.0, 300, 40, 1800]))
LOGIT = LogitNormalPosterior.of_beta(BETA)
MOVED = LOGIT.chosen(np.array([0, 1, 2, 3], np.int32), np.array([0.0, 0.1, 0, 0.02]))
GAUSSIAN = GaussianPosterior(np.array([0.0, 0.1, 0.5, 0.2]), np.array([1.0, 0.01, 0.3, 0.1]))
LAWS = pytest.mark.parametrize(
    "law", [BETA, LOGIT, MOVED, GAUSSIAN], ids=["beta", "logit", "moved", "normal"]
)


@LAWS
def test_position_chances_are_those_of_many_draws(law):
    rng, table = np.random.default_rng(1), np.zeros((4, 3))
    orders = np.argsort(-np.stack([law.draw(rng) for _ in range(40_000)]), axis=1)
    for position in range(3):
        table[:, position] = np.bincount(orders[:, position], minlength=4) / 40_000
    np.testing.assert_allclose(position_chances(law, 3), table, atol=0.01)
    np.testing.assert_allclose(position_chances(law, 3).sum(axis=0), 1, atol=1e-3)


@LAWS
def test_best_chances_tell_the_best_and_its_worth(law):
    rng = np.random.default_rng(2)
    draws = np.stack([law.draw(rng) for _ in range(40_000)])
    chances, worth = best_chances(law)
    np.testing.assert_allclose(chances, position_chances(law, 1)[:, 0], atol=1e-3)
    assert chances.sum() == pytest.approx(1)
    assert worth == pytest.approx(draws.max(axis=1).mean(), abs=0.01)


def test_best_chances_of_two_normals_are_known():
    law = GaussianPosterior(np.array([0.0, 1.0]), np.array([1.0, 2.0]))
    from scipy.stats import norm

    assert best_chances(law)[0][1] == pytest.approx(norm.cdf(1 / np.sqrt(5)), abs=5e-4)


@LAWS
def test_order_chances_are_those_of_the_table(law):
    order = draw_order(law, 3, np.random.default_rng(3))
    table = position_chances(law, 3)
    np.testing.assert_allclose(order_chances(law, order), table[order, range(3)], atol=1e-9)
    assert (order_chances(law, order) > 0).all()


@LAWS
def test_means_are_those_of_the_draws(law):
    rng = np.random.default_rng(4)
    draws = np.stack([law.draw(rng) for _ in range(40_000)])
    np.testing.assert_allclose(law.means(), draws.mean(axis=0), atol=0.02)


def test_beta_posterior_of_counts_starts_at_the_mean_of_all():
    law = BetaPosterior.of_counts(np.array([0.0, 998.0]), np.array([0.0, 99.0]), 10)
    assert law.means()[0] == pytest.approx(0.1)
    assert law.means()[1] == pytest.approx(100 / 1008)


def test_logit_normal_posterior_is_nearly_the_beta_one():
    np.testing.assert_allclose(LOGIT.means(), BETA.means(), atol=0.01)
    np.testing.assert_allclose(position_chances(LOGIT, 2), position_chances(BETA, 2), atol=0.05)
    assert MOVED.means()[1] == pytest.approx(LOGIT.means()[1] + 0.1)


@pytest.mark.parametrize("strength", [10.0, 60.0])
def test_likeness_finds_the_prior_that_rates_came_from(strength):
    rng = np.random.default_rng(6)
    rates = rng.beta(0.1 * strength, 0.9 * strength, 3000)
    shown = rng.integers(20, 200, 3000).astype(float)
    found = likeness(shown, rng.binomial(shown.astype(int), rates).astype(float))
    assert found == pytest.approx(strength, rel=0.15)


@pytest.mark.parametrize(
    ("shown", "clicked", "expected"),
    [([0, 0], [0, 0], 5), ([10, 0], [5, 0], 5), ([100, 100], [10, 10], 200), ([9, 9], [9, 0], 5)],
)
def test_likeness_of_little_stays_within_bounds(shown, clicked, expected):
    assert likeness(np.array(shown, float), np.array(clicked, float)) == expected


@pytest.mark.parametrize("size", [3, 40, 100])
def test_position_chances_of_equal_laws_are_equal(size):
    law = GaussianPosterior(np.full(size, 0.3), np.full(size, 0.1))
    np.testing.assert_allclose(position_chances(law, 2), 1 / size, rtol=2e-3)
    np.testing.assert_allclose(position_chances(law, 2).sum(axis=0), 1, atol=1e-3)


def test_position_chances_of_groups_of_alike_laws_add_up_to_one():
    centres = np.repeat([0.0, 0.2, 0.4, 0.6, 0.8], 20)
    law = GaussianPosterior(centres, np.full(100, 0.27))
    np.testing.assert_allclose(position_chances(law, 2).sum(axis=0), 1, atol=1e-3)
