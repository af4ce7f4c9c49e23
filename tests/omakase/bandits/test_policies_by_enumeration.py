"""Chances of small policies against every way that they may draw."""

from itertools import permutations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta as beta_law
from scipy.stats import norm

from omakase.bandits import epsilon_greedy, plackett_luce
from omakase.bandits.drawing import Chance, draw_slate
from omakase.bandits.feedback import Feedback
from omakase.bandits.linear import LinearBandit
from omakase.bandits.mixing import mixed, mixed_chances
from omakase.bandits.policies import GreedyPolicy, SoftmaxPolicy, ThompsonPolicy
from omakase.bandits.posteriors import (
    STRONGEST,
    WEAKEST,
    BetaPosterior,
    GaussianPosterior,
    LogitNormalPosterior,
    likeness,
    position_chances,
)
from omakase.bandits.race import chances_of_all, chances_of_order
from omakase.bandits.sampling import sampled_chances
from omakase.types import PAD, Queries, Slate

quick = settings(max_examples=30, deadline=None)
logits = st.lists(st.integers(-20, 20).map(lambda n: n / 4), min_size=1, max_size=5).map(np.array)


def luce(weights):
    """(n, n) the chance of each item at each position, by all orders."""
    table = np.zeros((len(weights), len(weights)))
    for order in permutations(range(len(weights))):
        chance, left = 1.0, sum(weights)
        for item in order:
            chance *= weights[item] / left
            left -= weights[item]
        for position, item in enumerate(order):
            table[item, position] += chance
    return table


@quick
@given(logits)
def test_softmax_chances_are_those_of_all_orders(values):
    table = luce(np.exp(values - values.max()).tolist())
    np.testing.assert_allclose(
        plackett_luce.position_chances(values, len(values)), table, atol=1e-9
    )
    order = np.arange(len(values))[::-1]
    np.testing.assert_allclose(
        plackett_luce.order_chances(values, order), table[order, range(len(values))], atol=1e-9
    )


@quick
@given(logits, st.integers(-1000, 1000))
def test_softmax_chances_do_not_change_when_all_logits_move(values, step):
    np.testing.assert_allclose(
        plackett_luce.position_chances(values + step, 2),
        plackett_luce.position_chances(values, 2),
        atol=1e-9,
    )


@quick
@given(logits)
def test_softmax_log_chances_of_all_orders_add_up_to_one(values):
    orders = [np.array(order) for order in permutations(range(len(values)))]
    total = sum(np.exp(plackett_luce.order_log_chance(values, order)) for order in orders)
    assert total == pytest.approx(1)


@quick
@given(st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=8))
def test_squeezed_logits_keep_their_order_and_begin_at_zero(values):
    steady = plackett_luce.squeezed(np.array(values))
    assert steady.max() == 0
    order = np.argsort(-np.array(values), kind="stable")
    steps = -np.diff(steady[order])
    expected = np.minimum(-np.diff(np.array(values)[order]), plackett_luce.SURE)
    np.testing.assert_allclose(steps, expected, atol=1e-9)


@quick
@given(logits, st.integers(0, 7), st.integers(0, 99))
def test_softmax_draws_none_twice_and_the_same_by_the_same_seed(values, k, seed):
    first, second = (
        plackett_luce.draw_order(values, k, np.random.default_rng(seed)) for _ in range(2)
    )
    assert first.tolist() == second.tolist()
    assert len(set(first.tolist())) == len(first) == min(k, len(values))


@quick
@given(st.integers(1, 7), st.integers(1, 7), st.floats(0, 1))
def test_greedy_chances_add_up_to_one_at_each_position(n_items, k, epsilon):
    table = epsilon_greedy.position_chances(n_items, k, epsilon)
    assert table.shape == (n_items, min(k, n_items))
    np.testing.assert_allclose(table.sum(axis=0), 1)
    assert (table.sum(axis=1) <= 1 + 1e-9).all()
    if k >= n_items:
        np.testing.assert_allclose(table.sum(axis=1), 1)


