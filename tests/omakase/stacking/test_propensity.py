"""Clicks of shown lists: how likely a position is looked at, and what a click is worth there."""

import numpy as np

from omakase.stacking.examples import StackExamples
from omakase.stacking.propensity import LEAST, corrected, position_propensities

PLACES = 5


def lists(rng, size=6_000, follows=1.0):
    """Items whose one feature tells how much they are liked; better ones stand higher."""
    liking = rng.normal(size=(size, PLACES))
    order = np.argsort(-(follows * liking + rng.normal(size=liking.shape)), axis=1)
    features = np.take_along_axis(liking, order, axis=1)[:, :, None].astype(np.float32)
    looks = 1 / np.arange(1, PLACES + 1)
    clicked = rng.random((size, PLACES)) < 0.2 * looks * np.exp(0.5 * features[:, :, 0] - 0.5)
    known = np.ones((size, PLACES), np.bool_)
    ranks = np.tile(np.arange(PLACES), (size, 1))
    return StackExamples(("liking",), features, clicked, known), ranks


def test_propensities_are_those_of_the_looks_though_better_items_stand_higher(rng):
    shown, ranks = lists(rng)
    found = position_propensities(shown, ranks)
    rates = shown.right.mean(axis=0)
    truth = 1 / np.arange(1, PLACES + 1)
    assert np.abs(found - truth).max() < 0.08
    assert np.abs(rates / rates[0] - truth).max() > 0.08, "the plain rates would not do"


def test_click_counts_the_more_the_less_its_position_is_looked_at(rng):
    shown, ranks = lists(rng, size=50)
    looks = np.asarray([1.0, 0.5, 0.25, 0.2, 0.01])
    weights = corrected(shown, ranks, looks).worth
    expected = np.where(shown.right, 1 / np.maximum(looks, LEAST)[ranks], 1)
    assert np.allclose(weights, expected) and weights.max() <= 1 / LEAST


def test_chosen_joined_and_thinned_examples_keep_what_each_counts(rng):
    shown, ranks = lists(rng, size=20)
    told = corrected(shown, ranks, 1 / np.arange(1.0, PLACES + 1))
    both = StackExamples.joined([told.chosen(np.arange(5)), shown.chosen(np.arange(5, 20))])
    assert np.allclose(both.worth[:5], told.worth[:5]) and (both.worth[5:] == 1).all()
    thin = told.thinned(PLACES, rng)
    assert np.allclose(np.sort(thin.worth, axis=1), np.sort(told.worth, axis=1))
