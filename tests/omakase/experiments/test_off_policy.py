"""Estimates from another policy's log."""

from dataclasses import replace

import numpy as np
import pytest

from omakase.errors import EmptyData, OutsideSupport
from omakase.experiments.off_policy import (
    PolicyLog,
    SlateLog,
    direct,
    doubly_robust,
    ips,
    slate_by_position,
    slate_pseudo_inverse,
    snips,
    switch_doubly_robust,
    unsupported_share,
)

RATES = np.array([[0.1, 0.4, 0.2], [0.3, 0.05, 0.2]])
LOGGED = np.array([[0.6, 0.1, 0.3], [0.2, 0.5, 0.3]])
TARGET = np.array([[0.1, 0.8, 0.1], [0.7, 0.1, 0.2]])
BELIEVED = 0.5 * RATES + 0.05
TRUTH = float((RATES * TARGET).sum(axis=1).mean())


def logged(seed, size=600):
    rng = np.random.default_rng(seed)
    contexts = rng.integers(2, size=size)
    items = (rng.random((size, 1)) > LOGGED[contexts].cumsum(axis=1)).sum(axis=1)
    rewards = (rng.random(size) < RATES[contexts, items]).astype(float)
    log = PolicyLog(rewards, LOGGED[contexts, items], TARGET[contexts, items])
    return log, (BELIEVED * TARGET).sum(axis=1)[contexts], BELIEVED[contexts, items]


ESTIMATORS = {
    "ips": lambda log, predicted, own: ips(log),
    "snips": lambda log, predicted, own: snips(log),
    "dr": doubly_robust,
    "switch_dr": switch_doubly_robust,
}


@pytest.mark.parametrize("name", sorted(ESTIMATORS))
def test_estimator_is_right_on_average_and_its_interval_holds_the_truth(name):
    estimates = [ESTIMATORS[name](*logged(seed)) for seed in range(400)]
    assert {e.estimator for e in estimates} == {name}
    mean = np.mean([e.mean for e in estimates])
    error = np.std([e.mean for e in estimates]) / 20
    assert abs(mean - TRUTH) < 4 * error
    assert 0.92 < np.mean([e.interval.covers(TRUTH) for e in estimates]) < 0.98


def test_direct_is_as_wrong_as_its_model():
    log, predicted, _ = logged(1)
    assert direct(log, predicted).mean == pytest.approx(
        (BELIEVED * TARGET).sum(axis=1).mean(), abs=0.01
    )


def test_estimators_of_the_same_policy_are_the_mean_reward():
    log = logged(2)[0]
    own = replace(log, target=log.logged)
    for estimate in (ips(own), snips(own)):
        assert estimate.mean == pytest.approx(log.rewards.mean())
        assert estimate.effective_size == pytest.approx(len(log.rewards))
        assert estimate.mean_weight == 1


def test_switch_leaves_large_weights_to_the_model():
    log, predicted, own = logged(3)
    assert switch_doubly_robust(log, predicted, own, switch_at=0.0).mean == pytest.approx(
        predicted.mean()
    )
    assert switch_doubly_robust(log, predicted, own, switch_at=1e9).mean == pytest.approx(
        doubly_robust(log, predicted, own).mean
    )


def test_clusters_widen_the_interval_where_people_repeat_themselves():
    log = logged(4, 200)[0]
    twice = PolicyLog(*(np.tile(each, 5) for each in (log.rewards, log.logged, log.target)))
    whose = np.tile(np.arange(200), 5)
    assert snips(replace(twice, clusters=whose)).standard_error == pytest.approx(
        snips(log).standard_error, rel=0.02
    )
    assert snips(twice).standard_error < 0.6 * snips(log).standard_error


@pytest.mark.parametrize("estimator", [ips, snips])
def test_policy_outside_the_log_is_refused_with_words(estimator):
    log = replace(logged(5)[0], unsupported=0.2)
    with pytest.raises(OutsideSupport, match=r"20\.0% of what this policy would do") as caught:
        estimator(log)
    assert "exploration" in str(caught.value)
    assert caught.value.code == "outside_support"


def test_snips_without_any_agreement_is_refused():
    log = logged(6)[0]
    with pytest.raises(OutsideSupport):
        snips(replace(log, target=np.zeros(len(log.target))))


def test_unsupported_share_is_what_the_log_never_does():
    assert unsupported_share(np.array([[0.5, 0.5, 0.0]]), np.array([[0.5, 0.2, 0.3]])) == 0.3
    assert unsupported_share(LOGGED, TARGET) == 0


@pytest.mark.parametrize("wrong", [0.0, 1.5, np.nan])
def test_log_of_impossible_probabilities_is_refused(wrong):
    with pytest.raises(ValueError, match="probability"):
        PolicyLog(np.ones(1), np.array([wrong]), np.ones(1))
    with pytest.raises(ValueError, match="probability"):
        SlateLog(np.ones((1, 1)), np.array([[wrong]]), np.ones((1, 1)))


def test_empty_log_is_refused():
    with pytest.raises(EmptyData):
        PolicyLog(np.zeros(0), np.zeros(0), np.zeros(0))
    with pytest.raises(EmptyData):
        SlateLog(np.zeros((0, 2)), np.zeros((0, 2)), np.zeros((0, 2)))
    with pytest.raises(ValueError, match="length"):
        PolicyLog(np.ones(2), np.ones(1), np.ones(1))
    with pytest.raises(ValueError, match="shape"):
        SlateLog(np.ones((2, 1)), np.ones((1, 1)), np.ones((1, 1)))


def slates(seed, size=500):
    """Two positions, each drawn by itself from its own three items."""
    rng = np.random.default_rng(seed)
    items = np.stack(
        [(rng.random((size, 1)) > LOGGED[p].cumsum()).sum(axis=1) for p in range(2)], axis=1
    )
    rows = np.arange(2)
    rewards = (rng.random((size, 2)) < RATES[rows, items]).astype(float)
    return SlateLog(rewards, LOGGED[rows, items], TARGET[rows, items])


@pytest.mark.parametrize("estimator", [slate_by_position, slate_pseudo_inverse])
def test_slate_estimators_are_right_on_average(estimator):
    truth = float((RATES * TARGET).sum())
    estimates = [estimator(slates(seed)) for seed in range(400)]
    error = np.std([e.mean for e in estimates]) / 20
    assert abs(np.mean([e.mean for e in estimates]) - truth) < 4 * error
    assert 0.92 < np.mean([e.interval.covers(truth) for e in estimates]) < 0.98
    with pytest.raises(OutsideSupport):
        estimator(replace(slates(0), unsupported=0.5))
