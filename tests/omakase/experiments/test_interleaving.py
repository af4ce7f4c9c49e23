"""Several rankings in one list."""

import numpy as np
import pytest

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
