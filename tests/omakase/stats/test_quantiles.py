"""Quantiles of people with several measurements each."""

from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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


MEASURED = st.lists(
    st.tuples(st.integers(-50, 50).map(float), st.integers(0, 5)), min_size=4, max_size=40
)


def columns(measured):
    return (np.array([each[n] for each in measured]) for n in (0, 1))


@given(MEASURED, st.sampled_from([0.1, 0.5, 0.9]), st.randoms())
def test_quantile_depends_on_neither_order_nor_the_names_of_people(measured, at, random):
    samples, people = columns(measured)
    order = list(range(len(measured)))
    random.shuffle(order)
    one, other = quantile(samples, people, at), quantile(samples[order], 7 - 3 * people[order], at)
    assert one.estimate == other.estimate
    assert one.interval.low == pytest.approx(other.interval.low)
    assert one.interval.high == pytest.approx(other.interval.high)


@given(MEASURED, st.sampled_from([0.25, 0.5, 0.9]))
def test_quantile_lies_within_its_interval_and_within_the_samples(measured, at):
    samples, people = columns(measured)
    found = quantile(samples, people, at)
    assert found.estimate == pytest.approx(np.quantile(samples, at))
    assert found.interval.low <= found.estimate <= found.interval.high
    if len(set(people.tolist())) > 1:
        assert samples.min() <= found.interval.low and found.interval.high <= samples.max()
        assert quantile(samples, people, at, level=0.99).interval.width >= found.interval.width


@given(MEASURED, st.sampled_from([0.25, 2.0, 8.0]), st.integers(-9, 9))
def test_quantile_of_scaled_samples_is_scaled(measured, scale, shift):
    samples, people = columns(measured)
    plain, moved = (quantile(s, people, 0.5) for s in (samples, scale * samples + shift))
    assert moved.estimate == pytest.approx(scale * plain.estimate + shift)
    if plain.variance < inf:
        assert moved.variance == pytest.approx(scale**2 * plain.variance)


def test_quantile_of_equal_samples_has_no_doubt():
    found = quantile(np.full(9, 4.0), np.arange(9), 0.5)
    assert (found.estimate, found.variance, found.interval.width) == (4, 0, 0)


@pytest.mark.parametrize(
    ("size", "at", "words"),
    [(0, 0.5, "quantile 0.5 of 0 samples"), (3, 1.5, "quantile 1.5 of 3 samples"),
     (3, float("nan"), "quantile nan of 3 samples")],
)  # fmt: skip
def test_quantile_that_there_is_not_says_of_how_many_samples(size, at, words):
    with pytest.raises(ValueError, match=f"^{words}$"):
        quantile(np.ones(size), np.zeros(size, np.int64), at)


def test_quantile_effect_is_the_difference_with_both_variances():
    rng = np.random.default_rng(3)
    one, other = (quantile(*requests(rng), 0.5) for _ in range(2))
    effect = quantile_effect(one, other)
    assert effect.difference == other.estimate - one.estimate
    assert effect.standard_error**2 == pytest.approx(one.variance + other.variance)
    assert effect.size is None