@pytest.mark.parametrize("n_items", [1, 2, 5])
def test_greedy_without_chance_is_the_ranking_and_with_nothing_else_is_even(n_items):
    np.testing.assert_allclose(
        epsilon_greedy.position_chances(n_items, n_items, 0.0), np.eye(n_items)
    )
    np.testing.assert_allclose(epsilon_greedy.position_chances(n_items, n_items, 1.0), 1 / n_items)


def test_greedy_policy_speaks_of_candidates_not_of_ranks():
    policy = GreedyPolicy(np.array([2, 0, 1]), 0.3)
    best_first = policy.chances(np.array([2, 0]))
    assert best_first[0] == pytest.approx(0.7 + 0.1)
    assert best_first[1] == pytest.approx(0.8 * (0.7 + 0.15) + 0.1 * 0.15)
    sure = GreedyPolicy(np.array([2, 0, 1]), 0.0)
    assert sure.draw(2, np.random.default_rng(0)).tolist() == [2, 0]
    np.testing.assert_allclose(sure.chances(np.array([2, 0, 1])), 1)
    np.testing.assert_allclose(sure.chances(np.array([1, 0, 2])), [0, 1, 0])


@pytest.mark.parametrize(
    "policy",
    [
        SoftmaxPolicy(np.array([0.0, 1.0, 2.0])),
        GreedyPolicy(np.array([1, 2, 0]), 0.5),
        ThompsonPolicy(GaussianPosterior(np.array([0.0, 1.0, 2.0]), np.array([1.0, 1.0, 1.0]))),
    ],
    ids=["softmax", "greedy", "thompson"],
)
def test_policies_chances_are_the_shares_of_their_draws(policy):
    rng, count = np.random.default_rng(7), 4000
    orders = np.stack([policy.draw(2, rng) for _ in range(count)])
    for first, second in permutations(range(3), 2):
        chances = policy.chances(np.array([first, second]))
        assert (orders[:, 0] == first).mean() == pytest.approx(chances[0], abs=0.03)
        assert (orders[:, 1] == second).mean() == pytest.approx(chances[1], abs=0.03)


def every_mix(first, second, k, share):
    """Each mix with its chance, by all throws."""
    mixes = {(): 1.0}
    for _ in range(k):
        grown = {}
        for mix, chance in mixes.items():
            ones = [item for item in first if item not in mix][:1]
            twos = [item for item in second if item not in mix][:1]
            if not ones and not twos:
                grown[mix] = grown.get(mix, 0.0) + chance
                continue
            for pick, part in ((ones or twos, 1 - share), (twos or ones, share)):
                key = (*mix, pick[0])
                grown[key] = grown.get(key, 0.0) + chance * part
        mixes = grown
    return mixes


ranked = st.lists(st.integers(0, 5), unique=True, max_size=4)


@quick
@given(ranked, ranked, st.integers(0, 4), st.sampled_from([0.0, 0.25, 0.5, 1.0]))
def test_mixed_chances_are_those_of_all_throws(first, second, k, share):
    mixes = every_mix(first, second, k, share)
    for mix in mixes:
        expected = [
            sum(chance for other, chance in mixes.items() if other[at : at + 1] == (item,))
            for at, item in enumerate(mix)
        ]
        assert mixed_chances(first, second, mix, share) == pytest.approx(expected)


@quick
@given(ranked, ranked, st.integers(0, 9), st.floats(0, 1), st.integers(0, 99))
def test_mixed_lists_hold_each_item_once_and_go_on_where_one_has_ended(
    first, second, k, share, seed
):
    mix = mixed(first, second, k, share, np.random.default_rng(seed))
    assert len(mix) == len(set(mix)) == min(k, len({*first, *second}))
    assert set(mix) <= {*first, *second}
    alone_in_first = [item for item in mix if item in first and item not in second]
    assert alone_in_first == [item for item in first if item in alone_in_first]


