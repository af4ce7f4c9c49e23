"""Several rankings in one list."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from omakase.experiments.interleaving import (
    NOBODY,
    credits,
    preferences,
    summed_by_unit,
    team_draft,
)


def draft(rankings, k, seed=0):
    return team_draft(rankings, k, np.random.default_rng(seed))


@pytest.mark.parametrize("seed", range(10))
def test_team_draft_takes_turns_and_repeats_nothing(seed):
    mix = draft([[1, 2, 3, 4], [3, 5, 1, 6]], 4, seed)
    assert len(set(mix.items)) == len(mix.items) == 4
    assert sorted(mix.teams[:2]) == sorted(mix.teams[2:]) == [0, 1]
    first = mix.teams[0]
    assert mix.items[0] == ([1, 3][first])


def test_team_draft_gives_what_all_begin_with_to_nobody():
    mix = draft([[7, 8, 1, 2], [7, 8, 3, 4]], 4)
    assert mix.items[:2] == (7, 8)
    assert mix.teams[:2] == (NOBODY, NOBODY)


def test_team_draft_of_equal_rankings_is_the_ranking():
    mix = draft([[1, 2, 3]] * 3, 3)
    assert mix.items == (1, 2, 3)
    assert set(mix.teams) == {NOBODY}


def test_team_draft_of_short_rankings_ends_with_them():
    assert sorted(draft([[1], [2, 3]], 10).items) == [1, 2, 3]
    assert draft([[], []], 5).items == ()


def test_team_draft_of_many_rankings_gives_each_the_same_number():
    rankings = [list(range(10 * n, 10 * n + 10)) for n in range(5)]
    teams = draft(rankings, 10).teams
    assert sorted(teams) == sorted(2 * list(range(5)))


def test_credits_count_clicks_on_a_teams_items():
    teams = np.array([[0, 1, NOBODY], [1, 0, 1]])
    clicks = np.array([[True, False, True], [True, True, True]])
    assert credits(teams, clicks, 2).tolist() == [[1, 0], [1, 2]]
    assert summed_by_unit(credits(teams, clicks, 2), np.array([5, 5])).tolist() == [[2, 2]]


def test_preferences_of_equal_rankings_are_seldom_sure():
    rng = np.random.default_rng(1)
    p_values = [preferences(rng.binomial(1, 0.1, (300, 3)).astype(float)) for _ in range(300)]
    assert np.mean([min(p.p_value for p in each) < 0.05 for each in p_values]) <= 0.06


def test_preferences_favour_whose_items_are_clicked():
    rng = np.random.default_rng(2)
    tally = np.stack([rng.binomial(1, rate, 2000) for rate in (0.1, 0.15, 0.1)], axis=1).astype(
        float
    )
    found = {(p.first, p.second): p for p in preferences(tally)}
    assert found[0, 1].favours_second and found[0, 1].p_value < 0.01
    assert not found[1, 2].favours_second and found[1, 2].p_value < 0.01
    assert found[0, 2].p_value > 0.05
    assert found[0, 1].interval.low > 0
    assert found[0, 1].wins + found[0, 1].losses + found[0, 1].ties == 2000


def test_preferences_without_clicks_are_open():
    (preference,) = preferences(np.zeros((5, 2)))
    assert preference.p_value == 1 and preference.ties == 5
    assert preferences(np.zeros((0, 2)))[0].margin == 0


def test_team_draft_and_clicks_agree_with_what_is_better():
    rng, appeal = np.random.default_rng(3), np.array([0.3, 0.2, 0.1, 0.05, 0.02, 0.01])
    good, poor = [0, 1, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0]
    mixes = [team_draft([poor, good], 4, rng) for _ in range(400)]
    teams = np.array([mix.teams for mix in mixes])
    clicks = rng.random(teams.shape) < appeal[np.array([mix.items for mix in mixes])]
    (preference,) = preferences(credits(teams, clicks, 2))
    assert preference.favours_second and preference.p_value < 0.001


RANKINGS = st.lists(st.lists(st.integers(0, 9), max_size=6, unique=True), min_size=1, max_size=4)


@given(RANKINGS, st.integers(0, 8), st.integers(0, 1000))
def test_team_draft_of_any_rankings_repeats_nothing_and_is_as_long_as_it_can_be(rankings, k, seed):
    mix = draft(rankings, k, seed)
    everything = {item for ranking in rankings for item in ranking}
    assert len(set(mix.items)) == len(mix.items) == len(mix.teams) == min(k, len(everything))
    for at, (item, team) in enumerate(zip(mix.items, mix.teams, strict=True)):
        if team == NOBODY:
            assert all(ranking[: at + 1] == list(mix.items[: at + 1]) for ranking in rankings)
        else:
            left = [each for each in rankings[team] if each not in mix.items[:at]]
            assert item == left[0]


@given(RANKINGS, st.integers(0, 8), st.integers(0, 1000))
def test_team_draft_of_a_seed_is_the_same_each_time(rankings, k, seed):
    assert draft(rankings, k, seed) == draft(rankings, k, seed)


def test_team_draft_gives_each_ranking_the_first_pick_equally_often():
    first = [draft([[1, 2], [3, 4]], 2, seed).teams[0] for seed in range(400)]
    assert np.mean(first) == pytest.approx(0.5, abs=0.08)


TALLY = st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), max_size=25).map(
    lambda rows: np.array(rows, dtype=float).reshape(-1, 3)
)


@given(TALLY)
def test_preferences_are_the_sign_test_and_the_mean_margin_of_every_pair(tally):
    found = preferences(tally)
    assert [(each.first, each.second) for each in found] == [(0, 1), (0, 2), (1, 2)]
    plain = []
    for each in found:
        margins = [row[each.second] - row[each.first] for row in tally.tolist()]
        wins, losses = sum(m > 0 for m in margins), sum(m < 0 for m in margins)
        assert (each.wins, each.losses, each.ties) == (wins, losses, len(margins) - wins - losses)
        assert each.margin == pytest.approx(np.mean(margins) if margins else 0)
        assert each.favours_second is bool(each.margin > 0)
        plain.append(stats.binomtest(wins, wins + losses).pvalue if wins + losses else 1.0)
        if len(margins) > 1 and np.std(margins):
            low, high = stats.t.interval(
                0.95, len(margins) - 1, np.mean(margins), stats.sem(margins)
            )
            assert each.interval.low == pytest.approx(low)
            assert each.interval.high == pytest.approx(high)
    steps = sorted(plain)
    assert min(each.p_value for each in found) == pytest.approx(min(1.0, 3 * steps[0]))


@given(
    st.lists(
        st.lists(st.tuples(st.integers(-1, 2), st.booleans()), min_size=4, max_size=4),
        min_size=1,
        max_size=10,
    )
)
def test_credits_are_the_clicks_on_each_teams_own_picks(lists):
    teams, clicks = (np.array([[cell[n] for cell in row] for row in lists]) for n in (0, 1))
    expected = [
        [sum(clicked and team == own for team, clicked in row) for own in range(3)] for row in lists
    ]
    assert credits(teams, clicks.astype(bool), 3).tolist() == expected


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5), st.integers(0, 5)), min_size=1))
def test_summed_by_unit_adds_the_lists_of_each_person(rows):
    units = np.array([row[0] for row in rows])
    tally = np.array([row[1:] for row in rows], dtype=float)
    expected = [
        [sum(row[at] for row in rows if row[0] == unit) for at in (1, 2)]
        for unit in sorted(set(units.tolist()))
    ]
    assert summed_by_unit(tally, units).tolist() == expected
