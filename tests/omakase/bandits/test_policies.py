"""Policies over candidates: the chances add up, and IPS on them recovers the policy's own mean."""

import numpy as np
import pytest

from omakase.bandits.policies import GreedyPolicy, SoftmaxPolicy, ThompsonPolicy
from omakase.bandits.posteriors import BetaPosterior
from omakase.experiments.off_policy import SlateLog, slate_by_position

RATES = np.array([0.5, 0.1, 0.3, 0.2, 0.4])
POLICIES = {
    "softmax": SoftmaxPolicy(np.array([0.5, 1.5, 0.0, 1.0, 0.2])),
    "greedy": GreedyPolicy(np.array([1, 3, 0, 2, 4]), 0.4),
    "thompson": ThompsonPolicy(BetaPosterior(5 * RATES[::-1] + 0.5, 5 - 5 * RATES[::-1])),
}
K = 2


def table(policy):
    """(items, K) by asking for each item at each position."""
    columns = np.zeros((5, K))
    for item in range(5):
        for fill in range(5):
            if item != fill:
                columns[item, 0] = policy.chances(np.array([item, fill]))[0]
                columns[item, 1] = policy.chances(np.array([fill, item]))[1]
    return columns


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_chances_of_all_items_at_a_position_add_up_to_one(name):
    np.testing.assert_allclose(table(POLICIES[name]).sum(axis=0), 1, atol=1e-3)


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_ips_on_logged_chances_recovers_what_another_policy_earns(name):
    policy, other = POLICIES[name], GreedyPolicy(np.array([0, 4, 2, 3, 1]), 0.3)
    rng, theirs = np.random.default_rng(3), table(other)
    orders = np.stack([policy.draw(K, rng) for _ in range(4000)])
    logged = np.stack([policy.chances(order) for order in orders])
    rewards = (rng.random(orders.shape) < RATES[orders]).astype(float)
    target = theirs[orders, range(K)]
    estimate = slate_by_position(SlateLog(rewards, logged, target))
    assert estimate.interval.covers(float((theirs * RATES[:, None]).sum()))
    own = slate_by_position(SlateLog(rewards, logged, logged))
    assert own.mean == pytest.approx(rewards.sum(axis=1).mean())
    assert own.effective_size == pytest.approx(4000)
