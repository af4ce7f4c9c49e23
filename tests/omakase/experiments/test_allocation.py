"""Traffic between variants."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from omakase.experiments.allocation import share_after_floor, thompson_means, thompson_rates
from omakase.stats.moments import Moments


def rates(*pairs):
    return [Moments.of_rate(wins, people) for wins, people in pairs]


def test_thompson_rates_without_evidence_are_equal():
    allocation = thompson_rates(rates((0, 0), (0, 0), (0, 0)))
    assert allocation.shares == pytest.approx((1 / 3,) * 3, abs=1e-3)


def test_thompson_rates_follow_the_evidence_down_to_the_floor():
    allocation = thompson_rates(rates((50, 1000), (80, 1000), (20, 1000)), floor=0.05)
    assert sum(allocation.shares) == pytest.approx(1)
    assert allocation.shares[2] == pytest.approx(0.05, abs=1e-3)
    assert allocation.best[1] > 0.99
    assert allocation.loss < 0.001


def test_thompson_rates_are_the_chance_of_being_best():
    rng = np.random.default_rng(1)
    draws = rng.beta([11, 15, 9], [91, 87, 93], (50_000, 3))
    expected = np.bincount(draws.argmax(axis=1), minlength=3) / 50_000
    found = thompson_rates(rates((10, 100), (14, 100), (8, 100)), floor=0)
    assert found.best == pytest.approx(expected, abs=0.01)
    loss = (draws.max(axis=1) - draws[:, 1]).mean()
    assert found.loss == pytest.approx(loss, abs=2e-3)


def test_thompson_means_know_nothing_of_a_variant_without_people():
    known, unknown = Moments.of_summary(100, 5, 4), Moments(0, 0, 0)
    allocation = thompson_means([known, Moments.of_summary(100, 5.1, 4), unknown])
    assert allocation.best[2] > 0.2
    assert thompson_means([known, unknown]).shares == (0.5, 0.5)


def test_thompson_means_follow_the_evidence():
    sides = [Moments.of_summary(1000, mean, 4) for mean in (5.0, 5.5)]
    assert thompson_means(sides).shares[1] == pytest.approx(0.95, abs=0.001)


@pytest.mark.parametrize(("variants", "floor"), [(0, 0.0), (3, 0.4), (2, -0.1)])
def test_thompson_rates_that_cannot_be_divided_are_refused(variants, floor):
    with pytest.raises(ValueError, match="traffic"):
        thompson_rates(rates(*[(1, 10)] * variants), floor=floor)


def test_share_after_floor_adds_up_to_one():
    assert share_after_floor(np.array([0.9, 0.1, 0.0]), 0.1) == pytest.approx([0.73, 0.17, 0.1])


def test_thompson_rates_lose_less_than_an_equal_split():
    rng, truth, lost = np.random.default_rng(4), np.array([0.05, 0.05, 0.1]), []
    for _ in range(20):
        people, wins = np.zeros(3), np.zeros(3)
        for _ in range(10):
            shares = np.array(thompson_rates(rates(*zip(wins, people, strict=True))).shares)
            came = rng.multinomial(200, shares / shares.sum())
            people, wins = people + came, wins + rng.binomial(came, truth)
        lost.append((people * (0.1 - truth)).sum())
    assert np.mean(lost) < 0.6 * 2000 * (0.1 - truth).mean()


COUNTS = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 500)), min_size=2, max_size=4).map(
    lambda pairs: rates(*((wins, wins + losses) for wins, losses in pairs))
)


@given(COUNTS, st.sampled_from([0.0, 0.05, 0.2]))
def test_thompson_rates_shares_add_up_and_keep_the_floor(variants, floor):
    found = thompson_rates(variants, floor=floor)
    assert sum(found.shares) == pytest.approx(1)
    assert sum(found.best) == pytest.approx(1)
    assert min(found.shares) >= floor - 1e-12
    assert found.loss >= 0


@given(COUNTS)
def test_thompson_rates_follow_the_variants_wherever_they_stand(variants):
    forwards, backwards = thompson_rates(variants), thompson_rates(variants[::-1])
    assert forwards.shares == pytest.approx(backwards.shares[::-1], abs=1e-3)


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 40), st.integers(1, 40))
def test_thompson_rates_of_two_are_the_chance_that_one_beta_exceeds_the_other(a, b, c, d):
    grid = np.linspace(0, 1, 4001)[1:-1]
    first, second = stats.beta(a + 1, b + 1), stats.beta(c + 1, d + 1)
    expected = float((second.pdf(grid) * first.cdf(grid)).sum() / len(grid))
    found = thompson_rates(rates((a, a + b), (c, c + d)), floor=0)
    assert found.best[1] == pytest.approx(expected, abs=2e-3)


@pytest.mark.parametrize(
    "side", [Moments(0, 0, 0), Moments.of_summary(1, 9.0, 0.0), Moments.of_summary(50, 9.0, 0.0)]
)
def test_thompson_means_of_a_variant_without_spread_take_it_for_unknown(side):
    known = [Moments.of_summary(100, mean, 4.0) for mean in (5.0, 5.0)]
    found = thompson_means([*known, side], floor=0)
    assert found.best[0] == pytest.approx(found.best[1], abs=1e-6)
    assert 0.2 < found.best[2] < 0.6
    assert thompson_means([known[0], side]).shares == (0.5, 0.5)


def test_thompson_means_of_two_people_are_known():
    two = Moments.of_summary(2, 5.0, 0.01)
    found = thompson_means([two, Moments.of_summary(2, 9.0, 0.01)], floor=0.1)
    assert found.shares == pytest.approx((0.1, 0.9), abs=1e-3)


@pytest.mark.parametrize("allocate", [thompson_rates, thompson_means])
def test_thompson_of_what_cannot_be_divided_says_why(allocate):
    with pytest.raises(ValueError, match=r"^no variants to divide traffic between$"):
        allocate([])
    with pytest.raises(
        ValueError, match=r"^a floor of 0.4 for 3 variants takes more than all the traffic$"
    ):
        allocate([Moments.of_summary(9, 1, 1)] * 3, floor=0.4)


@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=6), st.floats(0, 0.15))
def test_share_after_floor_keeps_order_and_floor(weights, floor):
    best = np.array(weights) / sum(weights)
    shares = share_after_floor(best, floor)
    assert shares.sum() == pytest.approx(1)
    assert (shares >= floor - 1e-12).all()
    assert (np.diff(shares[np.argsort(best)]) >= -1e-12).all()