def test_mixed_with_a_whole_share_is_the_second_list():
    assert mixed([1, 2], [2, 3], 3, 1.0, np.random.default_rng(0)) == [2, 3, 1]
    assert mixed_chances([1, 2], [2, 3], [2, 3, 1], 1.0).tolist() == [1, 1, 1]
    assert mixed_chances([1, 2], [2, 3], [9], 1.0).tolist() == [0]


def poisson_binomial(chances):
    """The chance of each number of successes, by all outcomes."""
    law = np.zeros(len(chances) + 1)
    for outcome in range(2 ** len(chances)):
        hits = [bool(outcome >> n & 1) for n in range(len(chances))]
        parts = [p if hit else 1 - p for p, hit in zip(chances, hits, strict=True)]
        law[sum(hits)] += np.prod(parts)
    return law


@quick
@given(st.integers(1, 5), st.integers(1, 4), st.integers(0, 99))
def test_race_chances_are_a_law_of_how_many_are_ahead(n_items, nodes, seed):
    rng = np.random.default_rng(seed)
    ahead = rng.random((n_items, nodes))
    density = rng.dirichlet(np.ones(nodes), n_items)
    expected = np.zeros((n_items, n_items))
    for item in range(n_items):
        for node in range(nodes):
            rivals = np.delete(ahead[:, node], item).tolist()
            expected[item] += density[item, node] * poisson_binomial(rivals)
    np.testing.assert_allclose(chances_of_all(density, ahead, n_items), expected, atol=1e-12)
    order = rng.permutation(n_items)
    found = chances_of_order(density, ahead, order)
    np.testing.assert_allclose(found, expected[order, range(n_items)], atol=1e-12)


@pytest.mark.parametrize(
    ("centres", "errors"),
    [([0.0, 0.0], [1.0, 1.0]), ([0.0, 1.0], [1.0, 1.0]), ([0.0, 3.0], [0.5, 2.0])],
)
def test_position_chances_of_two_normal_laws_are_known(centres, errors):
    law = GaussianPosterior(np.array(centres), np.array(errors))
    second = norm.cdf((centres[1] - centres[0]) / np.hypot(*errors))
    expected = [[1 - second, second], [second, 1 - second]]
    np.testing.assert_allclose(position_chances(law, 2), expected, atol=2e-3)


@quick
@given(st.floats(0.5, 50), st.floats(0.5, 50))
def test_beta_posterior_is_the_law_of_that_name(wins, losses):
    law = BetaPosterior(np.array([wins]), np.array([losses]))
    nodes = np.linspace(-0.5, 1.5, 9)
    expected = beta_law.sf(nodes, wins, losses)
    np.testing.assert_allclose(law.above(nodes)[0], expected, atol=1e-9)
    assert law.means()[0] == pytest.approx(wins / (wins + losses))
    assert len(law) == 1


def test_logit_normal_posterior_above_counts_from_its_offset():
    law = LogitNormalPosterior(np.array([0.0, 0.0]), np.array([1.0, 1.0]), np.array([0.0, 0.25]))
    above = law.above(np.array([-1.0, 0.25, 0.5, 0.75, 2.0]))
    assert above[0] == pytest.approx([1, 0.8640, 0.5, 0.1360, 0], abs=1e-3)
    assert above[1] == pytest.approx([1, 1, 0.8640, 0.5, 0], abs=1e-3)


@quick
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=6))
def test_beta_posterior_of_counts_lies_between_the_rate_of_each_and_of_all(counts):
    shown = np.array([max(pair) for pair in counts], float)
    clicked = np.array([min(pair) for pair in counts], float)
    law, mean = BetaPosterior.of_counts(shown, clicked), (clicked.sum() + 1) / (shown.sum() + 2)
    for place, found in enumerate(law.means()):
        rate = clicked[place] / shown[place] if shown[place] else mean
        assert min(rate, mean) - 1e-9 <= found <= max(rate, mean) + 1e-9
    assert WEAKEST <= likeness(shown, clicked) <= STRONGEST


