"""Who likes what."""

import numpy as np
import pytest

from omakase.synthetic.dice import Dice
from omakase.synthetic.tastes import GROUPS, Tastes


@pytest.fixture
def tastes():
    return Tastes(Dice(3), n_items=5_000, n_leaves=10, n_styles=4)


def test_every_leaf_and_style_has_items(tastes):
    items = np.arange(5_000, dtype=np.int64)
    cells = tastes.leaf(items) * 4 + tastes.style(items)
    assert np.bincount(cells, minlength=40).tolist() == [125] * 40


def test_groups_are_distributions(tastes):
    assert tastes.groups.shape == (GROUPS, 10)
    assert tastes.groups.sum(axis=1) == pytest.approx(1)


def test_affinity_is_taste_style_and_budget(tastes):
    users, items = np.asarray([4], np.int64), np.asarray([[17, 18]], np.int64)
    relative = tastes.groups / tastes.groups.max(axis=1, keepdims=True)
    first, second = tastes.group(users)[0], tastes.second_group(users)[0]
    for place, item in enumerate((17, 18)):
        one = np.asarray([item])
        leaf = item % 10
        expected = 2 * (0.8 * relative[first, leaf] + 0.2 * relative[second, leaf])
        expected += 0.8 * (tastes.style(one)[0] == tastes.favourite_style(users)[0])
        expected -= 0.4 * min(2.5, abs(tastes.price(one)[0] - tastes.budget(users)[0]))
        assert tastes.affinity(users, items)[0, place] == pytest.approx(expected, abs=1e-6)


def test_people_choose_what_they_like(tastes, rng):
    at = np.arange(20_000, dtype=np.int64)
    users = rng.integers(0, 300, len(at))
    chosen = tastes.chosen(users, at, at)
    liked = tastes.affinity(users, chosen[:, None]).mean()
    anything = tastes.affinity(users, rng.integers(0, 5_000, (len(at), 1))).mean()
    assert liked > anything + 0.5
    assert chosen.min() >= 0
    assert chosen.max() < 5_000


def test_one_interest_is_one_category(tastes):
    at = np.arange(1_000, dtype=np.int64)
    user = np.full(1_000, 8)
    assert len(set(tastes.leaf(tastes.chosen(user, np.full(1_000, 5), at)).tolist())) == 1
    assert len(set(tastes.leaf(tastes.chosen(user, at, at)).tolist())) > 3


def test_some_items_are_much_more_popular(tastes, rng):
    at = np.arange(50_000, dtype=np.int64)
    counts = np.bincount(tastes.chosen(rng.integers(0, 999, len(at)), at, at), minlength=5_000)
    best = np.sort(counts)[::-1]
    assert best[:500].sum() > 0.35 * len(at)


@pytest.mark.parametrize("n_items", [1, 7, 39, 41])
def test_worlds_smaller_than_their_cells(n_items):
    tastes = Tastes(Dice(0), n_items, n_leaves=10, n_styles=4)
    at = np.arange(500, dtype=np.int64)
    chosen = tastes.chosen(at, at, at)
    assert set(chosen.tolist()) <= set(range(n_items))


def test_what_replaces_a_new_item_is_not_new(tastes):
    items = np.arange(5_000, dtype=np.int64)
    new = items[tastes.is_new(items)]
    assert len(new) == 1_000
    assert not tastes.is_new(new - 40).any()


def test_favourites_are_where_the_group_turns_most(tastes):
    users = np.arange(50, dtype=np.int64)
    best = tastes.favourites(users, 2)
    shares = tastes.groups[tastes.group(users)]
    assert (np.take_along_axis(shares, best, 1)[:, 0] == shares.max(axis=1)).all()
