"""Policies replayed over lists whose clicks follow a known law."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from omakase.errors import EmptyData, OutsideSupport
from omakase.experiments.diagnosis import diagnosis
from omakase.experiments.replay import PolicyReplay, ReplayedList, replay_estimates

ITEMS, K = 6, 2
APPEAL = np.array([0.5, 0.4, 0.3, 0.2, 0.1, 0.05])
LOOKS = np.array([1.0, 0.5])


def drawn(rng, weights, count):
    """(count, K) items without repetition, and the chance of each at its place over all draws."""
    orders = np.array([rng.choice(ITEMS, K, replace=False, p=weights) for _ in range(count)])
    chances = np.zeros((ITEMS, K))
    chances[:, 0] = weights
    for first in range(ITEMS):
        rest = np.where(np.arange(ITEMS) == first, 0.0, weights)
        chances[:, 1] += weights[first] * rest / rest.sum()
    return orders.astype(np.int32), chances


def replay(seed, replayed, lists=4000, weights=None):
    rng = np.random.default_rng(seed)
    even = np.full(ITEMS, 1 / ITEMS) if weights is None else weights
    items, chances = drawn(rng, even, lists)
    logged = chances[items, np.arange(K)]
    rewards = (rng.random(items.shape) < APPEAL[items] * LOOKS).astype(float)
    lists_of_target = np.broadcast_to(np.array(replayed, np.int32), (lists, *np.shape(replayed)))
    people = rng.integers(0, lists // 4, lists)
    return PolicyReplay(items, rewards, logged, lists_of_target, people)


def test_fixed_policy_is_worth_what_its_law_says():
    truth = (APPEAL[[0, 1]] * LOOKS).mean()
    for estimate in replay_estimates(replay(3, [[0, 1]])):
        assert estimate.interval.covers(truth), estimate
        assert diagnosis(estimate).is_trustworthy


def test_intervals_of_a_drawing_policy_hold_the_truth_about_as_often_as_they_say():
    """It shows 0 before 1 three times of four, and else 4 before 5."""
    lists = [[0, 1]] * 3 + [[4, 5]]
    truth = (0.75 * APPEAL[[0, 1]] * LOOKS + 0.25 * APPEAL[[4, 5]] * LOOKS).mean()
    covered = np.array(
        [
            [each.interval.covers(truth) for each in replay_estimates(replay(n, lists, 800))]
            for n in range(100)
        ]
    )
    assert (covered.mean(axis=0) >= 0.88).all()


def test_doubly_robust_is_narrower_where_clicks_follow_items_and_places():
    by_weights, doubly = replay_estimates(replay(2, [[0, 1]]))
    assert (by_weights.estimator, doubly.estimator) == ("snips", "dr")
    assert doubly.standard_error < 1.05 * by_weights.standard_error


def test_policy_that_was_logged_is_worth_what_came():
    items = np.array([[0, 1], [1, 0], [0, -1]], np.int32)
    rewards = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 7.0]])
    own = PolicyReplay(items, rewards, np.ones((3, 2)), items[:, None, :], np.arange(3))
    assert [each.mean for each in replay_estimates(own)] == pytest.approx([0.4, 0.4])
    assert own.log.unsupported == 0.0 and len(own.log.rewards) == 5


def test_policy_that_a_log_without_chance_never_showed_is_refused():
    items = np.array([[0, 1]] * 50, np.int32)
    replayed = np.array([[[2, 1]]] * 50, np.int32)
    other = PolicyReplay(items, np.zeros((50, 2)), np.ones((50, 2)), replayed, np.arange(50))
    with pytest.raises(OutsideSupport, match=r"50\.0%"):
        replay_estimates(other)


def test_log_without_lists_is_refused():
    empty = np.full((1, 2), -1, np.int32)
    with pytest.raises(EmptyData, match="no lists"):
        PolicyReplay(empty, np.zeros((1, 2)), np.ones((1, 2)), empty[:, None], np.arange(1))


def test_lists_of_ids_become_numbers_padded_to_the_longest():
    found = PolicyReplay.of_lists(
        [
            ReplayedList("ada", ["a", "b"], [0.5, 1.0], [1, 0], [["a", "c"], ["c", "b", "a"]]),
            ReplayedList("bob", ["c"], [0.25], [1], [["c"]]),
            ReplayedList("ada", ["b"], [1.0], [0], [[]]),
        ]
    )
    assert found.items.tolist() == [[0, 1], [2, -1], [1, -1]]
    assert found.target[found.shown].tolist() == [0.5, 0.5, 1.0, 0.0]
    assert found.log.logged.tolist() == [0.5, 1.0, 0.25, 1.0]
    assert found.people.tolist() == [0, 1, 0]


LOGGED_LISTS = st.lists(
    st.builds(
        lambda person, cells, lists: ReplayedList(
            person,
            [item for item, _, _ in cells],
            [chance for _, chance, _ in cells],
            [reward for _, _, reward in cells],
            lists,
        ),
        st.sampled_from(["ada", "bob", "cid"]),
        st.lists(
            st.tuples(st.sampled_from("abcde"), st.floats(0.1, 0.9), st.integers(0, 1)),
            min_size=1,
            max_size=3,
        ),
        st.lists(st.lists(st.sampled_from("abcde"), max_size=4), min_size=1, max_size=3),
    ),
    min_size=1,
    max_size=6,
)


@given(LOGGED_LISTS)
def test_replayed_lists_give_each_place_its_share_of_the_drawn_ones(logged):
    found = PolicyReplay.of_lists(logged)
    draws = max(len(each.lists) for each in logged)
    rows = []
    for each in logged:
        drawn_lists = [each.lists[n % len(each.lists)] for n in range(draws)]
        for place, item in enumerate(each.items):
            same = sum(len(d) > place and d[place] == item for d in drawn_lists)
            rows.append((each.rewards[place], each.probabilities[place], same / draws))
    log = found.log
    assert log.rewards.tolist() == [row[0] for row in rows]
    assert log.logged.tolist() == [row[1] for row in rows]
    assert log.target.tolist() == pytest.approx([row[2] for row in rows])
    assert log.unsupported == 0
    owners = [each.person for each in logged for _ in each.items]
    assert len(log.clusters) == len(owners)
    for one, first in zip(log.clusters, owners, strict=True):
        assert [c == one for c in log.clusters] == [name == first for name in owners]


def test_replayed_lists_of_nobody_are_refused():
    with pytest.raises(EmptyData, match="the log holds no lists; nothing can be estimated"):
        PolicyReplay.of_lists([])
