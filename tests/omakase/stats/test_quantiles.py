"""Quantiles of people with several measurements each."""

from math import inf

import numpy as np
import pytest

from omakase.stats.quantiles import quantile, quantile_effect


def requests(rng, people=200):
    whose = np.repeat(np.arange(people), 1 + rng.poisson(4, people))
    return np.exp(rng.standard_normal(people)[whose] + 0.3 * rng.standard_normal(len(whose))), whose


@pytest.mark.parametrize("at", [0.5, 0.9])
def test_quantile_holds_the_truth_though_requests_of_a_person_depend(at):
    rng = np.random.default_rng(1)
    truth = np.quantile(requests(rng, 200_000)[0], at)
    hits = [quantile(*requests(rng), at).interval.covers(truth) for _ in range(600)]
    assert 0.92 < np.mean(hits) < 0.98
    alone = []
    for _ in range(300):
        samples, _ = requests(rng)
        alone.append(quantile(samples, np.arange(len(samples)), at).interval.covers(truth))
    assert np.mean(alone) < 0.85


def test_quantile_effect_of_equal_variants_is_seldom_sure():
    rng = np.random.default_rng(2)
    effects = [
        quantile_effect(quantile(*requests(rng), 0.9), quantile(*requests(rng), 0.9))
        for _ in range(300)
    ]
    assert 0.91 < np.mean([effect.interval.covers(0) for effect in effects]) < 0.985
    assert effects[0].method == "quantile"


def test_quantile_of_one_person_is_unsure():
    estimate = quantile(np.array([1.0, 2.0, 3.0]), np.zeros(3, np.int64), 0.5)
    assert estimate.estimate == 2
    assert estimate.variance == inf


@pytest.mark.parametrize(
    ("samples", "at"), [(np.zeros(0), 0.5), (np.ones(3), 0.0), (np.ones(3), 1)]
)
def test_quantile_of_nothing_is_refused(samples, at):
    with pytest.raises(ValueError, match="quantile"):
        quantile(samples, np.zeros(len(samples), np.int64), at)