def test_likeness_grows_as_rates_come_together():
    shown = np.full(4, 100.0)
    apart = likeness(shown, np.array([1.0, 99.0, 1.0, 99.0]))
    nearer = likeness(shown, np.array([30.0, 70.0, 30.0, 70.0]))
    close = likeness(shown, np.array([40.0, 60.0, 40.0, 60.0]))
    assert apart <= nearer < close


@quick
@given(st.integers(0, 99), st.integers(1, 4), st.integers(1, 8))
def test_linear_bandit_does_not_depend_on_the_order_of_what_it_saw(seed, width, rows):
    rng = np.random.default_rng(seed)
    features, rewards = rng.standard_normal((rows, width)), rng.standard_normal(rows)
    at_once = LinearBandit.empty(width, 0.5).updated(features, rewards)
    by_one = LinearBandit.empty(width, 0.5)
    for place in rng.permutation(rows):
        by_one = by_one.updated(features[place : place + 1], rewards[place : place + 1])
    np.testing.assert_allclose(by_one.precision, at_once.precision, atol=1e-9)
    asked = rng.standard_normal((3, width))
    np.testing.assert_allclose(by_one.means(asked), at_once.means(asked), atol=1e-9)
    np.testing.assert_allclose(by_one.errors(asked), at_once.errors(asked), atol=1e-9)


def test_linear_bandit_is_not_changed_by_learning():
    empty = LinearBandit.empty(2, 4.0)
    learnt = empty.updated(np.eye(2), np.array([1.0, 2.0]))
    np.testing.assert_allclose(empty.means(np.eye(2)), 0)
    np.testing.assert_allclose(empty.errors(np.eye(2)), 0.5)
    np.testing.assert_allclose(learnt.means(np.eye(2)), [0.2, 0.4])


@pytest.mark.parametrize("l2", [0.0, -1.0])
def test_linear_bandit_without_a_prior_is_refused_with_its_number(l2):
    with pytest.raises(ValueError, match=f"^an l2 of {l2} is not above 0$"):
        LinearBandit.empty(2, l2)


def test_feedback_of_more_clicks_than_showings_is_cut():
    items = pl.DataFrame({"s": [3, -2, None], "c": [5, 1, 1]})
    feedback = Feedback.of_items(items, "s", "c")
    assert feedback.shown.tolist() == [3, 0, 0]
    assert feedback.clicked.tolist() == [3, 0, 0]


def test_sampled_chances_count_the_logged_draw_as_one():
    draws = iter([np.array([0, 1]), np.array([1, 0]), np.array([0, 1])])
    found = sampled_chances(
        lambda _: next(draws), np.array([0, 1, 2]), np.random.default_rng(0), draws=3
    )
    assert found.chances.tolist() == [0.75, 0.75, 0.25]
    assert found.errors == pytest.approx(np.sqrt([0.75 * 0.25 / 4] * 3))
    assert found.draws == 3


def throws(queries, salt=0):
    return [rng.random() for rng in Chance(salt).generators(queries)]


def test_chance_of_a_question_is_the_same_wherever_it_stands_and_however_it_is_padded():
    queries = Queries.of(np.array([[1, 2], [PAD, 3], [1, 2]], np.int32))
    found = throws(queries)
    assert found[0] == found[2]
    assert found[0] != found[1]
    wider = Queries.of(np.array([[PAD, PAD, 1, 2]], np.int32))
    assert throws(wider) == found[:1]
    assert throws(queries, salt=1) != found


def test_draw_slate_of_lists_too_short_to_draw_from_leaves_them():
    items = np.array([[5, PAD, PAD], [PAD, PAD, PAD]], np.int32)
    slate = Slate(items, np.where(items == PAD, -np.inf, 1.0).astype(np.float32))
    found = draw_slate(
        Queries.of(np.array([[1], [2]], np.int32)),
        slate,
        3,
        depth=10,
        salt=0,
        choosing=lambda rows, scores: pytest.fail("nothing is to be drawn"),
    )
    assert found.items.tolist() == items.tolist()
    assert (found.probabilities == 1).all()
