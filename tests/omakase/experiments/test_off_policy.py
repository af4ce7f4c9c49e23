"""Estimates from another policy's log."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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


ROWS = st.lists(
    st.tuples(
        st.integers(0, 3).map(float), st.floats(0.05, 1), st.floats(0, 1), st.floats(0, 1),
        st.floats(0, 1), st.integers(0, 4),
    ),
    min_size=2,
    max_size=25,
)  # fmt: skip


def log_of(rows, clusters=None):
    rewards, propensities, target, predicted, own, people = (
        np.array([row[n] for row in rows]) for n in range(6)
    )
    log = PolicyLog(rewards, propensities, target, people if clusters else None)
    return log, predicted, own


@given(ROWS)
def test_estimates_are_the_sums_of_their_definitions(rows):
    log, predicted, own = log_of(rows)
    n = len(rows)
    weighed = [(row[2] / row[1], row) for row in rows]
    assert ips(log).mean == pytest.approx(sum(w * row[0] for w, row in weighed) / n)
    assert direct(log, predicted).mean == pytest.approx(sum(row[3] for row in rows) / n)
    robust = sum(row[3] + w * (row[0] - row[4]) for w, row in weighed) / n
    assert doubly_robust(log, predicted, own).mean == pytest.approx(robust, abs=1e-9)
    switched = sum(row[3] + (w * (row[0] - row[4]) if w <= 2 else 0) for w, row in weighed) / n
    found = switch_doubly_robust(log, predicted, own, switch_at=2.0)
    assert found.mean == pytest.approx(switched, abs=1e-9)
    total = sum(w for w, _ in weighed)
    if total > 1e-6:
        assert snips(log).mean == pytest.approx(sum(w * row[0] for w, row in weighed) / total)


@given(ROWS)
def test_estimate_tells_how_much_its_weights_are_worth(rows):
    log, _, _ = log_of(rows)
    weights = [row[2] / row[1] for row in rows]
    found = ips(log)
    squares = sum(w * w for w in weights)
    assert found.effective_size == pytest.approx(sum(weights) ** 2 / squares if squares else 0)
    assert 0 <= found.effective_size <= len(rows) + 1e-9
    assert found.largest_weight == pytest.approx(max(weights))
    assert found.mean_weight == pytest.approx(sum(weights) / len(rows))
    assert found.size == len(rows)
    assert found.interval.low <= found.mean <= found.interval.high


@given(ROWS)
def test_estimate_of_the_logged_policy_itself_is_the_plain_mean(rows):
    log, _, own = log_of(rows)
    same = replace(log, target=log.logged)
    assert ips(same).mean == pytest.approx(log.rewards.mean())
    assert snips(same).mean == pytest.approx(log.rewards.mean())
    assert doubly_robust(same, own, own).mean == pytest.approx(log.rewards.mean(), abs=1e-9)
    assert ips(same).effective_size == pytest.approx(len(rows))


@given(ROWS, st.randoms())
def test_estimates_do_not_depend_on_the_order_of_the_log(rows, random):
    shuffled = list(rows)
    random.shuffle(shuffled)
    for estimator in (ips, snips):
        first, second = (log_of(each, clusters=True)[0] for each in (rows, shuffled))
        if first.weights.sum() < 1e-6:
            continue
        one, other = estimator(first), estimator(second)
        assert one.mean == pytest.approx(other.mean)
        assert one.standard_error == pytest.approx(other.standard_error, abs=1e-9)


def test_estimate_of_one_choice_has_no_end_of_doubt():
    found = ips(PolicyLog(np.ones(1), np.ones(1), np.ones(1)))
    assert (found.standard_error, found.interval.width) == (inf, inf)


@pytest.mark.parametrize("estimator", [ips, snips])
def test_estimate_outside_the_support_is_refused_from_a_half_per_cent_on(estimator):
    fields = np.ones(9), np.full(9, 0.5), np.full(9, 0.5)
    assert estimator(PolicyLog(*fields, unsupported=0.005)).mean == 1
    with pytest.raises(OutsideSupport):
        estimator(PolicyLog(*fields, unsupported=0.0051))


def test_snips_of_a_policy_that_never_does_what_was_logged_is_refused():
    with pytest.raises(OutsideSupport):
        snips(PolicyLog(np.ones(5), np.ones(5), np.zeros(5)))


@pytest.mark.parametrize(
    ("fields", "error", "words"),
    [
        ((0, 0, 0), EmptyData, "the log holds no choices; nothing can be estimated from it"),
        ((2, 3, 2), ValueError, "rewards and probabilities are of different length"),
    ],
)
def test_policy_log_that_cannot_be_says_why(fields, error, words):
    with pytest.raises(error, match=words):
        PolicyLog(*(np.full(size, 0.5) for size in fields))


@pytest.mark.parametrize("chance", [0.0, -0.1, 1.1, float("nan")])
def test_policy_log_of_a_probability_that_is_none_is_refused(chance):
    words = "^a logged probability is not above 0 and at most 1$"
    with pytest.raises(ValueError, match=words):
        PolicyLog(np.ones(2), np.array([0.5, chance]), np.ones(2))
    with pytest.raises(ValueError, match=words):
        SlateLog(np.ones((1, 2)), np.array([[0.5, chance]]), np.ones((1, 2)))


SLATES = st.lists(
    st.lists(
        st.tuples(st.integers(0, 1), st.floats(0.1, 1), st.floats(0, 1)), min_size=3, max_size=3
    ),
    min_size=1,
    max_size=12,
)


@given(SLATES)
def test_slate_estimates_are_the_sums_of_their_definitions(lists):
    rewards, propensities, target = (
        np.array([[cell[n] for cell in row] for row in lists], dtype=float) for n in range(3)
    )
    log = SlateLog(rewards, propensities, target)
    by_place = [sum(t / p * r for r, p, t in row) for row in lists]
    whole = [(sum(t / p for _, p, t in row) - 2) * sum(r for r, _, _ in row) for row in lists]
    assert slate_by_position(log).mean == pytest.approx(np.mean(by_place))
    assert slate_pseudo_inverse(log).mean == pytest.approx(np.mean(whole))


def test_unsupported_share_is_the_mass_on_what_was_never_done():
    done = np.array([[0.5, 0.5, 0.0], [1.0, 0.0, 0.0]])
    wanted = np.array([[0.2, 0.2, 0.6], [0.5, 0.25, 0.25]])
    assert unsupported_share(done, wanted) == pytest.approx((0.6 + 0.5) / 2)
    assert unsupported_share(done, done) == 0
    assert unsupported_share(done, np.zeros((2, 3))) == 0
